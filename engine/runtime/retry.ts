/**
 * Which results a retry of an ended run takes over: all that succeeded and does not follow what runs again. Of nodes done
 * by child runs it takes over the children that succeeded, where what the node is given is the same as then.
 */
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
export function retryPart(
  run: LiveRun,
  from: string | undefined,
  edited: JsonObject | undefined,
): Part & { readonly continued: readonly string[] } {
  const { plan } = run.program;
  const indexOf = (id: string): number => {
    const index = plan.indexOf.get(id);
    if (index === undefined) throw new LayerloomError("NOT_FOUND", `the run has no node "${id}"`);
    return index;
  };
  const changed = Object.keys(edited ?? {}).map(indexOf);
  for (const index of changed) refuseUnknownNext(run, index, edited ?? {});
  const again = new Set<number>();
  if (from !== undefined && !changed.includes(indexOf(from))) again.add(indexOf(from));
  const asked = new Set(again);
  if (from === undefined && changed.length === 0) {
    for (const index of plan.nodes.keys()) {
      const { status } = nodeView(plan, run.state, index);
      if (!hasSucceeded(run, index) && status !== "not_reached") again.add(index);
    }
  }
  const following = followersOf(run, [...changed, ...again]);
  for (const index of following) again.add(index);
  const isKept = (index: number): boolean =>
    !again.has(index) && KEPT.has(nodeView(plan, run.state, index).status);
  const reuse = plan.nodes
    .filter(({ index }) => changed.includes(index) || isKept(index))
    .map(({ id }) => id);
  const kept = new Set(reuse);
  const continued = plan.nodes
    .filter(
      ({ id, index, children }) => children && !kept.has(id) && !following.has(index) && !asked.has(index),
    )
    .map(({ id }) => id);
  if (!isLimited(run.state)) return { reuse, continued };
  return {
    reuse,
    continued,
    only: plan.nodes.filter(({ index }) => run.state.excluded[index] === 0).map(({ id }) => id),
  };
}

/** All its items did, where it has any: those that were collected as failed run again. */
function hasSucceeded(run: LiveRun, index: number): boolean {
  const { status, items } = nodeView(run.program.plan, run.state, index);
  return KEPT.has(status) && (items === undefined || items.failed === 0);
}

/** All nodes that come after these, in any number of steps. */
function followersOf({ program: { plan } }: LiveRun, nodes: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...nodes];
  for (const index of open) {
    for (const edge of plan.nodes[index]?.out ?? []) {
      const { to } = plan.edges[edge]!;
      if (found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
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
