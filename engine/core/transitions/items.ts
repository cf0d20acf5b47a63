/** The items that a state holds for nodes done by child runs: taken up, given up. Keeps their number in step. */
import type { EventOf } from "#contract/events.ts";
import type { ChildrenState, RisenChild, RunState } from "#core/state.ts";

export function holdItems(state: RunState, node: number, event: EventOf<"ChildrenStarted">): void {
  const { activation, count, items = null, source = null } = event;
  dropItems(state, node);
  state.items += count;
  state.children[node] = {
    activation,
    count,
    running: 0,
    done: 0,
    failed: 0,
    partial: 0,
    degraded: 0,
    next: 0,
    items,
    source,
    runs: new Array<string | null>(count).fill(null),
    ends: new Array<ChildrenState["ends"][number]>(count).fill(null),
  };
}

/** The node is done: how many there were is what stays. */
export function forgetItems(state: RunState, node: number): void {
  const children = state.children[node]!;
  dropItems(state, node);
  state.children[node] = { ...children, items: null, source: null, runs: [], ends: [] };
}

export function dropItems(state: RunState, node: number): void {
  state.items -= state.children[node]?.runs.length ?? 0;
  state.children[node] = null;
}

/** Where a child stands that runs; undefined: nowhere that its parent is told of. O(children that have risen). */
export function rise(children: ChildrenState, item: number, risen: RisenChild | undefined): void {
  if (risen === undefined && children.risen === undefined) return;
  const others = children.risen?.filter((other) => other.item !== item) ?? [];
  if (risen !== undefined) children.risen = [...others, risen];
  else if (others.length > 0) children.risen = others;
  else delete children.risen;
}
