/**
 * Which way each wire runs. Flow, branch and error wires are plain curves while nothing is in their way and go
 * around boxes otherwise; skips run above; loops run below everything between their ends, each in its own lane.
 * Pure: boxes and edges in, points out. Works on settled positions; a wire whose end is being dragged is drawn by
 * `directRoute` until it is dropped.
 */
import type { EdgeDefinition } from "#contract/definition.ts";
import type { Point, Port, Rect, Side } from "./geometry.ts";
import { Lanes, Obstacles } from "./obstacles.ts";
import { sourcePort, targetPort } from "./outcomes.ts";
import { arrowHead, type Curve, curveBetween, curvePath, curvePoint, roundedPath } from "./paths.ts";

export type Route = {
  readonly d: string;
  readonly arrow: string;
  readonly start: Point;
  readonly startSide: Side;
  readonly end: Point;
  /** Where the label pill goes; `start`: its left end is there, `centre`: its middle. */
  readonly label: Point;
  readonly labelAnchor: "start" | "centre";
  /** Between boxes that stand close the pill lies beside the wire, so that it hides neither port; no wider than this. */
  readonly labelRoom?: number | undefined;
};

export type RoutedNode = { readonly rect: Rect; readonly ports: readonly Port[] };

const LOOP_PITCH = 28;
const WIRE_PITCH = 8;
const PAD = 14;
const STUB = 20;
/** A pill beside a wire is this far from it: between two rows of ports. */
const LIFT = 12;
/** A pill may reach so far over a box: to where its text begins. */
const OVERLAP = 12;
const PILL_ROOM = 110;
const COUNT_ROOM = 64;

type Ends = {
  readonly from: RoutedNode;
  readonly to: RoutedNode;
  readonly start: Point;
  readonly end: Point;
  readonly startSide: Side;
};

function portPoint(node: RoutedNode, id: string): { at: Point; side: Side } {
  const port = node.ports.find((candidate) => candidate.id === id) ?? (node.ports[1] as Port);
  return { at: { x: node.rect.x + port.x, y: node.rect.y + port.y }, side: port.side };
}

function endsOf(edge: EdgeDefinition, from: RoutedNode, to: RoutedNode): Ends {
  const start = portPoint(from, sourcePort(edge));
  return { from, to, start: start.at, startSide: start.side, end: portPoint(to, targetPort(edge)).at };
}

/** Routes in the order of `edges`; undefined where an end does not exist. */
export function routeAll(
  edges: readonly EdgeDefinition[],
  nodeOf: (id: string) => RoutedNode | undefined,
  rects: readonly Rect[],
): readonly (Route | undefined)[] {
  const obstacles = new Obstacles(rects);
  const lanes = new Lanes();
  const routes = new Array<Route | undefined>(edges.length);
  const spread = loopSpread(edges);
  const spanned = edges
    .map((edge, index) => ({ edge, index, from: nodeOf(edge.from), to: nodeOf(edge.to) }))
    .filter(
      (entry): entry is typeof entry & { from: RoutedNode; to: RoutedNode } => !!entry.from && !!entry.to,
    );
  // Short loops first: they nest inside the longer ones.
  spanned.sort((a, b) => span(a) - span(b));
  for (const { edge, index, from, to } of spanned) {
    const ends = endsOf(edge, from, to);
    if (edge.kind === "loop") routes[index] = loopRoute(ends, obstacles, lanes, spread[index] ?? 0);
    else if (edge.kind === "skip") routes[index] = skipRoute(ends, obstacles, lanes);
    else routes[index] = wireRoute(edge, ends, obstacles, lanes);
  }
  return routes;
}

const span = (entry: { from: RoutedNode; to: RoutedNode }) => Math.abs(entry.from.rect.x - entry.to.rect.x);

/** Loops that share an end stand side by side there. */
function loopSpread(edges: readonly EdgeDefinition[]): number[] {
  const seen = new Map<string, number>();
  return edges.map((edge) => {
    if (edge.kind !== "loop") return 0;
    const nth = seen.get(edge.to) ?? 0;
    seen.set(edge.to, nth + 1);
    return nth * 20;
  });
}

