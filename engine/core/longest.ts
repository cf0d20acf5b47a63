/** How long a run can take when it is known how long each activation takes. Pure arithmetic; knows no clock. */
import { type Bounds, COUNTLESS, plus, reopenedBy, times } from "./bounds.ts";
import { dominators, type Graph } from "./graph.ts";

/** Above this many loops the walks through the graph are spared: everything is counted one after the other. */
const MANY_LOOPS = 300;

export type Way = { readonly length: number; readonly nodes: readonly number[] };

/** The way by non-loop edges whose nodes weigh most together. `weights` by node; 0 leaves a node out. */
export function longestWay(graph: Graph, weights: ArrayLike<number>): Way {
  const { from, inEdges, order } = graph;
  const length = new Float64Array(graph.ids.length);
  const before = new Int32Array(graph.ids.length).fill(-1);
  let end = -1;
  for (const node of order) {
    for (const edge of inEdges[node]!) {
      const source = from[edge]!;
      if (before[node]! < 0 || length[source]! > length[before[node]!]!) before[node] = source;
    }
    length[node] = plus(weights[node]!, before[node]! < 0 ? 0 : length[before[node]!]!);
    if (end < 0 || length[node]! > length[end]!) end = node;
  }
  const nodes: number[] = [];
  for (let node = end; node >= 0; node = before[node]!) if (weights[node]! > 0) nodes.push(node);
  return { length: end < 0 ? 0 : length[end]!, nodes: nodes.reverse() };
}

/**
 * No run takes longer, when no activation of a node takes longer than its weight, all its activations together no longer
 * than its total, and `slots` activations can go on at once. A taken loop adds at most the longest way through what it re-opens: what else is still to come was to come before.
 * Where slots are short, what is not on that way still has to pass through them.
 */
export function longestRun(
  graph: Graph,
  { takings }: Bounds,
  weights: ArrayLike<number>,
  totals: ArrayLike<number>,
  slots: number,
): number {
  const oneByOne = Array.from(totals).reduce(plus, 0);
  if (graph.loops.length > MANY_LOOPS || oneByOne === COUNTLESS) return oneByOne;
  const above = dominators(graph);
  let inRounds = longestWay(graph, weights).length;
  for (const edge of graph.loops) {
    const reopened = reopenedBy(graph, above, [edge]);
    const again = Float64Array.from(reopened, (bit, node) => (bit === 0 ? 0 : weights[node]!));
    inRounds = plus(inRounds, times(takings[edge]!, longestWay(graph, again).length));
  }
  if (slots < graph.ids.length) inRounds = Math.ceil(inRounds + Math.max(0, oneByOne - inRounds) / slots);
  return Math.min(oneByOne, inRounds);
}
