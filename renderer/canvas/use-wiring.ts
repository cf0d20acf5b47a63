/**
 * Drawing wires: while one is drawn every node can say what the wire would become; let go on a node it is connected,
 * let go on the empty canvas the node search opens.
 */
import {
  type Connection,
  type FinalConnectionState,
  type IsValidConnection,
  type OnConnectStart,
  useReactFlow,
} from "@xyflow/react";
import { useCallback } from "react";
import { useDocument } from "#renderer/state/document-store.ts";
import { isReadOnly } from "#renderer/state/view.ts";
import { connectWire } from "./actions.ts";
import { useCanvas } from "./canvas-store.ts";
import { type Fit, judgeFrom, judgeInto } from "./connection-rules.ts";
import { DEFAULT_PORT, NODE_HEIGHT, NODE_WIDTH } from "./geometry.ts";
import type { WireEdge } from "./graph-model.ts";
import { nodeAt } from "./hit-test.ts";

export type Wiring = {
  readonly onConnectStart: OnConnectStart;
  readonly onConnect: (connection: Connection) => void;
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

  const onConnectStart = useCallback<OnConnectStart>((_event, { nodeId, handleId, handleType }) => {
    if (!nodeId || !handleType || isReadOnly()) return;
    const { definition } = useDocument.getState();
    const port = handleId ?? DEFAULT_PORT;
    const judge =
      handleType === "source" ? judgeFrom(definition, nodeId, port) : judgeInto(definition, nodeId);
    useCanvas.setState({ connecting: { node: nodeId, port, type: handleType, judge: remembered(judge) } });
  }, []);

  const onConnect = useCallback(({ source, sourceHandle, target }: Connection) => {
    const { definition } = useDocument.getState();
    const fit = judgeFrom(definition, source, sourceHandle ?? DEFAULT_PORT)(target);
    if (fit.fits) connectWire(fit.edge);
  }, []);

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { connecting } = useCanvas.getState();
      useCanvas.setState({ connecting: undefined });
      if (!connecting || state.toHandle) return;
      const touch = "changedTouches" in event ? event.changedTouches[0] : event;
      const screen = { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 };
      const over = nodeAt(screen);
      if (over !== undefined) {
        const fit = connecting.judge(over);
        if (fit.fits) connectWire(fit.edge);
        return;
      }
      const at = screenToFlowPosition(screen);
      const { node, port, type } = connecting;
      const corner = { x: type === "source" ? at.x : at.x - NODE_WIDTH, y: at.y - NODE_HEIGHT / 2 };
      useCanvas.setState({ search: { screen, at: corner, wire: { node, port, type } } });
    },
    [screenToFlowPosition],
  );

  const isValidConnection = useCallback<IsValidConnection<WireEdge>>(({ source, sourceHandle, target }) => {
    const { connecting } = useCanvas.getState();
    if (connecting?.type === "source") return connecting.judge(target).fits;
    return judgeFrom(useDocument.getState().definition, source, sourceHandle ?? DEFAULT_PORT)(target).fits;
  }, []);

  return { onConnectStart, onConnect, onConnectEnd, isValidConnection };
}
