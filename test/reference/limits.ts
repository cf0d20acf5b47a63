/** Makes of a random pipeline one whose nodes choose among those that follow, and of its run one up to a node. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { allEdges, follows } from "./graph.ts";

/** Every third node or so chooses among some of the nodes that a flow or branch edge leads to. */
export function withChoices(definition: PipelineDefinition, dice: number): PipelineDefinition {
  const nodes = Object.entries(definition.nodes).map(([id, node], index) => {
    const after = definition.edges.filter(
      ({ from, kind }) => from === id && (kind === "flow" || kind === "branch"),
    );
    const next = [...new Set(after.map(({ to }) => to))].filter((_, place) => (dice >> place) % 3 !== 0);
    return [id, (dice + index) % 3 === 0 && next.length > 0 ? { ...node, next } : node] as const;
  });
  return { ...definition, nodes: Object.fromEntries(nodes) };
}

/** A node and all that leads to it; undefined for a run of the whole. */
export function upToOne(definition: PipelineDefinition, dice: number): ReadonlySet<string> | undefined {
  if (dice % 4 !== 0) return undefined;
  const ids = Object.keys(definition.nodes);
  const last = ids[(dice >> 2) % ids.length]!;
  const edges = allEdges(definition);
  return new Set(ids.filter((id) => follows(edges, id).has(last)));
}