function loopRoute({ from, to, start, end }: Ends, obstacles: Obstacles, lanes: Lanes, shift: number): Route {
  const sx = start.x + shift / 2;
  const tx = Math.min(end.x + shift, to.rect.x + to.rect.width - 16);
  const floor = Math.max(from.rect.y + from.rect.height, to.rect.y + to.rect.height);
  const free = obstacles.freeY(floor + 30, sx, tx, PAD, 1);
  const y = lanes.take(free, sx, tx, LOOP_PITCH, 1);
  const left = tx <= sx;
  const down = obstacles.freeX(sx, start.y + 8, y, 10, left ? 1 : -1, [from.rect]);
  const up = obstacles.freeX(tx, end.y + 8, y, 10, left ? -1 : 1, [to.rect]);
  const points: Point[] = [
    { x: sx, y: start.y },
    ...(down === sx
      ? []
      : [
          { x: sx, y: start.y + 16 },
          { x: down, y: start.y + 16 },
        ]),
    { x: down, y },
    { x: up, y },
    ...(up === tx
      ? []
      : [
          { x: up, y: end.y + 24 },
          { x: tx, y: end.y + 24 },
        ]),
    { x: tx, y: end.y + 7 },
  ];
  return {
    d: roundedPath(points, 12),
    arrow: arrowHead({ x: tx, y: end.y + 1 }, "bottom"),
    start: { x: sx, y: start.y },
    startSide: "bottom",
    end: { x: tx, y: end.y },
    label: { x: (down + up) / 2, y },
    labelAnchor: "centre",
  };
}

function skipRoute({ from, to, start, end }: Ends, obstacles: Obstacles, lanes: Lanes): Route {
  const ceiling = Math.min(from.rect.y, to.rect.y);
  const free = obstacles.freeY(ceiling - 40, start.x, end.x, PAD, -1);
  const y = lanes.take(free, start.x, end.x, LOOP_PITCH, -1);
  const down = obstacles.freeX(end.x, y, end.y - 8, 10, -1, [to.rect]);
  const points: Point[] = [
    start,
    { x: start.x, y },
    { x: down, y },
    ...(down === end.x
      ? []
      : [
          { x: down, y: end.y - 20 },
          { x: end.x, y: end.y - 20 },
        ]),
    { x: end.x, y: end.y - 7 },
  ];
  return {
    d: roundedPath(points, 28),
    arrow: arrowHead({ x: end.x, y: end.y - 1 }, "top"),
    start,
    startSide: "top",
    end,
    label: { x: (start.x + down) / 2, y },
    labelAnchor: "centre",
  };
}

function wireRoute(edge: EdgeDefinition, ends: Ends, obstacles: Obstacles, lanes: Lanes): Route {
  const { from, to, start, end, startSide } = ends;
  if (startSide === "bottom") return underRoute(ends, obstacles, lanes);
  if (end.x - start.x >= 32) {
    const curve = curveBetween(start, end, startSide);
    if (!blocked(curve, obstacles, [from.rect, to.rect])) return alongCurve(edge, curve, ends, obstacles);
  }
  const out = start.x + STUB;
  const into = end.x - STUB;
  const middle = bandBetween(from.rect, to.rect);
  const above = obstacles.freeY(middle, out, into, PAD, -1);
  const below = obstacles.freeY(middle, out, into, PAD, 1);
  const nearer = middle - above < below - middle ? above : below;
  const y = lanes.take(nearer, out, into, WIRE_PITCH, nearer === above ? -1 : 1);
  const points = [
    start,
    { x: out, y: start.y },
    { x: out, y },
    { x: into, y },
    { x: into, y: end.y },
    { x: end.x - 6, y: end.y },
  ];
  return {
    d: roundedPath(points, 10),
    arrow: arrowHead({ x: end.x - 1, y: end.y }, "left"),
    start,
    startSide,
    end,
    ...(edge.on || edge.else
      ? labelAtStart(ends, obstacles)
      : { label: { x: (out + into) / 2, y }, labelAnchor: "centre" as const }),
  };
}

