/** Which results a retry of an ended run takes over: all that succeeded and does not follow what runs again. */
import { LayerloomError } from "#contract/errors.ts";
import type { NodeStatus } from "#contract/events.ts";
import { nodeView } from "#core/view.ts";
import type { LiveRun } from "./live-run.ts";

const KEPT: ReadonlySet<NodeStatus> = new Set(["succeeded", "skipped", "cached"]);

/** `from`: this node and what follows it runs again; absent: what did not succeed and what follows that. */
export function nodesToReuse(run: LiveRun, from: string | undefined): readonly string[] {
  const { plan } = run.program;
  const again = new Set<number>();
  if (from === undefined) {
    for (const index of plan.nodes.keys()) {
      const { status } = nodeView(plan, run.state, index);
      if (!KEPT.has(status) && status !== "not_reached") again.add(index);
    }
  } else {
    const index = plan.indexOf.get(from);
    if (index === undefined) throw new LayerloomError("NOT_FOUND", `the run has no node "${from}"`);
    again.add(index);
  }
  for (const index of again) {
    for (const edge of plan.nodes[index]?.out ?? []) {
      const target = plan.edges[edge];
      if (target) again.add(target.to);
    }
  }
  return plan.nodes
    .filter((_, index) => !again.has(index) && KEPT.has(nodeView(plan, run.state, index).status))
    .map((node) => node.id);
}
