/** What lies under a point of the screen. The only place that asks the DOM. */
import { useDocument } from "#renderer/state/document-store.ts";
import type { Point } from "./geometry.ts";

/** The wire under a point that could take in a node: flow, branch or error, not the node's own. */
export function edgeAt(point: Point, except?: string): number | undefined {
  const { edges } = useDocument.getState().definition;
  for (const element of document.elementsFromPoint(point.x, point.y)) {
    const index = Number(element.getAttribute("data-edge-index") ?? Number.NaN);
    const edge = Number.isNaN(index) ? undefined : edges[index];
    if (!edge || edge.from === except || edge.to === except) continue;
    if (edge.kind !== "loop" && edge.kind !== "skip") return index;
  }
  return undefined;
}

/** The node under a point. */
export function nodeAt(point: Point): string | undefined {
  for (const element of document.elementsFromPoint(point.x, point.y)) {
    const id = element.closest(".react-flow__node")?.getAttribute("data-id");
    if (id) return id;
  }
  return undefined;
}
