/**
 * The few forms of conditions that simulated pipelines use, and a second opinion on each that knows nothing of the
 * expression language.
 */
import type { Failure } from "#contract/events.ts";
import type { ReferenceRun } from "#test/reference/interpreter.ts";
import type { Dice, Question } from "./dice.ts";

/** The node that is being judged, as it finishes. */
export type Finishing = {
  readonly node: string;
  readonly outcome: string;
  readonly failure?: Failure | undefined;
};

export function outcomeCondition(dice: Dice, nodes: readonly string[], ...question: Question): string {
  const node = dice.pick(nodes, "of", ...question);
  return dice.pick(
    [
      "true",
      `nodes.${node}.outcome == "good"`,
      `nodes.${node}.outcome != "bad"`,
      `nodes.${node}.outcome == "ok"`,
    ],
    "form",
    ...question,
  );
}

export function errorCondition(dice: Dice, ...question: Question): string {
  return dice.pick(
    ["true", `error.class == "permanent"`, `error.class != "transient"`],
    "error",
    ...question,
  );
}

const FORM = /^(?:nodes\.(?<node>[a-z0-9_-]+)\.outcome|error\.class) (?<operator>==|!=) "(?<text>\w+)"$/;

export function holds(condition: string, finishing: Finishing, reference: ReferenceRun): boolean {
  if (condition === "true") return true;
  const { node, operator, text } = FORM.exec(condition)?.groups ?? {};
  if (operator === undefined) throw new Error(`a condition of no known form: ${condition}`);
  const found =
    node === undefined
      ? // Without a failure of its own the node can only fail by a loop that is spent.
        (finishing.failure?.class ?? "permanent")
      : node === finishing.node
        ? finishing.outcome
        : (reference.nodes.get(node)?.outcome ?? null);
  return (found === text) === (operator === "==");
}
