/** Makes of a random pipeline one whose nodes choose ways, work off lists or are pinned, and of its run one of a part. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { allEdges, follows } from "./graph.ts";
import type { Beginning } from "./happening.ts";

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

/** Some nodes that ask nobody are done once for each item of a list, some others give a result without running. */
export function withItemsAndPins(definition: PipelineDefinition, dice: number): PipelineDefinition {
  const nodes = Object.entries(definition.nodes).map(([id, node], index) => {
    const chosen = (dice >> (index % 12)) % 7;
    if (chosen === 0) return [id, { ...node, pin: { output: "pinned" } }] as const;
    if (chosen > 2 || node.uses !== "simulate" || node.fallback !== undefined) return [id, node] as const;
    const collect = chosen === 1 ? ({ onItemError: "collect" } as const) : {};
    return [id, { ...node, forEach: [1, 2, 3], maxConcurrent: 1 + (index % 3), ...collect }] as const;
  });
  return { ...definition, nodes: Object.fromEntries(nodes) };
}

/**
 * How a run of it may begin: mostly as one of the whole, else up to a node, of a node alone, or as one that grew from
 * another; the results of some nodes are there.
 */
export function beginningOf(definition: PipelineDefinition, dice: number): Beginning {
  const ids = Object.keys(definition.nodes);
  const edges = allEdges(definition);
  const asked = ids[(dice >> 3) % ids.length]!;
  const before = ids.filter((id) => id !== asked && follows(edges, id).has(asked));
  const there = (among: readonly string[]) => new Set(among.filter((_, place) => (dice >> place) % 3 !== 0));
  switch (dice % 8) {
    case 0:
      return { only: new Set([asked, ...before]) };
    case 1:
      return { only: new Set([asked, ...before]), given: there(before) };
    case 2:
      return { only: new Set([asked]), given: there(before) };
    case 3:
      return { given: there(ids) };
    default:
      return {};
  }
}
