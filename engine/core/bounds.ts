/**
 * How often each node can run at most, proven from the graph before anything starts. Pure arithmetic; it knows no
 * activity and no run.
 *
 * Why it holds. Between two resets of its counter a loop is taken at most `max` times, and only the taking of another
 * loop resets it: taken(e) <= max(e) * (1 + sum of taken(f) over the loops f that reset e). The order of `regions.ts`
 * makes this relation acyclic. A node becomes ready once, and once more for each taking that finds it no longer idle:
 * ready(n) <= 1 + sum of taken(e) over the loops whose scope holds n. One sort of taking changes nothing: where every
 * way to n, by loops as well, leads through e's source, n is idle when the source takes e, for it waits for that very
 * source. So these takings count neither for n nor as resets of loops that go back to n: loops in each other multiply,
 * loops one after the other leave each other alone.
 */
import { DEFAULT_LOOP_MAX, DEFAULT_RETRY, type PipelineDefinition } from "#contract/definition.ts";
import { dominators, type Graph, reachedBy } from "./graph.ts";

/** Stands for itself and everything above: from here on numbers are no longer exact. */
export const COUNTLESS: number = 2 ** 53;

/** Sums and products of whole numbers, exact below COUNTLESS. */
export const plus = (a: number, b: number): number => Math.min(a + b, COUNTLESS);
export const times = (a: number, b: number): number => Math.min(a * b, COUNTLESS);

export type Bounds = {
  /** By node index: how often it becomes ready. */
  readonly activations: Float64Array;
  /** By edge index: how often it is taken; 0 for edges that are no loops. */
  readonly takings: Float64Array;
};

/** The graph must be sound (`checkGraph`). Linear, but for one pass over the graph for every 32 loop edges. */
export function boundsOf(definition: PipelineDefinition, graph: Graph): Bounds {
  const { from, to, rank } = graph;
  const order = [...graph.loops].sort(
    (a, b) => rank[to[a]!]! - rank[to[b]!]! || rank[from[b]!]! - rank[from[a]!]!,
  );
  const activations = new Float64Array(graph.ids.length).fill(1);
  const takings = new Float64Array(from.length);
  const above = dominators(graph);
  let base = 0;
  let groupStart = 0;
  for (let first = 0; first < order.length; first += 32) {
    const batch = order.slice(first, first + 32);
    const reopens = reopenedBy(graph, above, batch);
    const leads = reachedBy(
      graph,
      batch.map((edge) => from[edge]!),
    );
    batch.forEach((edge, bit) => {
      const place = first + bit;
      if (place === 0 || to[order[place - 1]!] !== to[edge]) {
        groupStart = place;
        base = activations[to[edge]!]!;
        for (const other of bitsOf(reopens[to[edge]!]! & ((1 << bit) - 1)))
          base = plus(base, takings[batch[other]!]!);
      }
      // Loops to the same node reset those whose source comes before theirs.
      let resets = base;
      for (let earlier = groupStart; earlier < place && resets < COUNTLESS; earlier++) {
        const other = order[earlier]!;
        const isBefore = from[other] !== from[edge] && (leads[from[other]!]! & (1 << bit)) !== 0;
        if (isBefore) resets = plus(resets, takings[other]!);
      }
      takings[edge] = times(definition.edges[edge]!.max ?? DEFAULT_LOOP_MAX, resets);
    });
    reopens.forEach((loops, node) => {
      for (const bit of bitsOf(loops)) activations[node] = plus(activations[node]!, takings[batch[bit]!]!);
    });
  }
  return { activations, takings };
}

/**
 * How many attempts one activation may have: its tries, for the node's own settings and each model after them, and a
 * template's one. With `forEach`: how many one item may have. What a sub-pipeline tries again are its own nodes.
 */
export function triesOf(definition: PipelineDefinition, id: string): number {
  const { retry, fallback = [], uses } = definition.nodes[id]!;
  if (uses === "pipeline") return 1;
  const retries = retry?.retries ?? definition.defaults?.retry?.retries ?? DEFAULT_RETRY.retries;
  const models = fallback.filter((link) => typeof link === "string" && link !== "human").length;
  const templates = fallback.filter((link) => typeof link !== "string").length;
  return (retries + 1) * (1 + models) + templates;
}

/** By node: which of these loops (a bit each), when taken, may find it no longer idle and re-open it. */
export function reopenedBy(graph: Graph, above: Int32Array, batch: readonly number[]): Int32Array {
  const reached = reachedBy(
    graph,
    batch.map((edge) => graph.to[edge]!),
  );
  const behind = new Int32Array(graph.ids.length);
  const leaving = new Int32Array(graph.ids.length);
  batch.forEach((edge, bit) => {
    leaving[graph.from[edge]!]! |= 1 << bit;
  });
  for (const node of graph.order) {
    const before = above[node]!;
    if (before >= 0) behind[node] = behind[before]! | leaving[before]!;
    reached[node]! &= ~behind[node]!;
  }
  return reached;
}

function bitsOf(mask: number): number[] {
  const bits: number[] = [];
  for (let left = mask; left !== 0; left &= left - 1) bits.push(31 - Math.clz32(left & -left));
  return bits;
}
