/** Which results a retry or a fork takes over: the rule of docs/semantics.md a second time, found by plain search. */
import { allEdges, follows } from "#test/reference/graph.ts";
import type { Grown } from "./scenario.ts";
import type { RunWitness } from "./witness.ts";

const KEPT: readonly string[] = ["succeeded", "skipped", "cached"];

export function takenOver(base: RunWitness, { from, edited }: Grown): ReadonlySet<string> {
  const { reference } = base.referee;
  const edges = allEdges(base.definition);
  const ids = Object.keys(base.definition.nodes);
  const statusOf = (id: string): string => reference.statusOf(id);
  // Items that were collected as failed are not done.
  const isWhole = (id: string): boolean =>
    (base.state.children[base.plan.indexOf.get(id) ?? -1]?.failed ?? 0) === 0;
  const failed = ids.filter(
    (id) => statusOf(id) !== "not_reached" && !(KEPT.includes(statusOf(id)) && isWhole(id)),
  );
  const after = edges.filter((edge) => edge.kind !== "loop" && edge.from === edited).map(({ to }) => to);
  const asked = from === undefined || from === edited ? [] : [from];
  const begin = from === undefined && edited === undefined ? failed : [...asked, ...after];
  const again = new Set(begin.flatMap((id) => [...follows(edges, id)]));
  return new Set(ids.filter((id) => id === edited || (!again.has(id) && KEPT.includes(statusOf(id)))));
}
