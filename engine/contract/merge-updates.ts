/**
 * Two updates of one subscription as one, for readers that cannot keep up. Newer entries replace older ones of the
 * same node, edge or run; streamed text keeps its order. Pure.
 */
import type { EngineUpdate } from "./engine-api.ts";
import type { RunUpdate } from "./run.ts";

/** Streamed text is decoration: of a flood only the newest part is kept. */
const MAX_STREAMS = 1_000;

export function mergeRunUpdates(older: RunUpdate, newer: RunUpdate): RunUpdate {
  return {
    ...newer,
    nodes: replaceBy(older.nodes, newer.nodes, (node) => node.id),
    edges: replaceBy(older.edges, newer.edges, (edge) => edge.index),
    streams: [...older.streams, ...newer.streams].slice(-MAX_STREAMS),
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
