/** Channel pairs for tests: the same suite runs over every pipe that carries the protocol. */
import { tmpdir } from "node:os";
import { WebSocket } from "ws";
import type { EngineApi } from "#contract/engine-api.ts";
import type { Channel } from "#contract/rpc.ts";
import { serveRpc } from "#contract/rpc-server.ts";
import { serveHost } from "#electron/engine-host/host.ts";
import type { HostPort } from "#electron/engine-host/port-channel.ts";
import { createDesktopApi, type RendererIpc } from "#electron/preload/desktop-api.ts";
import { type HostRequest, SHOW, TELL } from "#electron/shared/channels.ts";
import { startServer } from "#http/server.ts";

/** The calling end; closing `cut` breaks the pipe from the far side. */
export type Served = { readonly channel: Channel; cut(): Promise<void> };

export async function overWebSocket(api: EngineApi): Promise<Served> {
  const server = await startServer({ api });
  const url = `${server.url.replace("http", "ws")}/api/v1/ws`;
  const socket = new WebSocket(url, ["layerloom", `token.${server.token}`]);
  const opened = new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  await opened;
  const channel: Channel = {
    send: (text) => socket.send(text),
    onMessage: (listener) => void socket.on("message", (data) => listener(data.toString())),
    onClose: (listener) => void socket.on("close", () => listener()),
    close: () => socket.close(),
  };
  return { channel, cut: () => server.close() };
}

export async function overMessagePort(api: EngineApi): Promise<Served> {
  const { port1, port2 } = new MessageChannel();
  const far = portChannel(port2);
  serveRpc(far, api);
  return { channel: portChannel(port1), cut: async () => far.close() };
}

/** As on the desktop: the page's object, the preload's IPC, a port pair, the engine's process; Electron alone is played. */
export async function overDesktop(api: EngineApi): Promise<Served> {
  let toHost: ((event: { data: HostRequest; ports: HostPort[] }) => void) | undefined;
  const parent = {
    on: (_event: "message", listener: NonNullable<typeof toHost>) => {
      toHost = listener;
    },
    postMessage: () => undefined,
  };
  const settings = { database: "", workspace: tmpdir(), templates: "" };
  await serveHost(
    parent,
    settings,
    () => ({ api, grantFile: () => undefined, close: async () => undefined }),
    () => undefined,
  );
  let far: MessagePort | undefined;
  const toPage = new Map<string, Parameters<RendererIpc["on"]>[1]>();
  const ipc: RendererIpc = {
    on: (channel, listener) => toPage.set(channel, listener),
    invoke: async () => undefined,
    send(channel, value) {
      if (channel !== TELL.wantEngine) return;
      const { port1, port2 } = new MessageChannel();
      far = port2;
      toHost?.({ data: { type: "connect" }, ports: [mainPort(port2)] });
      toPage.get(SHOW.engine)?.({ ports: [port1] }, value);
    },
  };
  const channel = await createDesktopApi(ipc, "linux").openEngineChannel();
  return { channel, cut: async () => far?.close() };
}

/** A web port with the face of Electron's `MessagePortMain`. */
function mainPort(port: MessagePort): HostPort {
  return {
    on: (name: "message" | "close", listener: (event: { data: unknown }) => void) =>
      port.addEventListener(name, (event) =>
        listener({ data: event instanceof MessageEvent ? event.data : undefined }),
      ),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** Two ends in one process, each message in a turn of its own. */
export function memoryPair(): readonly [Channel, Channel] {
  const ends = [0, 1].map(() => ({
    onMessage: [] as ((text: string) => void)[],
    onClose: [] as (() => void)[],
  }));
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    for (const end of ends) for (const listener of end.onClose) listener();
  };
  const end = (own: number, other: number): Channel => ({
    send: (text) =>
      queueMicrotask(() => {
        if (open) for (const listener of ends[other]?.onMessage ?? []) listener(text);
      }),
    onMessage: (listener) => void ends[own]?.onMessage.push(listener),
    onClose: (listener) => void ends[own]?.onClose.push(listener),
    close,
  });
  return [end(0, 1), end(1, 0)];
}

export async function overMemory(api: EngineApi): Promise<Served> {
  const [near, far] = memoryPair();
  serveRpc(far, api);
  return { channel: near, cut: async () => far.close() };
}

function portChannel(port: MessagePort): Channel {
  return {
    send: (text) => port.postMessage(text),
    onMessage: (listener) => {
      port.addEventListener("message", (event) => listener(String(event.data)));
      port.start();
    },
    onClose: (listener) => port.addEventListener("close", () => listener()),
    close: () => port.close(),
  };
}
