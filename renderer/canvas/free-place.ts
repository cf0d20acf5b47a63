/** A free place for a node that nobody pointed a place out for: the nearest to where it should go. Pure. */
import { COLUMN_GAP, NODE_HEIGHT, NODE_WIDTH, type Point, type Rect, ROW_GAP, snap } from "./geometry.ts";

const AIR = 24;
const RINGS = 12;
const STEP_X = (NODE_WIDTH + COLUMN_GAP) / 2;
const STEP_Y = (NODE_HEIGHT + ROW_GAP) / 2;

/** `middle` is where the middle of the node should be; the answer is its corner. */
export function freePlace(middle: Point, rects: readonly Rect[]): Point {
  const wish = { x: snap(middle.x - NODE_WIDTH / 2), y: snap(middle.y - NODE_HEIGHT / 2) };
  for (let ring = 0; ring <= RINGS; ring++) {
    const found = ringOf(ring)
      .map(([x, y]) => ({ x: snap(wish.x + x * STEP_X), y: snap(wish.y + y * STEP_Y) }))
      .find((at) => !rects.some((rect) => overlaps(at, rect)));
    if (found) return found;
  }
  return wish;
}

/** The steps at that distance, those straight below and above first: a column stays a column. */
function ringOf(ring: number): readonly (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = [];
  for (let x = -ring; x <= ring; x++)
    for (let y = -ring; y <= ring; y++) if (Math.max(Math.abs(x), Math.abs(y)) === ring) steps.push([x, y]);
  return steps.sort(([ax, ay], [bx, by]) => Math.abs(ax) - Math.abs(bx) || by - ay);
}

const overlaps = (at: Point, rect: Rect): boolean =>
  at.x < rect.x + rect.width + AIR &&
  at.x + NODE_WIDTH + AIR > rect.x &&
  at.y < rect.y + rect.height + AIR &&
  at.y + NODE_HEIGHT + AIR > rect.y;
