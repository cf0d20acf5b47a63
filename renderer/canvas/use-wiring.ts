/**
 * Drawing wires: while one is drawn every node can say what the wire would become; let go on a node it is connected,
 * let go on the empty canvas the node search opens. An end of a selected wire can be taken to another node the same way;
 * let go elsewhere it stays where it was.
 */
import {
  type Connection,
  type FinalConnectionState,
  type IsValidConnection,
  type OnConnectStart,
  useReactFlow,
} from "@xyflow/react";
import { useCallback, useRef } from "react";
import type { PipelineDefinition } from "#contract/definition.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { removeEdges } from "#renderer/state/edits.ts";
import { isReadOnly } from "#renderer/state/view.ts";
import { connectWire, rewireTo } from "./actions.ts";
import { useCanvas } from "./canvas-store.ts";
import { type Fit, judgeFrom, judgeInto } from "./connection-rules.ts";
import { DEFAULT_PORT, NODE_HEIGHT, NODE_WIDTH } from "./geometry.ts";
import { edgeIndex, type WireEdge } from "./graph-model.ts";
import { nodeAt } from "./hit-test.ts";

export type Wiring = {
  readonly onConnectStart: OnConnectStart;
  readonly onConnect: (connection: Connection) => void;
  readonly onReconnectStart: (event: unknown, wire: WireEdge) => void;
  readonly onReconnect: (wire: WireEdge, connection: Connection) => void;
  readonly onReconnectEnd: () => void;
  readonly onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => void;
  readonly isValidConnection: IsValidConnection<WireEdge>;
};

/** The same question gets the same object, so that asking it in a subscription is safe. */
function remembered(judge: (other: string) => Fit): (other: string) => Fit {
  const known = new Map<string, Fit>();
  return (other) => {
    const fit = known.get(other) ?? judge(other);
    known.set(other, fit);
    return fit;
  };
}

export function useWiring(): Wiring {
  const { screenToFlowPosition } = useReactFlow();
  /** The wire whose end is being taken elsewhere. */
  const moving = useRef<number>(undefined);

  /** As if the wire that is being moved were not there. */
  const others = useCallback((): PipelineDefinition => {
    const { definition } = useDocument.getState();
    return moving.current === undefined ? definition : removeEdges(definition, [moving.current]);
  }, []);

  const join = useCallback((fit: Fit): void => {
    if (!fit.fits) return;
    if (moving.current === undefined) connectWire(fit.edge);
    else rewireTo(moving.current, fit.edge);
  }, []);

  const onReconnectStart = useCallback((_event: unknown, wire: WireEdge) => {
    moving.current = edgeIndex(wire.id);
  }, []);

  const onReconnectEnd = useCallback(() => {
    moving.current = undefined;
  }, []);

  const onConnectStart = useCallback<OnConnectStart>(
    (_event, { nodeId, handleId, handleType }) => {
      if (!nodeId || !handleType || isReadOnly()) return;
      const definition = others();
      const port = handleId ?? DEFAULT_PORT;
      const judge =
        handleType === "source" ? judgeFrom(definition, nodeId, port) : judgeInto(definition, nodeId);
      useCanvas.setState({ connecting: { node: nodeId, port, type: handleType, judge: remembered(judge) } });
    },
    [others],
  );

  const onConnect = useCallback(
    ({ source, sourceHandle, target }: Connection) =>
      join(judgeFrom(others(), source, sourceHandle ?? DEFAULT_PORT)(target)),
    [join, others],
  );

  const onReconnect = useCallback(
    (_wire: WireEdge, connection: Connection) => onConnect(connection),
    [onConnect],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { connecting } = useCanvas.getState();
      useCanvas.setState({ connecting: undefined });
      if (!connecting || state.toHandle) return;
      const touch = "changedTouches" in event ? event.changedTouches[0] : event;
      const screen = { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
      const over = nodeAt(screen);
      if (over !== undefined) {
        join(connecting.judge(over));
        return;
      }
      if (moving.current !== undefined) return;
      const at = screenToFlowPosition(screen);
      const { node, port, type } = connecting;
      const corner = { x: type === "source" ? at.x : at.x - NODE_WIDTH, y: at.y - NODE_HEIGHT / 2 };
      useCanvas.setState({ search: { screen, at: corner, wire: { node, port, type } } });
    },
    [join, screenToFlowPosition],
  );

  const isValidConnection = useCallback<IsValidConnection<WireEdge>>(
    ({ source, sourceHandle, target }) => {
      const { connecting } = useCanvas.getState();
      if (connecting?.type === "source") return connecting.judge(target).fits;
      return judgeFrom(others(), source, sourceHandle ?? DEFAULT_PORT)(target).fits;
    },
    [others],
  );

  return {
    onConnectStart,
    onConnect,
    onReconnectStart,
    onReconnect,
    onReconnectEnd,
    onConnectEnd,
    isValidConnection,
  };
}
