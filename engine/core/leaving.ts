/**
 * By which edges a node may be left: the conditions of edges, read-only. Performing it is `transitions/finish.ts`.
 *
 * An edge holds when its `on` (if any) names the outcome and its `when` (if any) was judged true. An `else` edge holds
 * when no other branch of the node does. A loop never makes `else` fail: one that holds and has rounds left is taken
 * before branches are looked at, and one whose rounds are spent no longer counts.
 */
import type { ExecutionPlan, PlanEdge } from "./plan.ts";
import type { OnExhausted } from "./regions.ts";

export type Verdicts = Readonly<Record<string, boolean>> | undefined;

export function onMatches(edge: PlanEdge, outcome: string): boolean {
  return edge.on === undefined || edge.on.includes(outcome);
}

/** For every kind but `else` edges. */
export function holds(edge: PlanEdge, outcome: string, verdicts: Verdicts): boolean {
  return onMatches(edge, outcome) && (!edge.hasWhen || verdicts?.[edge.index] === true);
}

/** Is this out-edge taken when the node leaves by a non-error outcome? Not for loops. */
export function isTaken(plan: ExecutionPlan, edge: PlanEdge, outcome: string, verdicts: Verdicts): boolean {
  switch (edge.kind) {
    case "flow":
      return true;
    case "error":
      return false;
    default:
      if (!edge.else) return holds(edge, outcome, verdicts);
      return onMatches(edge, outcome) && !someBranchHolds(plan, edge.from, outcome, verdicts);
  }
}

/** Is this out-edge taken when the node failed for good? Error edges, and branches that name `error`. */
export function isTakenOnError(plan: ExecutionPlan, edge: PlanEdge, verdicts: Verdicts): boolean {
  if (edge.kind === "error") return holds(edge, "error", verdicts);
  if (edge.kind !== "branch" || !edge.on?.includes("error")) return false;
  return isTaken(plan, edge, "error", verdicts);
}

function someBranchHolds(plan: ExecutionPlan, node: number, outcome: string, verdicts: Verdicts): boolean {
  return plan.nodes[node]!.out.some((index) => {
    const edge = plan.edges[index]!;
    if (edge.kind !== "branch" || edge.else) return false;
    // Its `when` may have been judged for another outcome, before a spent loop failed the node.
    if (outcome === "error" && !edge.on?.includes("error")) return false;
    return holds(edge, outcome, verdicts);
  });
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

/** What a person may answer for a loop that ran out: the labels by which the node can be left, in order. */
export function escalationOutcomes(plan: ExecutionPlan, node: number): readonly string[] {
  const labels = new Set(plan.nodes[node]!.out.flatMap((index) => plan.edges[index]!.on ?? []));
  labels.delete("error");
  return labels.size > 0 ? [...labels] : ["approved", "rejected"];
}
