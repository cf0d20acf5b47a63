/**
 * The canvas: React Flow with our nodes, wires and manners. This file only joins the parts; what a gesture does is
 * in the hooks beside it, what an edit does is in the document's edits.
 */
import {
  Background,
  ConnectionMode,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  type Viewport,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import "./card.css";
import "./card-states.css";
import "./ports.css";
import "./node-search.css";
import "./wires.css";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { CanvasControls } from "./canvas-controls.tsx";
import { CanvasMenu } from "./canvas-menu.tsx";
import { noteZoom, useCanvas } from "./canvas-store.ts";
import { Card } from "./card.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { EmptyCanvas } from "./empty-canvas.tsx";
import { Follow, noteMove } from "./follow.tsx";
import { freePlace } from "./free-place.ts";
import { GRID, NODE_HEIGHT } from "./geometry.ts";
import { NodeSearch } from "./node-search.tsx";
import { useCanvasPortHolder } from "./use-canvas-port.ts";
import { useClipboard } from "./use-clipboard.ts";
import { useDrag } from "./use-drag.ts";
import { useGraph } from "./use-graph.ts";
import { useKeys } from "./use-keys.ts";
import { usePointer } from "./use-pointer.ts";
import { useTidy } from "./use-tidy.ts";
import { useView, type View } from "./use-view.ts";
import { useWiring } from "./use-wiring.ts";
import { Wire } from "./wire.tsx";

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { wire: Wire };
const PAN_BUTTONS = [1];
const ADD_KEYS = ["Shift", "Meta", "Control"];
const SNAP: [number, number] = [GRID, GRID];
const FIRST_VIEW: Viewport = { x: 48, y: 48, zoom: 1 };
/** Up to so many nodes all are in the page: found by the browser, read by screen readers; and the
 * view follows the run. */
const DRAW_ALL = 120;
const PRO = { hideAttribution: true };

export function Canvas(): ReactNode {
  return (
    <ReactFlowProvider>
      <Stage />
    </ReactFlowProvider>
  );
}

function Stage(): ReactNode {
  const t = useT();
  const box = useRef<HTMLElement>(null);
  const readOnly = useReadOnly();
  const drag = useDrag();
  const { model, nodes, edges } = useGraph(drag.moved);
  const view = useView(model);
  const { tidy, tidying } = useTidy(model, view.fitAll);
  const wiring = useWiring();
  const pointer = usePointer(box);
  const clipboard = useClipboard(
    box,
    useCallback(() => pointer.here().at, [pointer]),
  );
  const menuAt = useCallback((id: string) => {
    const rect = box.current?.querySelector(`.react-flow__node[data-id="${id}"]`)?.getBoundingClientRect();
    return { x: rect?.left ?? 0, y: (rect?.top ?? 0) + NODE_HEIGHT / 3 };
  }, []);
  const searchAt = useCallback(() => {
    const { screen, at } = pointer.here();
    return { screen, at: freePlace(at, [...model.rects().values()]) };
  }, [pointer, model]);
  const onKeyDown = useKeys({ view, tidy, searchAt, menuAt });
  const exporting = useCanvasPortHolder({ box, view, tidy, model });
  const connecting = useCanvas((state) => state.connecting !== undefined);
  const tiny = useCanvas((state) => state.tiny) && nodes.length <= DRAW_ALL;
  const looked = useFirstLook(view, nodes.length > 0);

  return (
    <section
      ref={box}
      className="ll-canvas"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing surface is one tab stop
      tabIndex={0}
      role="application"
      aria-label={t("canvas.label")}
      aria-describedby="ll-canvas-help"
      data-read-only={readOnly || undefined}
      data-connecting={connecting || undefined}
      data-tiny={tiny || undefined}
      data-looked={looked || undefined}
      onKeyDown={onKeyDown}
      onPointerDownCapture={focusSurface}
      onDragOver={pointer.onDragOver}
      onDragLeave={pointer.onDragLeave}
      onDrop={pointer.onDrop}
      onDoubleClick={pointer.onDoubleClick}
      onMouseMove={pointer.onMouseMove}
      onMouseLeave={pointer.onMouseLeave}
      onClickCapture={pointer.onClickCapture}
      onContextMenu={pointer.onContextMenu}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={drag.onNodesChange}
        onEdgesChange={drag.onEdgesChange}
        onNodeDragStart={drag.onNodeDragStart}
        onNodeDrag={drag.onNodeDrag}
        onNodeDragStop={drag.onNodeDragStop}
        onSelectionDragStart={drag.onSelectionDragStart}
        onSelectionDragStop={drag.onSelectionDragStop}
        onConnectStart={wiring.onConnectStart}
        onConnect={wiring.onConnect}
        onConnectEnd={wiring.onConnectEnd}
        onReconnectStart={wiring.onReconnectStart}
        onReconnect={wiring.onReconnect}
        onReconnectEnd={wiring.onReconnectEnd}
        isValidConnection={wiring.isValidConnection}
        connectionLineComponent={ConnectionLine}
        connectionMode={ConnectionMode.Strict}
        connectionRadius={28}
        onMoveStart={noteMove}
        onViewportChange={onViewport}
        defaultViewport={FIRST_VIEW}
        minZoom={0.05}
        maxZoom={2}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        edgesReconnectable={false}
        reconnectRadius={9}
        disableKeyboardA11y
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={PAN_BUTTONS}
        panActivationKeyCode="Space"
        multiSelectionKeyCode={ADD_KEYS}
        selectionKeyCode={null}
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        snapToGrid
        snapGrid={SNAP}
        elevateNodesOnSelect
        elevateEdgesOnSelect={false}
        onlyRenderVisibleElements={!exporting && nodes.length > DRAW_ALL}
        proOptions={PRO}
      >
        <Background gap={24} size={1.5} color="var(--canvas-dots)" />
        {nodes.length <= DRAW_ALL && <Follow model={model} />}
        <CanvasControls view={view} tidy={tidy} tidying={tidying} count={nodes.length} />
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas />}
      <NodeSearch />
      <CanvasMenu commands={{ ...clipboard, tidy, fitAll: view.fitAll }} />
      <ConnectDialog />
      <p id="ll-canvas-help" className="visually-hidden">
        {t("canvas.help")}
      </p>
      <Announcer />
    </section>
  );
}

