/**
 * Owns the question whether a node can have run before another reads its output. Reachability is worked out for 32
 * nodes at a time, one bit each, so that 10,000 nodes stay fast.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import { buildGraph, type Graph } from "#core/graph.ts";
import type { NodeRead } from "./check-expressions.ts";
import type { Report } from "./source-tree.ts";

/** Needs a definition whose shape is sound. */
export function checkReads(definition: PipelineDefinition, reads: readonly NodeRead[], report: Report): void {
  const graph = buildGraph(definition);
  const at = (id: string): number => graph.indexOf.get(id)!;
  const open = reads.filter(({ reader, read, after }) => {
    if (!graph.indexOf.has(reader) || (after && reader === read)) return false;
    // The usual case by far: a direct predecessor.
    return !graph.inEdges[at(reader)]!.some((edge) => graph.from[edge] === at(read));
  });
  if (open.length === 0) return;
  const isBefore = ancestry(
    graph,
    open.map((item) => [at(item.read), at(item.reader)] as const),
  );
  const late = open.filter((_, index) => !isBefore[index]);
  if (late.length === 0) return;
  const isBehind = ancestry(
    graph,
    late.map((item) => [at(item.reader), at(item.read)] as const),
  );
  const reopened = reach(
    graph,
    graph.loops.map((edge) => graph.to[edge]!),
  );
  late.forEach((item, index) => {
    if (reopened[at(item.reader)]) return;
    const never = item.read === item.reader || isBehind[index];
    report({
      severity: never ? "error" : "warning",
      code: "UNKNOWN_NODE",
      message: never
        ? `"${item.read}" has never run when "${item.reader}" reads it`
        : `"${item.read}" may not have run when "${item.reader}" reads it: no edge leads from one to the other`,
      hint: never
        ? "read a node that comes before"
        : `add an edge ${item.read} -> ${item.reader}, or guard it with default(…, …)`,
      path: item.path,
    });
  });
}

/** For each pair: does a way of non-loop edges lead from the first to the second? */
function ancestry(graph: Graph, pairs: readonly (readonly [number, number])[]): boolean[] {
  const answer = pairs.map(() => false);
  const sources = [...new Set(pairs.map(([source]) => source))];
  const bitOf = new Map<number, number>();
  for (let first = 0; first < sources.length; first += 32) {
    bitOf.clear();
    const bits = new Int32Array(graph.ids.length);
    sources.slice(first, first + 32).forEach((source, bit) => {
      bitOf.set(source, bit);
      bits[source] = 1 << bit;
    });
    spread(graph, bits);
    pairs.forEach(([source, target], index) => {
      const bit = bitOf.get(source);
      if (bit !== undefined && source !== target) answer[index] = (bits[target]! & (1 << bit)) !== 0;
    });
  }
  return answer;
}

function reach(graph: Graph, starts: readonly number[]): Int32Array {
  const bits = new Int32Array(graph.ids.length);
  for (const start of starts) bits[start] = 1;
  spread(graph, bits);
  return bits;
}

function spread(graph: Graph, bits: Int32Array): void {
  for (const node of graph.order) {
    for (const edge of graph.outEdges[node]!) bits[graph.to[edge]!]! |= bits[node]!;
  }
}
