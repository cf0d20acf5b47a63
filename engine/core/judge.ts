/**
 * What the host has to evaluate before it can say how a node finished: the conditions of out-edges that this outcome can
 * lead to, and the feedback of loops that may be taken. A missing verdict counts as false.
 *
 * One outcome can turn into another: a spent loop may leave by `exhausted` or fail the node, `default:` turns a failure
 * into `ok`. Conditions for these are listed as well, so one evaluation is enough.
 */
import type { Json } from "#contract/json.ts";
import { exhaustionPolicy, onMatches } from "./leaving.ts";
import type { ExecutionPlan, PlanEdge, PlanNode } from "./plan.ts";
import type { RunState } from "./state.ts";
import { EXHAUSTED, UNSAFE } from "./status.ts";
import { illegal } from "./turn.ts";

export type ToJudge = {
  readonly conditions: readonly { readonly edge: number; readonly when: string }[];
  readonly feedback: readonly { readonly edge: number; readonly template: Json }[];
};

/** `outcome` is `error` for AttemptFailed and for a human time-out that fails. */
export function edgesToJudge(plan: ExecutionPlan, state: RunState, node: string, outcome: string): ToJudge {
  const index = plan.indexOf.get(node);
  if (index === undefined) throw illegal(`There is no node "${node}"`);
  const planNode = plan.nodes[index]!;
  // After an escalation loops are not asked again.
  const loops = state.status[index] === EXHAUSTED ? [] : planNode.loopsOut.map((edge) => plan.edges[edge]!);
  // The answer `fail` on a cut-off attempt is no outcome of the node: the node fails.
  const fails = outcome === "error" || state.status[index] === UNSAFE;
  const left = fails ? (planNode.definition.default === undefined ? "error" : "ok") : outcome;
  const matching = left === "error" ? [] : loops.filter((edge) => onMatches(edge, left));
  const outcomes = possibleOutcomes(plan, state, planNode, left, matching);
  const leaving = planNode.out
    .map((edge) => plan.edges[edge]!)
    .filter((edge) => outcomes.some((possible) => mayTake(edge, possible)));
  const conditions = [...matching, ...leaving].flatMap(({ index: edge, when }) =>
    when === undefined ? [] : [{ edge, when }],
  );
  const feedback = matching.flatMap(({ index: edge, definition, loop }) => {
    const template = definition.feedback;
    return template === undefined || state.loopCount[edge]! >= loop!.max ? [] : [{ edge, template }];
  });
  return { conditions, feedback };
}

function mayTake(edge: PlanEdge, outcome: string): boolean {
  if (edge.kind === "error") return outcome === "error";
  if (outcome === "error") return edge.kind === "branch" && edge.on?.includes("error") === true;
  return onMatches(edge, outcome);
}

function possibleOutcomes(
  plan: ExecutionPlan,
  state: RunState,
  node: PlanNode,
  outcome: string,
  loops: readonly PlanEdge[],
): readonly string[] {
  const outcomes = [outcome];
  for (const edge of loops) {
    if (state.loopCount[edge.index]! < edge.loop!.max) continue;
    const policy = exhaustionPolicy(plan, edge);
    if (policy === "edge") outcomes.push("exhausted");
    if (policy === "fail") outcomes.push(node.definition.default === undefined ? "error" : "ok");
  }
  return outcomes;
}
