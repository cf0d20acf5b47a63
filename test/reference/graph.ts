/** What the rules of docs/semantics.md say about the shape of a graph alone, by plain search. Knows no run. */
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";

export type Edge = EdgeDefinition & { readonly index: number };

export function allEdges(definition: Pick<PipelineDefinition, "edges">): readonly Edge[] {
  return definition.edges.map((edge, index) => ({ ...edge, index }));
}

/** The node itself and all that follows it by edges that are no loops. */
export function follows(edges: readonly Edge[], node: string): ReadonlySet<string> {
  const found = new Set([node]);
  for (const known of found) {
    for (const edge of edges) if (edge.kind !== "loop" && edge.from === known) found.add(edge.to);
  }
  return found;
}

/** The second node lies below the first: follows it and is another. */
function strictlyBelow(edges: readonly Edge[], above: string, below: string): boolean {
  return above !== below && follows(edges, above).has(below);
}

/** Rule 5: the loops whose counters start anew when `taken` is taken. */
export function innerLoops(edges: readonly Edge[], taken: Edge): readonly Edge[] {
  const reopened = follows(edges, taken.to);
  return edges.filter((loop) => {
    if (loop.kind !== "loop" || loop.index === taken.index) return false;
    if (!reopened.has(loop.from) || !reopened.has(loop.to)) return false;
    if (strictlyBelow(edges, taken.to, loop.to)) return true;
    return loop.to === taken.to && strictlyBelow(edges, loop.from, taken.from);
  });
}

/** Rule 4: the nodes that lie only between the ends of a skip edge: nothing enters from elsewhere, nothing leaves to elsewhere. */
export function onlyBetween(
  nodes: readonly string[],
  edges: readonly Edge[],
  skip: Edge,
): ReadonlySet<string> {
  const ordinary = edges.filter(({ kind }) => kind !== "loop");
  const between = new Set(nodes.filter((node) => node !== skip.from && node !== skip.to));
  const belongs = (node: string): boolean => {
    const into = ordinary.filter(({ to }) => to === node);
    const out = ordinary.filter(({ from }) => from === node);
    return (
      into.length > 0 &&
      out.length > 0 &&
      into.every(({ from }) => from === skip.from || between.has(from)) &&
      out.every(({ to }) => to === skip.to || between.has(to))
    );
  };
  for (;;) {
    const stranger = [...between].find((node) => !belongs(node));
    if (stranger === undefined) return between;
    between.delete(stranger);
  }
}
