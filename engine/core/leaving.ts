/**
 * By which edges a node may be left: the conditions of edges, read-only. Performing it is `transitions/finish.ts`.
 *
 * An edge holds when its `on` (if any) names the outcome and its `when` (if any) was judged true; one to a candidate of
 * `next:` only when that was chosen as well. An `else` edge holds when no other branch of the node does. A loop never makes `else` fail: one that holds and has rounds left is taken
 * before branches are looked at, and one whose rounds are spent no longer counts.
 */
import type { Completion, Failure } from "#contract/events.ts";
import type { ExecutionPlan, PlanEdge } from "./plan.ts";
import type { OnExhausted } from "./regions.ts";
import type { RunState } from "./state.ts";

export type Verdicts = Readonly<Record<string, boolean>> | undefined;
/** How a node is left: everything that the ways out of it depend on. */
export type Leave = Pick<Completion, "outcome" | "verdicts" | "next">;

export function onMatches(edge: PlanEdge, outcome: string): boolean {
  return edge.on === undefined || edge.on.includes(outcome);
}

/** For every kind but `else` edges. */
export function holds(edge: PlanEdge, outcome: string, verdicts: Verdicts): boolean {
  return onMatches(edge, outcome) && (!edge.hasWhen || verdicts?.[edge.index] === true);
}

/** Is this out-edge taken when the node leaves by a non-error outcome? Not for loops. */
export function isTaken(plan: ExecutionPlan, edge: PlanEdge, by: Leave): boolean {
  if (!isChosen(edge, by)) return false;
  switch (edge.kind) {
    case "flow":
      return true;
    case "error":
      return false;
    default:
      if (!edge.else) return holds(edge, by.outcome, by.verdicts);
      return onMatches(edge, by.outcome) && !someBranchHolds(plan, edge.from, by);
  }
}

/** A failure chooses nothing: its edges are asked as if there were no `next:`. */
function isChosen(edge: PlanEdge, { outcome, next }: Leave): boolean {
  return !edge.choice || outcome === "error" || next?.includes(edge.definition.to) === true;
}

/** Is this out-edge taken when the node failed for good? Error edges, and branches that name `error`. */
export function isTakenOnError(plan: ExecutionPlan, edge: PlanEdge, verdicts: Verdicts): boolean {
  if (edge.kind === "error") return holds(edge, "error", verdicts);
  if (edge.kind !== "branch" || !edge.on?.includes("error")) return false;
  return isTaken(plan, edge, { outcome: "error", verdicts });
}

function someBranchHolds(plan: ExecutionPlan, node: number, by: Leave): boolean {
  const { outcome, verdicts } = by;
  return plan.nodes[node]!.out.some((index) => {
    const edge = plan.edges[index]!;
    if (edge.kind !== "branch" || edge.else || !isChosen(edge, by)) return false;
    // Its `when` may have been judged for another outcome, before a spent loop failed the node.
    if (outcome === "error" && !edge.on?.includes("error")) return false;
    return holds(edge, outcome, verdicts);
  });
}

/** May this edge be gone in this run? Not to a node that the run leaves out, and no loop where it would run what is not to run. */
export function isOpen(plan: ExecutionPlan, state: RunState, edge: PlanEdge): boolean {
  if (edge.loop) return state.excluded[edge.from] === 0 && state.excluded[edge.to] === 0;
  return !isLeftOut(plan, state, edge.to);
}

/** Neither to run in this run, nor to give a result that is there. */
export function isLeftOut(plan: ExecutionPlan, state: RunState, node: number): boolean {
  if (state.excluded[node] === 0 || state.reusable[node] === 1) return false;
  return plan.nodes[node]!.definition.pin === undefined;
}

/** Where a limited run begins, and a round that re-opens it: a node that has a part and that only left-out ones lead to. */
export function beginsLimited(plan: ExecutionPlan, state: RunState, node: number): boolean {
  const { in: into } = plan.nodes[node]!;
  if (into.length === 0 || isLeftOut(plan, state, node)) return false;
  return into.every((edge) => isLeftOut(plan, state, plan.edges[edge]!.from));
}

/** What happens when this loop edge holds but is spent. `edge`: the node is left by its `on: exhausted` edges. */
export function exhaustionPolicy(plan: ExecutionPlan, edge: PlanEdge): OnExhausted | "edge" {
  const loop = edge.loop!;
  if (loop.explicit) return loop.onExhausted;
  const { out } = plan.nodes[edge.from]!;
  return out.some((index) => plan.edges[index]!.on?.includes("exhausted")) ? "edge" : loop.onExhausted;
}

/** How a person at the end of a chain says that they have no result either. */
export const GIVE_UP = "give_up";

/** What a person at the end of a chain may answer: the labels by which the node can be left, and that it cannot. */
export function takeoverOutcomes(plan: ExecutionPlan, node: number): readonly string[] {
  const { out, loopsOut } = plan.nodes[node]!;
  const labels = new Set([...loopsOut, ...out].flatMap((index) => plan.edges[index]!.on ?? []));
  labels.delete("error");
  labels.delete("exhausted");
  return labels.size > 0 ? [...labels.add(GIVE_UP)] : ["ok", GIVE_UP];
}

/** Why a node fails whose loop is spent and may not be left otherwise. */
export function exhaustion({ definition: { from, to }, loop }: PlanEdge): Failure {
  const message = `The loop ${from} -> ${to} was taken ${loop!.max} times and still holds`;
  return { code: "LOOP_EXHAUSTED", message, class: "permanent", rule: "built-in: LOOP_EXHAUSTED" };
}

/** What a person may answer for a loop that ran out: the labels by which the node can be left, in order. */
export function escalationOutcomes(plan: ExecutionPlan, node: number): readonly string[] {
  const labels = new Set(plan.nodes[node]!.out.flatMap((index) => plan.edges[index]!.on ?? []));
  labels.delete("error");
  return labels.size > 0 ? [...labels] : ["approved", "rejected"];
}
