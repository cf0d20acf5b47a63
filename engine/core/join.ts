/** When a node becomes ready, from the counts of its resolved in-edges alone: O(1). */
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";

/**
 * `ready`: its join is met. `unreachable`: it can no longer be met. `open`: some in-edge is still to come.
 * Join all is unmet when everything was dead, or when one in-edge is blocked by a failure that nobody took.
 */
export function joinOf(
  plan: ExecutionPlan,
  state: RunState,
  index: number,
): "ready" | "unreachable" | "open" {
  const node = plan.nodes[index]!;
  const taken = state.inTaken[index]!;
  const all = state.inResolved[index] === node.in.length;
  if (node.need > 0) {
    if (taken >= node.need) return "ready";
    return all ? "unreachable" : "open";
  }
  if (!all) return "open";
  return taken > 0 && state.inBlocked[index] === 0 ? "ready" : "unreachable";
}
