/**
 * Room for a node that is put into a wire: it goes between the two ends, and when they stand too close, the far end
 * and everything right of it moves on. Pure: positions in, positions out.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import { NODE_WIDTH, type Point } from "./geometry.ts";
import { placeAll } from "./placement.ts";

const GAP = 68;

export type Places = Readonly<Record<string, readonly [number, number]>>;

/** Where the node goes, and where the others go; `wish` where the wire does not lead to the right. */
export function makeRoom(
  definition: PipelineDefinition,
  edge: number,
  wish: Point,
  inserted?: string,
): { readonly at: Point; readonly others: Places } {
  const { from = "", to = "" } = definition.edges[edge] ?? {};
  const places = placeAll(definition);
  const [start, end] = [places.get(from), places.get(to)];
  if (!start || !end || end.x < start.x + NODE_WIDTH) return { at: wish, others: {} };
  const least = start.x + NODE_WIDTH + GAP;
  const at = { x: Math.max(least, Math.min(wish.x, end.x - GAP - NODE_WIDTH)), y: (start.y + end.y) / 2 };
  const shift = at.x + NODE_WIDTH + GAP - end.x;
  if (shift <= 0) return { at, others: {} };
  const others = [...places]
    .filter(([id, place]) => id !== inserted && id !== from && place.x >= end.x)
    .map(([id, place]) => [id, [place.x + shift, place.y] as const]);
  return { at, others: Object.fromEntries(others) };
}
