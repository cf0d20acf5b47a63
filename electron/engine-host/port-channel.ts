/** One end of Electron's port pair, as the engine's process sees it, as a Channel of the protocol. */
import type { Channel } from "#contract/rpc.ts";

/** What of Electron's `MessagePortMain` is used. */
export type HostPort = {
  on(event: "message", listener: (event: { data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
};

export function portChannel(port: HostPort): Channel {
  return {
    send: (text) => port.postMessage(text),
    onMessage(listener) {
      port.on("message", ({ data }) => {
        if (typeof data === "string") listener(data);
      });
      port.start();
    },
    onClose: (listener) => {
      port.on("close", () => listener());
    },
    close: () => port.close(),
  };
}
