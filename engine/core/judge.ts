/**
 * What the host has to evaluate before it can say how a node finished: the conditions of out-edges that this outcome can
 * lead to, and feedback and adjustments of loops that may be taken. A missing verdict counts as false.
 *
 * One outcome can turn into another: a spent loop may leave by `exhausted` or fail the node, `default:` turns a failure
 * into `ok`. Conditions for these are listed as well, so one evaluation is enough.
 */
import type { Failure } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import { exhaustion, exhaustionPolicy, GIVE_UP, isOpen, onMatches } from "./leaving.ts";
import type { ExecutionPlan, PlanEdge, PlanNode } from "./plan.ts";
import type { RunState } from "./state.ts";
import { EXHAUSTED, STUCK, UNSAFE } from "./status.ts";
import { illegal } from "./turn.ts";

export type ToJudge = {
  /** `failure`: what the condition sees as `error` where only a spent loop can lead to its edge. */
  readonly conditions: readonly {
    readonly edge: number;
    readonly when: string;
    readonly failure?: Failure;
  }[];
  readonly feedback: readonly { readonly edge: number; readonly template: Json }[];
  readonly adjust: readonly { readonly edge: number; readonly template: Json }[];
};

/** `outcome` is `error` for AttemptFailed and for a human time-out that fails. */
export function edgesToJudge(plan: ExecutionPlan, state: RunState, node: string, outcome: string): ToJudge {
  const index = plan.indexOf.get(node);
  if (index === undefined) throw illegal(`There is no node "${node}"`);
  const planNode = plan.nodes[index]!;
  // After an escalation loops are not asked again.
  const loops =
    state.status[index] === EXHAUSTED
      ? []
      : planNode.loopsOut.map((edge) => plan.edges[edge]!).filter((edge) => isOpen(plan, state, edge));
  const fails = outcome === "error" || isRefusal(state.status[index]!, outcome);
  const left = fails ? (planNode.definition.default === undefined ? "error" : "ok") : outcome;
  const matching = left === "error" ? [] : loops.filter((edge) => onMatches(edge, left));
  const possible = possibleOutcomes(plan, state, planNode, left, matching);
  const conditions: ToJudge["conditions"][number][] = matching.flatMap(({ index: edge, when }) =>
    when === undefined ? [] : [{ edge, when }],
  );
  for (const out of planNode.out) {
    const edge = plan.edges[out]!;
    const by = possible.find(({ outcome: label }) => mayTake(edge, label));
    if (edge.when === undefined || by === undefined) continue;
    const judged = { edge: out, when: edge.when };
    conditions.push(by.failure === undefined ? judged : { ...judged, failure: by.failure });
  }
  const open = matching.filter(({ index: edge, loop }) => state.loopCount[edge]! < loop!.max);
  const templates = (key: "feedback" | "adjust") =>
    open.flatMap(({ index: edge, definition: { [key]: template } }) =>
      template === undefined ? [] : [{ edge, template }],
    );
  return { conditions, feedback: templates("feedback"), adjust: templates("adjust") };
}

/** The answers that a cut-off attempt fails and that a person gives up are no outcomes of the node: it fails. */
function isRefusal(status: number, outcome: string): boolean {
  return status === UNSAFE || (status === STUCK && outcome === GIVE_UP);
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
): readonly { readonly outcome: string; readonly failure?: Failure }[] {
  const outcomes: { outcome: string; failure?: Failure }[] = [{ outcome }];
  for (const edge of loops) {
    if (state.loopCount[edge.index]! < edge.loop!.max) continue;
    const policy = exhaustionPolicy(plan, edge);
    const failed = node.definition.default === undefined ? "error" : "ok";
    if (policy === "edge") outcomes.push({ outcome: "exhausted" });
    if (policy === "fail") outcomes.push({ outcome: failed, failure: exhaustion(edge) });
  }
  return outcomes;
}
