/** Moving the eye: fit all, fit the selection, show one node, and the first look at a document. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useMemo } from "react";
import { useDocument } from "#renderer/state/document-store.ts";
import { FAR_ZOOM } from "./canvas-store.ts";
import { type Point, type Rect, unionOf } from "./geometry.ts";
import type { GraphModel } from "./graph-model.ts";

const MARGIN = 28;
/** Up to so many nodes a document opens whole, however small that makes them; above, it opens readable. */
const OPEN_WHOLE = 12;
/** The run bar floats over the lower edge; on a narrow canvas it stands above the zoom buttons (app.css). */
const FOOT = 72;
const NARROW = 980;
const NARROW_FOOT = 124;
/** A node that is wholly in sight at this zoom or more is left where it is. */
const READABLE_ZOOM = 0.3;
const MOTION_MS = 180;

export type View = {
  readonly fitAll: () => void;
  readonly fitSelection: () => void;
  /** Whole if it is small; else readable first: a wide pipeline opens at its beginning. */
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
      const [roomX, roomY] = [width - 2 * MARGIN, height - MARGIN - (width <= NARROW ? NARROW_FOOT : FOOT)];
      const zoom = Math.max(lowest, Math.min(highest, roomX / area.width, roomY / area.height));
      const fitsX = area.width * zoom <= roomX;
      const fitsY = area.height * zoom <= roomY;
      const x = fitsX ? (width - area.width * zoom) / 2 - area.x * zoom : MARGIN - area.x * zoom;
      const y = fitsY ? MARGIN + (roomY - area.height * zoom) / 2 - area.y * zoom : MARGIN - area.y * zoom;
      void flow.setViewport({ x, y, zoom }, { duration });
    };
    const rectsOf = (chosen: (id: string) => boolean) =>
      unionOf([...model.rects()].filter(([id]) => chosen(id)).map(([, rect]) => rect));
    return {
      fitAll: () => show(model.extent(), 0.05, 1, calm()),
      fitSelection: () => {
        const { nodes } = useDocument.getState().selection;
        show(nodes.size > 0 ? rectsOf((id) => nodes.has(id)) : model.extent(), 0.05, 1.25, calm());
      },
      openOn: () => {
        const lowest = model.cards.size <= OPEN_WHOLE ? 0.05 : FAR_ZOOM + 0.08;
        show(model.extent(), lowest, 1, 0);
      },
      reveal: (id) => {
        const rect = model.rects().get(id);
        if (!rect) return;
        const { width, height, transform } = store.getState();
        const [x, y, now] = transform;
        const inSight =
          rect.x * now + x >= 0 &&
          rect.y * now + y >= 0 &&
          (rect.x + rect.width) * now + x <= width &&
          (rect.y + rect.height) * now + y <= height;
        if (inSight && now >= READABLE_ZOOM) return;
        const zoom = Math.max(now, 0.8);
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