/** An error leaves at the foot of its node and stays below it until it is past. */
function underRoute({ start, end, startSide }: Ends, obstacles: Obstacles, lanes: Lanes): Route {
  const into = end.x - STUB;
  const free = obstacles.freeY(start.y + 24, start.x, into, PAD, 1);
  const y = lanes.take(free, start.x, into, WIRE_PITCH, 1);
  const points = [
    start,
    { x: start.x, y },
    { x: into, y },
    { x: into, y: end.y },
    { x: end.x - 6, y: end.y },
  ];
  return {
    d: roundedPath(points, 10),
    arrow: arrowHead({ x: end.x - 1, y: end.y }, "left"),
    start,
    startSide,
    end,
    label: { x: (start.x + into) / 2, y },
    labelAnchor: "centre",
  };
}

function alongCurve(edge: EdgeDefinition, curve: Curve, ends: Ends, obstacles: Obstacles): Route {
  const [start, , , end] = curve;
  const stopped: Curve = [curve[0], curve[1], curve[2], { x: end.x - 6, y: end.y }];
  return {
    d: curvePath(stopped),
    arrow: arrowHead({ x: end.x - 1, y: end.y }, "left"),
    start,
    startSide: ends.startSide,
    end,
    ...(edge.on || edge.else ? labelAtStart(ends, obstacles) : labelAlong(curve)),
  };
}

type Label = Pick<Route, "label" | "labelAnchor" | "labelRoom">;

function labelAlong(curve: Curve): Label {
  const [start, , , end] = curve;
  const room = end.x - start.x;
  return room < COUNT_ROOM
    ? labelBeside({ x: start.x, y: Math.min(start.y, end.y) }, room, -1)
    : { label: curvePoint(curve, 0.52), labelAnchor: "centre" };
}

function labelAtStart({ from, start, startSide }: Ends, obstacles: Obstacles): Label {
  if (startSide === "bottom") return { label: { x: start.x, y: start.y + 20 }, labelAnchor: "centre" };
  const next = obstacles.hit(start.x, start.y - 10, start.x + PILL_ROOM, start.y + 10, [from.rect]);
  if (next && next.x > start.x)
    return labelBeside(start, next.x - start.x, start.y > from.rect.y + from.rect.height / 2 ? 1 : -1);
  return { label: { x: start.x + 9, y: start.y }, labelAnchor: "start" };
}

function labelBeside(start: Point, room: number, direction: 1 | -1): Label {
  return {
    label: { x: start.x + room / 2, y: start.y + direction * LIFT },
    labelAnchor: "centre",
    labelRoom: room + 2 * OVERLAP,
  };
}

/** The height half way between two boxes, or beside the nearer edge when they overlap in height. */
function bandBetween(from: Rect, to: Rect): number {
  const fromBottom = from.y + from.height;
  const toBottom = to.y + to.height;
  if (to.y >= fromBottom) return (fromBottom + to.y) / 2;
  if (from.y >= toBottom) return (toBottom + from.y) / 2;
  return Math.max(fromBottom, toBottom) + 24;
}

function blocked(curve: Curve, obstacles: Obstacles, except: readonly Rect[]): boolean {
  for (let step = 1; step < 16; step++) {
    const at = curvePoint(curve, step / 16);
    if (obstacles.hit(at.x - 3, at.y - 6, at.x + 3, at.y + 6, except)) return true;
  }
  return false;
}

/** A route between live end points, with no look at what is in the way: for wires whose node is being dragged. */
export function directRoute(edge: EdgeDefinition, from: RoutedNode, to: RoutedNode): Route {
  const nothing = new Obstacles([]);
  const ends = endsOf(edge, from, to);
  if (edge.kind === "loop") return loopRoute(ends, nothing, new Lanes(), 0);
  if (edge.kind === "skip") return skipRoute(ends, nothing, new Lanes());
  return wireRoute(edge, ends, nothing, new Lanes());
}
