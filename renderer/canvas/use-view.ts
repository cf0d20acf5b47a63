/** Moving the eye: fit all, fit the selection, show one node, and the first look at a document. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useMemo } from "react";
import { useDocument } from "#renderer/state/document-store.ts";
import { FAR_ZOOM } from "./canvas-store.ts";
import { type Point, type Rect, unionOf } from "./geometry.ts";
import type { GraphModel } from "./graph-model.ts";

const MARGIN = 48;
/** The run bar floats over the lower edge. */
const FOOT = 84;
const MOTION_MS = 180;

export type View = {
  readonly fitAll: () => void;
  readonly fitSelection: () => void;
  /** Readable first, whole second: a wide pipeline opens at its beginning. */
  readonly openOn: () => void;
  readonly reveal: (id: string) => void;
  readonly middle: () => Point;
  readonly zoomBy: (factor: number) => void;
};

const calm = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOTION_MS);

export function useView(model: GraphModel): View {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useMemo(() => {
    const show = (area: Rect | undefined, lowest: number, highest: number, duration: number) => {
      const { width, height } = store.getState();
      if (!area || width === 0) return;
      const [roomX, roomY] = [width - 2 * MARGIN, height - MARGIN - FOOT];
      const zoom = Math.max(lowest, Math.min(highest, roomX / area.width, roomY / area.height));
      const fitsX = area.width * zoom <= roomX;
      const fitsY = area.height * zoom <= roomY;
      const x = fitsX ? (width - area.width * zoom) / 2 - area.x * zoom : MARGIN - area.x * zoom;
      const y = fitsY ? MARGIN + (roomY - area.height * zoom) / 2 - area.y * zoom : MARGIN - area.y * zoom;
      void flow.setViewport({ x, y, zoom }, { duration });
    };
    const rectsOf = (chosen: (id: string) => boolean) =>
      unionOf([...model.rects()].filter(([id]) => chosen(id)).map(([, rect]) => rect));
    /** Loops run below and skips above the nodes: leave them room. */
    const whole = () => {
      const area = rectsOf(() => true);
      return area && { x: area.x, y: area.y - 24, width: area.width, height: area.height + 72 };
    };
    return {
      fitAll: () => show(whole(), 0.05, 1, calm()),
      fitSelection: () => {
        const { nodes } = useDocument.getState().selection;
        show(nodes.size > 0 ? rectsOf((id) => nodes.has(id)) : whole(), 0.05, 1.25, calm());
      },
      openOn: () => show(whole(), FAR_ZOOM + 0.08, 1, 0),
      reveal: (id) => {
        const rect = model.rects().get(id);
        if (!rect) return;
        const zoom = Math.max(flow.getZoom(), 0.8);
        void flow.setCenter(rect.x + rect.width / 2, rect.y + rect.height / 2, { zoom, duration: calm() });
      },
      middle: () => {
        const { width, height, transform } = store.getState();
        return {
          x: (width / 2 - transform[0]) / transform[2],
          y: (height / 2 - transform[1]) / transform[2],
        };
      },
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: calm() }),
    };
  }, [flow, store, model]);
}