const onViewport = ({ zoom }: Viewport): void => noteZoom(zoom);

/** A click on the canvas gives it the keyboard, whatever was clicked. */
function focusSurface(event: React.PointerEvent<HTMLElement>): void {
  const target = event.target as Element;
  if (target.closest("button, input, textarea, select, a, dialog, .ll-search, [role=menu]")) return;
  event.currentTarget.focus({ preventScroll: true });
}

/**
 * Each document, and each opened run, is looked at afresh once its nodes are there; what is selected in it is in sight.
 * True once that has been done.
 */
function useFirstLook({ openOn, reveal }: View, ready: boolean): boolean {
  const epoch = useDocument((state) => state.epoch);
  const opened = useRunState((state) => (state.opened ? state.runId : undefined));
  const key = `${epoch}/${opened ?? ""}`;
  const [seen, setSeen] = useState<string>();
  useEffect(() => {
    if (!ready || seen === key) return;
    const frame = requestAnimationFrame(() => {
      openOn();
      const [only, ...more] = useDocument.getState().selection.nodes;
      if (only !== undefined && more.length === 0) reveal(only);
      setSeen(key);
    });
    return () => cancelAnimationFrame(frame);
  }, [key, seen, ready, openOn, reveal]);
  return seen === key;
}

function Announcer(): ReactNode {
  const said = useCanvas((state) => state.announcement);
  return (
    <output className="visually-hidden" aria-live="polite">
      {said}
    </output>
  );
}
