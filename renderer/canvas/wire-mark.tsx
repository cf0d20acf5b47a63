/** The mark at the start of a wire that has no label there: ◇ branch, ✕ error, hand approval. */
import { Hand } from "lucide-react";
import type { ReactNode } from "react";
import type { WireData } from "./graph-model.ts";

export function WireMark({ data }: { readonly data: WireData }): ReactNode {
  const { edge, route, approval, choice } = data;
  const away = route.startSide === "bottom" ? { x: 0, y: 13 } : { x: 13, y: 0 };
  const at = { x: route.start.x + away.x, y: route.start.y + away.y };
  const labelled =
    (edge.on !== undefined || edge.else === true) &&
    (route.labelAnchor === "start" || route.labelRoom !== undefined);
  if (edge.kind === "error") {
    return (
      <g className="ll-wire-mark" transform={`translate(${at.x},${at.y})`}>
        <circle r="7" />
        <path d="M-3,-3L3,3M3,-3L-3,3" />
      </g>
    );
  }
  if (labelled) return null;
  if (approval) {
    return (
      <g className="ll-wire-mark" transform={`translate(${at.x},${at.y})`}>
        <circle r="8" />
        <Hand x={-5} y={-5} size={10} />
      </g>
    );
  }
  if (edge.kind === "branch" || choice) {
    return (
      <g className="ll-wire-mark" transform={`translate(${at.x},${at.y})`}>
        <path d="M-6,0L0,-6L6,0L0,6Z" />
      </g>
    );
  }
  return null;
}
