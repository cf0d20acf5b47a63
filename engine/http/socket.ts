/** A WebSocket as a Channel of the engine's protocol, and the end of those whose reader has vanished. */
import type { WebSocket } from "ws";
import type { Channel } from "#contract/rpc.ts";

const PING_MS = 20_000;
/** Beyond this much unsent text the reader is not reading; it may come back on a new connection. */
const MAX_BUFFERED = 64 * 1024 * 1024;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

export function socketChannel(socket: WebSocket): Channel {
  let alive = true;
  const pings = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
  }, PING_MS);
  socket.on("pong", () => {
    alive = true;
  });
  socket.on("close", () => clearInterval(pings));
  // An error is always followed by `close`, which is what counts.
  socket.on("error", () => undefined);

  return {
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED) socket.close(TRY_AGAIN_LATER, "too slow");
      else socket.send(text);
    },
    onMessage(listener) {
      socket.on("message", (data, isBinary) => {
        if (isBinary) socket.close(POLICY_VIOLATION, "text only");
        else listener(data.toString());
      });
    },
    onClose(listener) {
      socket.on("close", () => listener());
    },
    close: () => socket.close(),
  };
}
