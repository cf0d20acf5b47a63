/**
 * The mark that travels with data: a result is degraded when a fallback or a default made it or a part of it (2, its
 * own), or when an edge that was taken led to it from a degraded one, or it was taken over with its mark (1, inherited).
 */
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import { TAKEN } from "./status.ts";

export const INHERITED = 1;
export const OWN = 2;

/** Did something stand in within a child run of this activation? */
export function hasStandIns(state: RunState, node: number): boolean {
  const children = state.children[node]!;
  return children !== null && children.degraded > 0 && children.activation === state.activations[node];
}

/** O(in-edges), and O(1) in a run without anything degraded. What a child gave of that sort marks its parent's node. */
export function inheritsDegraded(plan: ExecutionPlan, state: RunState, node: number): boolean {
  if (hasStandIns(state, node) || state.tookDegraded[node] === 1) return true;
  if (state.marked === 0) return false;
  return plan.nodes[node]!.in.some(
    (edge) => state.edgeState[edge] === TAKEN && state.degraded[plan.edges[edge]!.from]! > 0,
  );
}

/**
 * Of a node that is about to finish, or to fail (`failedAs`: how it is left then, `ok` where a default takes over).
 * O(in-edges).
 */
export function willBeDegraded(
  plan: ExecutionPlan,
  state: RunState,
  node: number,
  failedAs: string | null,
): boolean {
  const own = failedAs === null ? state.link[node]! > 0 : failedAs !== "error";
  return own || inheritsDegraded(plan, state, node);
}

export function markDegraded(state: RunState, node: number, mark: number): void {
  state.marked += Number(mark > 0) - Number(state.degraded[node]! > 0);
  state.degraded[node] = mark;
}
