/** The engine of another process, through the WebSocket that it has published beside its database. */
import { WebSocket } from "ws";
import type { EngineApi } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { type Channel, createRpcClient } from "#contract/rpc.ts";

const CONNECT_MS = 3_000;
const MAX_MESSAGE = 256 * 1024 * 1024;

export type Endpoint = { readonly url: string; readonly token: string };
export type Attached = {
  readonly api: EngineApi;
  onLost(listener: (error: LayerloomError) => void): void;
  close(): void;
};

/** Rejects when nobody answers there. */
export function attach({ url, token }: Endpoint): Promise<Attached> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/ws`, ["layerloom", `token.${token}`], {
      handshakeTimeout: CONNECT_MS,
      maxPayload: MAX_MESSAGE,
    });
    socket.once("error", reject);
    socket.once("open", () => {
      socket.off("error", reject);
      // `close` follows and is what the client listens to.
      socket.on("error", () => undefined);
      resolve({
        api: createRpcClient(socketChannel(socket)),
        onLost: (listener) => socket.on("close", () => listener(lost())),
        close: () => socket.close(),
      });
    });
  });
}

function lost(): LayerloomError {
  return new LayerloomError("CONNECTION_LOST", "The process that owns the engine is gone.", {
    retryable: true,
  });
}

function socketChannel(socket: WebSocket): Channel {
  return {
    send: (text) => socket.send(text),
    onMessage: (listener) => {
      socket.on("message", (data) => listener(data.toString()));
    },
    onClose: (listener) => {
      socket.on("close", () => listener());
    },
    close: () => socket.close(),
  };
}
