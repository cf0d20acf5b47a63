/**
 * Owns the shorthand of `next:`: each candidate that no flow or branch edge leads to gets a flow edge, behind all edges
 * that are written down, so that what is drawn is what runs. Such edges are read into a definition and never written.
 */
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { isBare } from "./yaml-style.ts";

type Ends = Pick<EdgeDefinition, "from" | "to">;
const nameOf = ({ from, to }: Ends): string => `${from} ${to}`;

/** The edges to add, with their places in the lists. Unknown and repeated candidates give none. */
export function impliedEdges(
  { nodes }: Pick<PipelineDefinition, "nodes">,
  written: readonly EdgeDefinition[],
): readonly { readonly edge: EdgeDefinition; readonly place: number }[] {
  const choosing = Object.entries(nodes).filter(([, { next }]) => next !== undefined);
  if (choosing.length === 0) return [];
  const drawn = new Set(
    written.filter(({ kind }) => kind === "flow" || kind === "branch").map((edge) => nameOf(edge)),
  );
  return choosing.flatMap(([from, { next = [] }]) =>
    next.flatMap((to, place) => {
      const edge: EdgeDefinition = { from, to, kind: "flow" };
      if (!Object.hasOwn(nodes, to) || drawn.has(nameOf(edge))) return [];
      drawn.add(nameOf(edge));
      return [{ edge, place }];
    }),
  );
}

/** The edges that a file has to say: without those that `next:` says, unless `kept` (what the file says so far) has them. */
export function writtenEdges(
  { nodes, edges }: PipelineDefinition,
  kept: readonly EdgeDefinition[] = [],
): readonly EdgeDefinition[] {
  const candidates = new Set(
    Object.entries(nodes).flatMap(([from, { next = [] }]) => next.map((to) => nameOf({ from, to }))),
  );
  if (candidates.size === 0) return edges;
  const said = new Set(kept.filter(isBare).map((edge) => nameOf(edge)));
  return edges.filter((edge) => {
    const name = nameOf(edge);
    return !isBare(edge) || !candidates.has(name) || said.has(name);
  });
}
