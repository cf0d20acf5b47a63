/**
 * The pipeline of one item of `forEach`: the node by itself, with what makes an attempt and without what places it in
 * its graph. Its expressions see the names of the parent run and `item` (scope.ts).
 */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { Program } from "./program.ts";

/** What stays with the parent: when the node runs, how often, and what becomes of its result. */
const OF_THE_PARENT = [
  "forEach",
  "maxConcurrent",
  "onItemError",
  "join",
  "skip",
  "default",
  "remember",
  "cache",
  "next",
  "pin",
  "speculate",
] as const satisfies readonly (keyof NodeDefinition)[];

const texts = new WeakMap<Program, Map<string, string>>();

/** JSON; the same for all items, so that it is stored and compiled once. */
export function itemText(program: Program, node: string): string {
  const known = texts.get(program) ?? new Map<string, string>();
  texts.set(program, known);
  const text = known.get(node) ?? JSON.stringify(itemDefinition(program.definition, node));
  known.set(node, text);
  return text;
}

function itemDefinition(parent: PipelineDefinition, node: string): PipelineDefinition {
  const { layerloom, name, purpose, defaults } = parent;
  const own = { ...parent.nodes[node], uses: parent.nodes[node]?.uses ?? "" };
  for (const key of OF_THE_PARENT) delete own[key];
  return {
    layerloom,
    name,
    ...(purpose === undefined ? {} : { purpose }),
    ...(defaults === undefined ? {} : { defaults }),
    nodes: { [node]: own },
    edges: [],
    output: `\${{ nodes.${node}.output }}`,
  };
}
