/** Moving the eye: fit all, fit the selection, show one node, and the first look at a document. */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useMemo } from "react";
import { useDocument } from "#renderer/state/document-store.ts";
import { FAR_ZOOM, TINY_ZOOM } from "./canvas-store.ts";
import { type Point, type Rect, unionOf } from "./geometry.ts";
import type { GraphModel } from "./graph-model.ts";

const MARGIN = 28;
/** A document opens whole where its names can be read then as they are; else at its beginning, with all that cards say. */
const OPEN_PART_ZOOM = FAR_ZOOM + 0.08;
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

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** The area from its left edge on; of one that is too high, the part around its leftmost node. */
function beginning(area: Rect, rects: readonly Rect[], height: number): Rect {
  if (area.height <= height) return area;
  const first = rects.reduce((left, rect) => (rect.x < left.x ? rect : left));
  const y = clamp(first.y + first.height / 2 - height / 2, area.y, area.y + area.height - height);
  return { ...area, y, height };
}

const calm = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOTION_MS);

export function useView(model: GraphModel): View {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useMemo(() => {
    const room = (): { readonly x: number; readonly y: number } => {
      const { width, height } = store.getState();
      return { x: width - 2 * MARGIN, y: height - MARGIN - (width <= NARROW ? NARROW_FOOT : FOOT) };
    };
    const wholeZoom = (area: Rect): number => Math.min(room().x / area.width, room().y / area.height);
    const lookAt = (area: Rect, zoom: number, duration: number): void => {
      const { x: roomX, y: roomY } = room();
      const middle = (space: number, size: number) => MARGIN + Math.max(0, (space - size * zoom) / 2);
      const x = middle(roomX, area.width) - area.x * zoom;
      const y = middle(roomY, area.height) - area.y * zoom;
      void flow.setViewport({ x, y, zoom }, { duration });
    };
    const showWhole = (area: Rect | undefined, highest: number): void => {
      if (area && room().x > 0) lookAt(area, clamp(wholeZoom(area), 0.05, highest), calm());
    };
    const rectsOf = (chosen: (id: string) => boolean) =>
      unionOf([...model.rects()].filter(([id]) => chosen(id)).map(([, rect]) => rect));
    return {
      fitAll: () => showWhole(model.extent(), 1),
      fitSelection: () => {
        const { nodes } = useDocument.getState().selection;
        showWhole(nodes.size > 0 ? rectsOf((id) => nodes.has(id)) : model.extent(), 1.25);
      },
      openOn: () => {
        const area = model.extent();
        if (!area || room().x <= 0) return;
        const whole = wholeZoom(area);
        if (whole >= TINY_ZOOM) lookAt(area, Math.min(whole, 1), 0);
        else
          lookAt(beginning(area, [...model.rects().values()], room().y / OPEN_PART_ZOOM), OPEN_PART_ZOOM, 0);
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
