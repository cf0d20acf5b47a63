/**
 * The measures of a node on the canvas and where its ports sit. One place, because React Flow is told sizes and
 * handles up front (it never measures), so what CSS draws must agree with these numbers.
 * Pure; knows nothing of the DOM.
 */
import type { NodeDefinition } from "#contract/definition.ts";

export type Point = { readonly x: number; readonly y: number };
export type Rect = Point & { readonly width: number; readonly height: number };
export type Side = "left" | "right" | "top" | "bottom";
export type Shape = "card" | "gate" | "human" | "pipeline";

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 120;
/** Port rows are this far apart: a 22 px target each. */
const PORT_PITCH = 22;
/** Hexagons are this much narrower at their top and bottom edge, on each side. */
export const GATE_SLANT = 18;
export const COLUMN_GAP = 96;
export const ROW_GAP = 72;
export const GRID = 4;

export const DEFAULT_PORT = "out";
export const ERROR_PORT = "error";
const IN_PORT = "in";
export const OUTCOME_PREFIX = "on:";

export type Port = Point & {
  readonly id: string;
  readonly type: "source" | "target";
  readonly side: Side;
  /** The outcome that this port stands for. */
  readonly outcome?: string | undefined;
};

export function shapeOf(node: NodeDefinition): Shape {
  if (node.uses === "gate") return "gate";
  if (node.uses === "human") return "human";
  if (node.uses === "pipeline") return "pipeline";
  return "card";
}

export function nodeHeight(outcomeCount: number): number {
  return Math.max(NODE_HEIGHT, 32 + outcomeCount * PORT_PITCH);
}

/** How far a gate's border is inside the bounding box at height y. */
function gateInset(y: number, height: number): number {
  return GATE_SLANT * (Math.abs(y - height / 2) / (height / 2));
}

/** Ports in the node's own coordinates. `outcomes` empty: one plain way out. */
export function layPorts(shape: Shape, outcomes: readonly string[], plain: boolean): readonly Port[] {
  const rows = [...outcomes, ...(plain || outcomes.length === 0 ? [undefined] : [])];
  const height = nodeHeight(rows.length);
  const inset = (y: number) => (shape === "gate" ? gateInset(y, height) : 0);
  const middle = height / 2;
  const ports: Port[] = [{ id: IN_PORT, type: "target", side: "left", x: 0, y: middle }];
  rows.forEach((outcome, row) => {
    const y = middle + (row - (rows.length - 1) / 2) * PORT_PITCH;
    ports.push({
      id: outcome === undefined ? DEFAULT_PORT : OUTCOME_PREFIX + outcome,
      type: "source",
      side: "right",
      x: NODE_WIDTH - inset(y),
      y,
      outcome,
    });
  });
  ports.push(
    { id: ERROR_PORT, type: "source", side: "bottom", x: NODE_WIDTH - 36, y: height },
    { id: "loop", type: "source", side: "bottom", x: NODE_WIDTH / 2, y: height },
    { id: "loop-in", type: "target", side: "bottom", x: 72, y: height },
    { id: "skip", type: "source", side: "top", x: NODE_WIDTH - 64, y: 0 },
    { id: "skip-in", type: "target", side: "top", x: 64, y: 0 },
  );
  return ports;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

export function unionOf(rects: readonly Rect[]): Rect | undefined {
  if (rects.length === 0) return undefined;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
