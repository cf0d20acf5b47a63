/**
 * What the canvas knows for a moment: how far out it is zoomed, the wire being drawn, the wire under a dragged thing,
 * open pop-ups. Never saved, never part of the document.
 */
import { create } from "zustand";
import type { Fit } from "./connection-rules.ts";
import type { Point } from "./geometry.ts";

/** A node search at a place; with `wire`, the new node is joined to what the wire came from. */
export type SearchRequest = {
  readonly screen: Point;
  readonly at: Point;
  readonly wire?:
    | { readonly node: string; readonly port: string; readonly type: "source" | "target" }
    | undefined;
  readonly edge?: number | undefined;
};

export type MenuRequest = {
  readonly screen: Point;
  readonly node?: string | undefined;
  readonly edge?: number | undefined;
  readonly at: Point;
};

export type Connecting = {
  readonly node: string;
  readonly port: string;
  readonly type: "source" | "target";
  readonly judge: (other: string) => Fit;
};

type Canvas = {
  readonly far: boolean;
  /** Even farther: names need larger letters to be read. */
  readonly tiny: boolean;
  readonly connecting: Connecting | undefined;
  /** The wire that would take in what is being dragged. */
  readonly dropEdge: number | undefined;
  readonly search: SearchRequest | undefined;
  readonly menu: MenuRequest | undefined;
  /** Node that "connect to…" was asked for. */
  readonly connectFrom: string | undefined;
  readonly announcement: string;
};

export const FAR_ZOOM = 0.6;
/** Below it names need larger letters to be read. */
export const TINY_ZOOM = 0.42;

export const useCanvas = create<Canvas>(() => ({
  far: false,
  tiny: false,
  connecting: undefined,
  dropEdge: undefined,
  search: undefined,
  menu: undefined,
  connectFrom: undefined,
  announcement: "",
}));

export function noteZoom(zoom: number): void {
  const [far, tiny] = [zoom < FAR_ZOOM, zoom < TINY_ZOOM];
  const before = useCanvas.getState();
  if (before.far !== far || before.tiny !== tiny) useCanvas.setState({ far, tiny });
}

/** Said to screen readers, politely. */
export function announce(announcement: string): void {
  useCanvas.setState({ announcement });
}

export function noteDropEdge(dropEdge: number | undefined): void {
  if (useCanvas.getState().dropEdge !== dropEdge) useCanvas.setState({ dropEdge });
}
