/** Which results a retry of an ended run takes over: all that succeeded and does not follow what runs again. */
import { LayerloomError } from "#contract/errors.ts";
import type { NodeStatus } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import { chosenNext } from "#core/next.ts";
import { isLimited, nodeView } from "#core/view.ts";
import type { LiveRun } from "./live-run.ts";
import type { Part } from "./part.ts";

const KEPT: ReadonlySet<NodeStatus> = new Set(["succeeded", "skipped", "cached"]);

/**
 * `from`: this node and what follows it runs again. `edited`: what follows these nodes runs on the outputs given here.
 * Neither: what did not succeed and what follows that. What the run left out stays left out.
 */
export function retryPart(run: LiveRun, from: string | undefined, edited: JsonObject | undefined): Part {
  const { plan } = run.program;
  const indexOf = (id: string): number => {
    const index = plan.indexOf.get(id);
    if (index === undefined) throw new LayerloomError("NOT_FOUND", `the run has no node "${id}"`);
    return index;
  };
  const changed = Object.keys(edited ?? {}).map(indexOf);
  for (const index of changed) refuseUnknownNext(run, index, edited ?? {});
  const again = new Set<number>();
  const follow = (index: number): void => {
    for (const edge of plan.nodes[index]?.out ?? []) {
      const target = plan.edges[edge];
      if (target) again.add(target.to);
    }
  };
  for (const index of changed) follow(index);
  if (from !== undefined && !changed.includes(indexOf(from))) again.add(indexOf(from));
  if (from === undefined && changed.length === 0) {
    for (const index of plan.nodes.keys()) {
      const { status } = nodeView(plan, run.state, index);
      if (!KEPT.has(status) && status !== "not_reached") again.add(index);
    }
  }
  for (const index of again) follow(index);
  const isKept = (index: number): boolean =>
    !again.has(index) && KEPT.has(nodeView(plan, run.state, index).status);
  const reuse = plan.nodes
    .filter(({ index }) => changed.includes(index) || isKept(index))
    .map(({ id }) => id);
  if (!isLimited(run.state)) return { reuse };
  return {
    reuse,
    only: plan.nodes.filter(({ index }) => run.state.excluded[index] === 0).map(({ id }) => id),
  };
}

function refuseUnknownNext(run: LiveRun, index: number, edited: JsonObject): void {
  const { id, definition } = run.program.plan.nodes[index] ?? {};
  if (id === undefined || definition?.next === undefined) return;
  if (chosenNext(definition.next, edited[id] ?? null) !== undefined) return;
  throw new LayerloomError("UNKNOWN_NEXT", `the output chooses a way that "${id}" does not have`, {
    field: `nodes.${id}.next`,
    hint: `Its next is one of, or a list of: ${definition.next.join(", ")}.`,
  });
}
