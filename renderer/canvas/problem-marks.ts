/**
 * Which node has which problems, worked out once per list of problems. A problem of an edge marks the node that the
 * edge leaves, so that it is seen even when the wire is out of sight.
 */
import type { Problem } from "#contract/errors.ts";
import { useDocument } from "#renderer/state/document-store.ts";

export type Marks = { readonly worst: "error" | "warning"; readonly first: Problem; readonly count: number };
type Index = { readonly nodes: ReadonlyMap<string, Marks>; readonly edges: ReadonlyMap<number, Marks> };

const known = new WeakMap<readonly Problem[], Index>();

/** `nodes.<id>…` → id, `edges.<n>…` → n. */
export function placeOf(path: string): { readonly node?: string; readonly edge?: number } {
  const node = /^nodes\.([a-z][a-z0-9_-]*)/.exec(path)?.[1];
  if (node !== undefined) return { node };
  const edge = /^edges\.(\d+)/.exec(path)?.[1];
  return edge === undefined ? {} : { edge: Number(edge) };
}

export function indexProblems(problems: readonly Problem[]): Index {
  const found = known.get(problems);
  if (found) return found;
  const nodes = new Map<string, Marks>();
  const edges = new Map<number, Marks>();
  for (const problem of problems) {
    const { node, edge } = placeOf(problem.path);
    if (node !== undefined) nodes.set(node, joined(nodes.get(node), problem));
    if (edge !== undefined) edges.set(edge, joined(edges.get(edge), problem));
  }
  const index = { nodes, edges };
  known.set(problems, index);
  return index;
}

function joined(old: Marks | undefined, problem: Problem): Marks {
  if (!old) return { worst: problem.severity, first: problem, count: 1 };
  const worse = problem.severity === "error" && old.worst === "warning";
  return {
    worst: worse ? "error" : old.worst,
    first: worse ? problem : old.first,
    count: old.count + 1,
  };
}

export function problemWords(marks: Marks, first: string): string {
  return marks.count > 1 ? `${first} (+${marks.count - 1})` : first;
}

export function useNodeProblems(id: string, readOnly: boolean): Marks | undefined {
  return useDocument((state) => (readOnly ? undefined : indexProblems(state.problems).nodes.get(id)));
}

export function useEdgeProblems(index: number, readOnly: boolean): Marks | undefined {
  return useDocument((state) => (readOnly ? undefined : indexProblems(state.problems).edges.get(index)));
}
