/**
 * Keeps the node at work in sight while a run goes on, until the person moves the view: from then on it is theirs
 * for the rest of that run. A component of its own, so that a run's beat wakes it and not the whole canvas.
 */
import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { runBoard, useRunHead, useRunState } from "#renderer/state/run-store.ts";
import type { GraphModel } from "./graph-model.ts";

const MOTION_MS = 320;
/** The run during which a person moved the view. */
let theirs: string | undefined;

/** React Flow gives no event when the view was moved by the program. */
export function noteMove(event: MouseEvent | TouchEvent | null): void {
  if (event) theirs = runBoard.head.get("head")?.summary.id;
}

export function Follow({ model }: { readonly model: GraphModel }): null {
  const flow = useReactFlow();
  const store = useStoreApi();
  const head = useRunHead();
  const opened = useRunState((state) => state.opened);
  const runId = head?.summary.id;
  const active = opened ? undefined : head?.progress.active[0]?.id;

  useEffect(() => {
    const rect = active === undefined ? undefined : model.rects().get(active);
    if (!rect || theirs === runId) return;
    const { width, height, transform } = store.getState();
    const [x, y, zoom] = transform;
    const [left, top] = [rect.x * zoom + x, rect.y * zoom + y];
    const inside =
      left >= 0 && top >= 0 && left + rect.width * zoom <= width && top + rect.height * zoom <= height;
    if (inside || width === 0) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    void flow.setCenter(rect.x + rect.width / 2, rect.y + rect.height / 2, {
      zoom,
      duration: calm ? 0 : MOTION_MS,
    });
  }, [active, runId, model, flow, store]);

  return null;
}
