/** Owns the warning about work with effects that a run may repeat very often. Counting is the core's business. */
import { DEFAULT_LOOP_MAX, type PipelineDefinition } from "#contract/definition.ts";
import { type Bounds, boundsOf, COUNTLESS, times, triesOf } from "#core/bounds.ts";
import { buildGraph, dominators, type Graph, reachableFrom } from "#core/graph.ts";
import { type ActivityRegistry, isPure } from "#ports/activity.ts";
import type { Report } from "./source-tree.ts";

/** Attempts of one node in one run that a person should know of before it starts. */
const MANY = 10_000;

/** For a definition whose shape is sound. One warning: the node that may run most often, and how many more there are. */
export function checkBounds(
  definition: PipelineDefinition,
  registry: ActivityRegistry,
  report: Report,
): void {
  const graph = buildGraph(definition);
  if (graph.loops.length === 0) return;
  const bounds = boundsOf(definition, graph);
  const many = graph.ids
    .map((id, index) => ({ id, index, attempts: times(bounds.activations[index]!, triesOf(definition, id)) }))
    .filter(({ id, attempts }) => attempts > MANY && hasEffects(definition, registry, id))
    .sort((a, b) => b.attempts - a.attempts);
  const [worst, ...others] = many;
  if (!worst) return;
  const edge = widestLoop(definition, graph, bounds, worst.index);
  if (edge === undefined) return;
  const { from, to } = definition.edges[edge]!;
  const more =
    others.length === 0 ? "" : `, and ${others.length} more nodes over ${MANY.toLocaleString("en-US")} times`;
  report({
    severity: "warning",
    code: "MANY_EXECUTIONS",
    message: `one run may try "${worst.id}" up to ${counted(worst.attempts)} times${more}`,
    hint: `lower "max" of the loop ${from} -> ${to}, or the retries; loops in each other multiply`,
    path: `edges.${edge}${definition.edges[edge]!.max === undefined ? "" : ".max"}`,
  });
}

function counted(value: number): string {
  return value >= COUNTLESS ? "more than 9,000,000,000,000,000" : value.toLocaleString("en-US");
}

function hasEffects(definition: PipelineDefinition, registry: ActivityRegistry, id: string): boolean {
  const { uses, with: settings } = definition.nodes[id]!;
  const activity = registry.get(uses);
  return activity !== undefined && !isPure(activity, settings);
}

/** Of the loops that make the node run again the one with the most rounds. */
function widestLoop(
  definition: PipelineDefinition,
  graph: Graph,
  { takings }: Bounds,
  node: number,
): number | undefined {
  const { from, to, loops } = graph;
  const before = new Set<number>();
  const above = dominators(graph);
  for (let other = above[node]!; other >= 0; other = above[other]!) before.add(other);
  const rounds = (edge: number): number => definition.edges[edge]!.max ?? DEFAULT_LOOP_MAX;
  return loops
    .filter((edge) => !before.has(from[edge]!))
    .sort((a, b) => rounds(b) - rounds(a) || takings[b]! - takings[a]!)
    .find((edge) => reachableFrom(graph, to[edge]!).includes(node));
}
