/**
 * Dragging nodes and marking them: what React Flow reports becomes a selection in the document, a position that only
 * the canvas knows while the pointer is down, and one undo step when it is let go.
 */
import type { EdgeChange, NodeChange, OnNodeDrag } from "@xyflow/react";
import { useCallback, useRef, useState } from "react";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { duplicateSelection, moveTo, putIntoEdge } from "./actions.ts";
import { noteDropEdge, useCanvas } from "./canvas-store.ts";
import type { Point } from "./geometry.ts";
import { type CardNode, edgeIndex, type WireEdge } from "./graph-model.ts";
import { edgeAt } from "./hit-test.ts";

const NOTHING: ReadonlyMap<string, Point> = new Map();

export type Drag = {
  readonly moved: ReadonlyMap<string, Point>;
  readonly onNodesChange: (changes: NodeChange<CardNode>[]) => void;
  readonly onEdgesChange: (changes: EdgeChange<WireEdge>[]) => void;
  readonly onNodeDragStart: OnNodeDrag<CardNode>;
  readonly onNodeDrag: OnNodeDrag<CardNode>;
  readonly onNodeDragStop: OnNodeDrag<CardNode>;
  readonly onSelectionDragStart: (event: MouseEventLike) => void;
  readonly onSelectionDragStop: (event: MouseEventLike, nodes: CardNode[]) => void;
};

type MouseEventLike = { readonly altKey: boolean };

export function useDrag(): Drag {
  const [moved, setMoved] = useState(NOTHING);
  const copying = useRef(false);

  const onNodesChange = useCallback((changes: NodeChange<CardNode>[]) => {
    const places = changes.filter((change) => change.type === "position" && change.dragging === true);
    if (places.length > 0) {
      setMoved((before) => {
        const next = new Map(before);
        for (const change of places)
          if (change.type === "position" && change.position) next.set(change.id, change.position);
        return next;
      });
    }
    markNodes(changes);
  }, []);

  const drop = useCallback((nodes: readonly CardNode[]) => {
    const places = Object.fromEntries(
      nodes.map((node) => [node.id, [node.position.x, node.position.y] as const]),
    );
    const { dropEdge } = useCanvas.getState();
    const [only] = nodes;
    if (copying.current) duplicateSelection(places);
    else if (dropEdge !== undefined && only && nodes.length === 1)
      putIntoEdge(only.id, dropEdge, only.position);
    else moveTo(places);
    copying.current = false;
    noteDropEdge(undefined);
    setMoved(NOTHING);
  }, []);

  return {
    moved,
    onNodesChange,
    onEdgesChange: useCallback((changes: EdgeChange<WireEdge>[]) => markEdges(changes), []),
    onNodeDragStart: useCallback<OnNodeDrag<CardNode>>((event) => {
      copying.current = event.altKey;
    }, []),
    onNodeDrag: useCallback<OnNodeDrag<CardNode>>((event, node, nodes) => {
      noteDropEdge(nodes.length === 1 && isLoose(node.id) ? edgeAt(pointerOf(event), node.id) : undefined);
    }, []),
    onNodeDragStop: useCallback<OnNodeDrag<CardNode>>((_event, _node, nodes) => drop(nodes), [drop]),
    onSelectionDragStart: useCallback((event: MouseEventLike) => {
      copying.current = event.altKey;
    }, []),
    onSelectionDragStop: useCallback((_event: MouseEventLike, nodes: CardNode[]) => drop(nodes), [drop]),
  };
}

function pointerOf(event: MouseEvent | TouchEvent | { clientX: number; clientY: number }): Point {
  if ("clientX" in event) return { x: event.clientX, y: event.clientY };
  const touch = event.touches[0];
  return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
}

/** Only a node without wires is taken in by a wire that it is dropped on. */
function isLoose(id: string): boolean {
  return !useDocument.getState().definition.edges.some((edge) => edge.from === id || edge.to === id);
}

function markNodes(changes: readonly NodeChange<CardNode>[]): void {
  const marks = changes.filter((change) => change.type === "select");
  if (marks.length === 0) return;
  const { nodes, edges } = useDocument.getState().selection;
  const next = new Set(nodes);
  for (const change of marks) {
    if (change.selected) next.add(change.id);
    else next.delete(change.id);
  }
  documentActions().select({ nodes: next, edges });
}

function markEdges(changes: readonly EdgeChange<WireEdge>[]): void {
  const marks = changes.filter((change) => change.type === "select");
  if (marks.length === 0) return;
  const { nodes, edges } = useDocument.getState().selection;
  const next = new Set(edges);
  for (const change of marks) {
    if (change.selected) next.add(edgeIndex(change.id));
    else next.delete(edgeIndex(change.id));
  }
  documentActions().select({ nodes, edges: next });
}
