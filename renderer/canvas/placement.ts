/**
 * Positions for nodes that have none: columns by longest path, rows by the middle of their predecessors. Runs at once
 * and in linear time, so a file without a layout opens readable; a real tidy-up is asked for separately (tidy.ts).
 * Pure. Never changes a position that the file gives.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import { COLUMN_GAP, NODE_HEIGHT, NODE_WIDTH, type Point, ROW_GAP } from "./geometry.ts";

const COLUMN = NODE_WIDTH + COLUMN_GAP;
const ROW = NODE_HEIGHT + ROW_GAP;

export function placeAll(definition: PipelineDefinition): ReadonlyMap<string, Point> {
  const given = definition.layout ?? {};
  const ids = Object.keys(definition.nodes);
  const places = new Map<string, Point>();
  for (const id of ids) {
    const at = given[id];
    if (at) places.set(id, { x: at[0], y: at[1] });
  }
  if (places.size === ids.length) return places;
  const columns = columnsOf(definition);
  const parents = parentsOf(definition);
  const taken = new Set<string>();
  for (const at of places.values()) taken.add(cell(Math.round(at.x / COLUMN), Math.round(at.y / ROW)));
  const order = ids
    .filter((id) => !places.has(id))
    .sort((a, b) => (columns.get(a) ?? 0) - (columns.get(b) ?? 0));
  for (const id of order) {
    const above = (parents.get(id) ?? []).flatMap((parent) => places.get(parent) ?? []);
    const x =
      above.length > 0 ? Math.max(...above.map((at) => at.x)) + COLUMN : (columns.get(id) ?? 0) * COLUMN;
    const wish = above.length > 0 ? above.reduce((sum, at) => sum + at.y, 0) / above.length : 0;
    const column = Math.round(x / COLUMN);
    const row = freeRow(taken, column, Math.round(wish / ROW));
    taken.add(cell(column, row));
    places.set(id, { x, y: row * ROW });
  }
  return places;
}

const cell = (column: number, row: number) => `${column}:${row}`;

function freeRow(taken: ReadonlySet<string>, column: number, wish: number): number {
  for (let step = 0; ; step++) {
    if (!taken.has(cell(column, wish + step))) return wish + step;
    if (step > 0 && wish - step >= 0 && !taken.has(cell(column, wish - step))) return wish - step;
  }
}

function parentsOf(definition: PipelineDefinition): Map<string, string[]> {
  const parents = new Map<string, string[]>();
  for (const edge of definition.edges) {
    if (edge.kind === "loop" || edge.kind === "skip") continue;
    const list = parents.get(edge.to);
    if (list) list.push(edge.from);
    else parents.set(edge.to, [edge.from]);
  }
  return parents;
}

/** Longest path from any root, loop edges left out; what stands on a forbidden cycle stays in the column it got. */
function columnsOf(definition: PipelineDefinition): Map<string, number> {
  const columns = new Map<string, number>();
  const open = new Map<string, number>();
  const next = new Map<string, string[]>();
  for (const edge of definition.edges) {
    if (edge.kind === "loop" || edge.from === edge.to) continue;
    const list = next.get(edge.from);
    if (list) list.push(edge.to);
    else next.set(edge.from, [edge.to]);
    open.set(edge.to, (open.get(edge.to) ?? 0) + 1);
  }
  const queue = Object.keys(definition.nodes).filter((id) => !open.get(id));
  for (let head = 0; head < queue.length; head++) {
    const id = queue[head] as string;
    const column = columns.get(id) ?? 0;
    columns.set(id, column);
    for (const to of next.get(id) ?? []) {
      columns.set(to, Math.max(columns.get(to) ?? 0, column + 1));
      const left = (open.get(to) ?? 1) - 1;
      open.set(to, left);
      if (left === 0) queue.push(to);
    }
  }
  return columns;
}
