/** Things that come from outside onto the canvas by pointer: palette items, double clicks, context menus. */
import { useReactFlow } from "@xyflow/react";
import { type DragEvent, type MouseEvent, type RefObject, useCallback, useMemo, useRef } from "react";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { ACTIVITY_DRAG, readActivityDrag } from "#renderer/ui/activity-drag.ts";
import { addActivity } from "./actions.ts";
import { noteDropEdge, useCanvas } from "./canvas-store.ts";
import { NODE_HEIGHT, NODE_WIDTH, type Point } from "./geometry.ts";
import { edgeAt } from "./hit-test.ts";

export type Pointer = {
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: () => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onDoubleClick: (event: MouseEvent) => void;
  readonly onMouseMove: (event: MouseEvent) => void;
  readonly onMouseLeave: () => void;
  readonly onClickCapture: (event: MouseEvent) => void;
  readonly onContextMenu: (event: MouseEvent) => void;
  /** Where the pointer is over the canvas, else the middle of what is visible. */
  readonly here: () => { readonly screen: Point; readonly at: Point };
};

const pointOf = (event: { clientX: number; clientY: number }): Point => ({
  x: event.clientX,
  y: event.clientY,
});
const centred = (at: Point): Point => ({ x: at.x - NODE_WIDTH / 2, y: at.y - NODE_HEIGHT / 2 });

export function usePointer(box: RefObject<HTMLElement | null>): Pointer {
  const { screenToFlowPosition } = useReactFlow();
  const last = useRef<Point>(undefined);

  const here = useCallback(() => {
    const rect = box.current?.getBoundingClientRect() ?? { left: 0, top: 0, width: 0, height: 0 };
    const screen = last.current ?? { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
    return { screen, at: screenToFlowPosition(screen) };
  }, [box, screenToFlowPosition]);

  const onDrop = useCallback(
    (event: DragEvent) => {
      const dragged = readActivityDrag(event.dataTransfer);
      noteDropEdge(undefined);
      const info = useEngineState.getState().activities.find((activity) => activity.name === dragged?.name);
      if (!dragged || !info) return;
      event.preventDefault();
      const screen = pointOf(event);
      addActivity(info, centred(screenToFlowPosition(screen)), {
        layer: dragged.layer,
        edge: edgeAt(screen),
      });
      box.current?.focus({ preventScroll: true });
    },
    [box, screenToFlowPosition],
  );

  return useMemo(
    () => ({
      here,
      onDrop,
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(ACTIVITY_DRAG)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        noteDropEdge(edgeAt(pointOf(event)));
      },
      onDragLeave: () => noteDropEdge(undefined),
      onDoubleClick: (event) => {
        if (!isPane(event.target)) return;
        const screen = pointOf(event);
        useCanvas.setState({ search: { screen, at: screenToFlowPosition(screen) } });
      },
      onMouseMove: (event) => {
        last.current = pointOf(event);
      },
      onMouseLeave: () => {
        last.current = undefined;
      },
      onClickCapture: (event) => {
        const index = labelIndex(event.target);
        if (index === undefined) return;
        const { selection } = useDocument.getState();
        const add = event.shiftKey || event.ctrlKey || event.metaKey;
        documentActions().select(
          add ? { nodes: selection.nodes, edges: [...selection.edges, index] } : { edges: [index] },
        );
        event.stopPropagation();
      },
      onContextMenu: (event) => {
        event.preventDefault();
        const screen = pointOf(event);
        const target = event.target instanceof Element ? event.target : undefined;
        const node = target?.closest(".react-flow__node")?.getAttribute("data-id") ?? undefined;
        const index = target?.closest("[data-edge-index]")?.getAttribute("data-edge-index");
        const edge = node === undefined && index ? Number(index) : undefined;
        const { selection } = useDocument.getState();
        if (node !== undefined && !selection.nodes.has(node)) documentActions().select({ nodes: [node] });
        if (edge !== undefined && !selection.edges.has(edge)) documentActions().select({ edges: [edge] });
        useCanvas.setState({ menu: { screen, node, edge, at: screenToFlowPosition(screen) } });
      },
    }),
    [here, onDrop, screenToFlowPosition],
  );
}

const isPane = (target: EventTarget): boolean =>
  target instanceof Element && target.closest(".react-flow__pane") !== null;

function labelIndex(target: EventTarget): number | undefined {
  const label = target instanceof Element ? target.closest(".ll-wire-label") : null;
  const index = label?.getAttribute("data-edge-index");
  return index == null ? undefined : Number(index);
}
