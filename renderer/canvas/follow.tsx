/**
 * Keeps the node at work in sight while a run goes on, and goes back to where it was once the run has ended, until the
 * person moves the view: from then on it is theirs for the rest of that run. A component of its own, so that a run's beat wakes it and not the whole canvas.
 */
import { useReactFlow, useStoreApi, type Viewport } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { isFinal } from "#contract/events.ts";
import type { NodeView } from "#contract/run.ts";
import { runBoard, useRunHead, useRunState } from "#renderer/state/run-store.ts";
import type { Rect } from "./geometry.ts";
import type { GraphModel } from "./graph-model.ts";

const MOTION_MS = 320;
/** Room for the pills of a node's ways out. */
const BESIDE = 104;
const SETTLE_MS = 300;
const NOBODY: readonly NodeView[] = [];
/** The run during which a person moved the view. */
let theirs: string | undefined;

/** React Flow gives no event when the view was moved by the program. */
export function noteMove(event: MouseEvent | TouchEvent | null): void {
  if (event) theirs = runBoard.head.get("head")?.summary.id;
}

/** How much of the canvas a question that lies over its right side leaves to be seen. */
function roomLeft(canvas: Element | null, width: number): number {
  const question = document.querySelector(".runs-overlay");
  if (!canvas || !question) return width;
  return Math.max(
    0,
    Math.min(width, question.getBoundingClientRect().left - canvas.getBoundingClientRect().left),
  );
}

const motion = (): number => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOTION_MS);

export function Follow({ model }: { readonly model: GraphModel }): null {
  const flow = useReactFlow();
  const store = useStoreApi();
  const head = useRunHead();
  const opened = useRunState((state) => state.opened);
  const runId = head?.summary.id;
  const active = head?.progress.active ?? NOBODY;
  const first = opened ? undefined : active[0]?.id;
  const ended = head !== undefined && isFinal(head.summary.status);
  const latest = useRef(active);
  latest.current = active;
  const before = useRef<{ readonly runId: string; readonly view: Viewport }>(undefined);

  useEffect(() => {
    if (first === undefined) return;
    // A node that is done before one could look at it is not worth a journey.
    const timer = setTimeout(() => {
      const { width, height, transform, domNode } = store.getState();
      const [x, y, zoom] = transform;
      const room = roomLeft(domNode, width);
      const inSight = (rect: Rect) =>
        rect.x * zoom + x >= 0 &&
        rect.y * zoom + y >= 0 &&
        (rect.x + rect.width) * zoom + x <= room &&
        (rect.y + rect.height) * zoom + y <= height;
      const rects = latest.current.flatMap((node) => model.rects().get(node.id) ?? []);
      const [rect] = rects;
      if (!rect || theirs === runId || width === 0 || rects.some(inSight)) return;
      if (runId !== undefined && before.current?.runId !== runId)
        before.current = { runId, view: { x, y, zoom } };
      const fitsDown = rect.y * zoom + y >= 0 && (rect.y + rect.height) * zoom + y <= height;
      const to = {
        // Beside a question the node moves no farther than it must: what led to it stays in sight.
        x:
          room < width
            ? room - (rect.x + rect.width + BESIDE) * zoom
            : room / 2 - (rect.x + rect.width / 2) * zoom,
        y: fitsDown ? y : height / 2 - (rect.y + rect.height / 2) * zoom,
        zoom,
      };
      void flow.setViewport(to, { duration: motion() });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [first, runId, model, flow, store]);

  useEffect(() => {
    const { current: left } = before;
    if (!ended || opened || left === undefined || left.runId !== runId) return;
    before.current = undefined;
    if (theirs !== runId) void flow.setViewport(left.view, { duration: motion() });
  }, [ended, opened, runId, flow]);

  return null;
}
