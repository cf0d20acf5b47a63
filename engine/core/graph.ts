/**
 * The bare graph of a definition: integer ids, adjacency, topological order. Owns no meaning: it knows of loop
 * edges only that they are set aside, and nothing of runs.
 */
import type { PipelineDefinition } from "#contract/definition.ts";

export type Graph = {
  readonly ids: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** By edge index; -1 where the definition names an unknown node. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Non-loop edges by node, in definition order. */
  readonly outEdges: readonly (readonly number[])[];
  readonly inEdges: readonly (readonly number[])[];
  /** Loop edges in definition order. */
  readonly loops: readonly number[];
  /** Node indexes in topological order of the non-loop edges; shorter than `ids` when there is a cycle. */
  readonly order: readonly number[];
  /** Place of a node in `order`; -1 for nodes on or behind a cycle. */
  readonly rank: Int32Array;
};

/** O(nodes + edges). Edges with an unknown end are left out of the adjacency. */
export function buildGraph(definition: PipelineDefinition): Graph {
  const ids = Object.keys(definition.nodes);
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const from = new Int32Array(definition.edges.length);
  const to = new Int32Array(definition.edges.length);
  const outEdges: number[][] = ids.map(() => []);
  const inEdges: number[][] = ids.map(() => []);
  const loops: number[] = [];
  definition.edges.forEach((edge, index) => {
    const source = indexOf.get(edge.from) ?? -1;
    const target = indexOf.get(edge.to) ?? -1;
    from[index] = source;
    to[index] = target;
    if (source < 0 || target < 0) return;
    if (edge.kind === "loop") {
      loops.push(index);
    } else {
      outEdges[source]!.push(index);
      inEdges[target]!.push(index);
    }
  });
  const order = topologicalOrder(outEdges, inEdges, to);
  const rank = new Int32Array(ids.length).fill(-1);
  order.forEach((node, place) => {
    rank[node] = place;
  });
  return { ids, indexOf, from, to, outEdges, inEdges, loops, order, rank };
}

/** Kahn's algorithm, first come first served, so that the order depends on the definition alone. */
function topologicalOrder(outEdges: number[][], inEdges: number[][], to: Int32Array): number[] {
  const open = Int32Array.from(inEdges, (edges) => edges.length);
  const order: number[] = [];
  for (let node = 0; node < open.length; node++) if (open[node] === 0) order.push(node);
  for (let head = 0; head < order.length; head++) {
    for (const edge of outEdges[order[head]!]!) {
      const target = to[edge]!;
      open[target]! -= 1;
      if (open[target] === 0) order.push(target);
    }
  }
  return order;
}

/** `start` and all that it reaches by non-loop edges, in topological order, `start` first. */
export function reachableFrom(graph: Graph, start: number): number[] {
  const seen = new Set([start]);
  const found = [start];
  for (let head = 0; head < found.length; head++) {
    for (const edge of graph.outEdges[found[head]!]!) {
      const target = graph.to[edge]!;
      if (seen.has(target)) continue;
      seen.add(target);
      found.push(target);
    }
  }
  return found.sort((a, b) => graph.rank[a]! - graph.rank[b]!);
}

/** `end` and all that reach it by non-loop edges, looking no further back than `floor` in topological order. */
export function reaching(graph: Graph, end: number, floor: number): Set<number> {
  const seen = new Set([end]);
  const found = [end];
  for (let head = 0; head < found.length; head++) {
    for (const edge of graph.inEdges[found[head]!]!) {
      const source = graph.from[edge]!;
      if (seen.has(source) || graph.rank[source]! < graph.rank[floor]!) continue;
      seen.add(source);
      found.push(source);
    }
  }
  return seen;
}

/**
 * By node: which of `starts` (at most 32, a bit each) reach it by non-loop edges, or are it. For a graph without cycles.
 */
export function reachedBy(graph: Graph, starts: readonly number[]): Int32Array {
  const reached = new Int32Array(graph.ids.length);
  starts.forEach((node, bit) => {
    reached[node]! |= 1 << bit;
  });
  for (const node of graph.order) {
    for (const edge of graph.outEdges[node]!) reached[graph.to[edge]!]! |= reached[node]!;
  }
  return reached;
}

/**
 * By node: the nearest other node that every way to it leads through, loop edges being ways too; -1 where there is
 * none. For a graph without cycles but for its loops. Linear where each loop's target lies on every way to its source.
 */
export function dominators(graph: Graph): Int32Array {
  const { from, to, inEdges, loops, order, rank } = graph;
  const above = new Int32Array(graph.ids.length).fill(-1);
  const common = (one: number, two: number): number => {
    let [a, b] = [one, two];
    while (a !== b) {
      if (b < 0 || (a >= 0 && rank[a]! > rank[b]!)) a = above[a]!;
      else b = above[b]!;
    }
    return a;
  };
  const nearest = (ways: readonly number[], node: number): number =>
    ways.length === 0
      ? -1
      : ways
          .map((edge) => from[edge]!)
          .filter((source) => source !== node)
          .reduce(common);
  for (const node of order) above[node] = nearest(inEdges[node]!, node);
  // A loop can be a way around another node; then what lies behind its target is looked at again.
  const ways = inEdges.map((edges) => [...edges]);
  for (const edge of loops) ways[to[edge]!]!.push(edge);
  for (let changed = loops.length > 0; changed; ) {
    changed = false;
    for (const node of order) {
      const before = above[node]!;
      if (before === -1) continue;
      above[node] = nearest(ways[node]!, node);
      changed ||= above[node] !== before;
    }
  }
  return above;
}
