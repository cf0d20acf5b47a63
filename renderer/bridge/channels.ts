/** How a channel to the engine is opened: a WebSocket in a browser, a MessagePort on the desktop. */
import type { DesktopApi } from "#contract/desktop.ts";
import type { Channel } from "#contract/rpc.ts";

export type OpenChannel = () => Promise<Channel>;

/** Resolves when the socket is open; rejects when it cannot be opened (wrong token included). */
export function openSocketChannel(token: string | undefined): Promise<Channel> {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const protocols = token === undefined ? ["layerloom"] : ["layerloom", `token.${token}`];
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${scheme}://${window.location.host}/api/v1/ws`, protocols);
    const closers = new Set<() => void>();
    socket.addEventListener("open", () => {
      resolve({
        send: (data) => socket.send(data),
        onMessage: (listener) => {
          socket.addEventListener("message", (event) => listener(String(event.data)));
        },
        onClose: (listener) => {
          closers.add(listener);
        },
        close: () => socket.close(),
      });
    });
    socket.addEventListener("close", () => {
      reject(new Error("the engine did not accept the connection"));
      for (const closer of closers) closer();
    });
  });
}

/** The preload keeps the port; what crosses into the page is a plain pipe of texts. */
export function openPortChannel(desktop: DesktopApi): Promise<Channel> {
  return desktop.openEngineChannel();
}
