/**
 * SVG path data: soft curves for wires with a free way, rounded corners for those that go around.
 * Pure; decides nothing about where a wire runs.
 */
import type { Point, Side } from "./geometry.ts";

const round = (value: number) => Math.round(value * 10) / 10;

export function roundedPath(points: readonly Point[], radius: number): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let d = `M${round(first.x)},${round(first.y)}`;
  rest.forEach((corner, index) => {
    const before = points[index] as Point;
    const after = rest[index + 1];
    if (!after) {
      d += `L${round(corner.x)},${round(corner.y)}`;
      return;
    }
    const inward = towards(corner, before, radius);
    const outward = towards(corner, after, radius);
    d += `L${round(inward.x)},${round(inward.y)}Q${round(corner.x)},${round(corner.y)} ${round(outward.x)},${round(outward.y)}`;
  });
  return d;
}

/** From a corner towards a neighbour, at most half the way. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** The corners and handles of path data made here: what it draws lies within them. */
export function pathPoints(d: string): readonly Point[] {
  return [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

export type Curve = readonly [Point, Point, Point, Point];

/** A cubic that leaves to the right (or bottom) and arrives from the left. */
export function curveBetween(from: Point, to: Point, leaves: Side): Curve {
  const reach = Math.max(28, Math.min(140, Math.abs(to.x - from.x) * 0.5));
  const out =
    leaves === "bottom"
      ? { x: from.x, y: from.y + Math.max(40, reach * 0.7) }
      : { x: from.x + reach, y: from.y };
  return [from, out, { x: to.x - reach, y: to.y }, to];
}

export function curvePath([a, b, c, d]: Curve): string {
  return `M${round(a.x)},${round(a.y)}C${round(b.x)},${round(b.y)} ${round(c.x)},${round(c.y)} ${round(d.x)},${round(d.y)}`;
}

export function curvePoint([a, b, c, d]: Curve, t: number): Point {
  const u = 1 - t;
  const [wa, wb, wc, wd] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: wa * a.x + wb * b.x + wc * c.x + wd * d.x, y: wa * a.y + wb * b.y + wc * c.y + wd * d.y };
}

/** An arrow head whose tip is `at`, coming in through that side of a box. */
export function arrowHead(at: Point, into: Side): string {
  const { x, y } = at;
  const [length, half] = [9, 4.5];
  switch (into) {
    case "left":
      return `M${x},${y}L${x - length},${y - half}L${x - length},${y + half}Z`;
    case "top":
      return `M${x},${y}L${x - half},${y - length}L${x + half},${y - length}Z`;
    case "bottom":
      return `M${x},${y}L${x - half},${y + length}L${x + half},${y + length}Z`;
    default:
      return `M${x},${y}L${x + length},${y - half}L${x + length},${y + half}Z`;
  }
}
