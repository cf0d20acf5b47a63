/** The wire under the pointer while it is being drawn. */
import type { ConnectionLineComponentProps } from "@xyflow/react";
import { Position } from "@xyflow/react";
import type { ReactNode } from "react";
import { useCanvas } from "./canvas-store.ts";
import { ERROR_PORT } from "./geometry.ts";
import { curveBetween, curvePath } from "./paths.ts";

export function ConnectionLine({
  fromX,
  fromY,
  toX,
  toY,
  fromPosition,
  connectionStatus,
}: ConnectionLineComponentProps): ReactNode {
  const port = useCanvas((state) => state.connecting?.port);
  const from = { x: fromX, y: fromY };
  const to = { x: toX, y: toY };
  const d =
    fromPosition === Position.Left
      ? curvePath(curveBetween(to, from, "right"))
      : curvePath(curveBetween(from, to, fromPosition === Position.Bottom ? "bottom" : "right"));
  return (
    <g
      className="ll-drawing"
      data-status={connectionStatus ?? "open"}
      data-kind={port === ERROR_PORT ? "error" : "wire"}
    >
      <path d={d} />
      <circle cx={toX} cy={toY} r={4} />
    </g>
  );
}
