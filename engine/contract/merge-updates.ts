/**
 * Two updates of one subscription as one, for readers that cannot keep up. Newer entries replace older ones of the
 * same node, edge or run; tasks and streamed text are whole in every update. Pure.
 */
import type { EngineUpdate } from "./engine-api.ts";
import type { RunUpdate } from "./run.ts";

export function mergeRunUpdates(older: RunUpdate, newer: RunUpdate): RunUpdate {
  return {
    ...newer,
    nodes: replaceBy(older.nodes, newer.nodes, (node) => node.id),
    edges: replaceBy(older.edges, newer.edges, (edge) => edge.index),
    streams: newer.streams,
    failure: newer.failure ?? older.failure,
  };
}

export function mergeEngineUpdates(older: EngineUpdate, newer: EngineUpdate): EngineUpdate {
  return { ...newer, runs: replaceBy(older.runs, newer.runs, (run) => run.id) };
}

/** Keeps the place of an entry that is replaced, adds new ones at the end. */
function replaceBy<T>(
  older: readonly T[],
  newer: readonly T[],
  key: (entry: T) => string | number,
): readonly T[] {
  const entries = new Map(older.map((entry) => [key(entry), entry]));
  for (const entry of newer) entries.set(key(entry), entry);
  return [...entries.values()];
}
