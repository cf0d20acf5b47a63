/**
 * The wire of EngineApi: what a WebSocket, a MessagePort and Electron's channel carry, one JSON text a message.
 * Owns the message shapes and the calling side; the answering side is `rpc-server.ts`. Knows no transport.
 */
import type { EngineApi, Unsubscribe } from "./engine-api.ts";
import { type ErrorShape, LayerloomError } from "./errors.ts";

/** A two-way pipe of texts that keeps their order. */
export interface Channel {
  send(text: string): void;
  onMessage(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export type WatchMethod = "watchRun" | "watchEngine";
export type CallMethod = Exclude<keyof EngineApi, WatchMethod>;

/**
 * `ack` says that one update of a watch was taken in. The server keeps a few updates under way and merges the
 * rest, so a slow reader gets fewer and larger updates, never a growing queue.
 */
export type RpcRequest =
  | { readonly type: "call"; readonly id: number; readonly method: CallMethod; readonly params: unknown }
  | { readonly type: "watch"; readonly id: number; readonly method: WatchMethod; readonly params: unknown }
  | { readonly type: "ack"; readonly id: number }
  | { readonly type: "unwatch"; readonly id: number };

export type RpcReply =
  | { readonly type: "result"; readonly id: number; readonly result: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: ErrorShape }
  | { readonly type: "update"; readonly id: number; readonly update: unknown };

type Pending = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: LayerloomError) => void;
};

/**
 * The engine at the other end of a channel. Usable at once; a channel that is not open yet queues by itself.
 * When it closes, calls under way fail with CONNECTION_LOST and watches fall silent: subscribing again on a new
 * channel is the caller's business.
 */
export function createRpcClient(channel: Channel): EngineApi {
  const pending = new Map<number, Pending>();
  const watches = new Map<number, (update: unknown) => void>();
  let lastId = 0;
  let closed = false;

  const lost = (): LayerloomError =>
    new LayerloomError("CONNECTION_LOST", "The connection to the engine was lost.", {
      hint: "The run itself goes on, or waits to be resumed; connect again to see it.",
      retryable: true,
    });
  const send = (request: RpcRequest): void => channel.send(JSON.stringify(request));

  channel.onMessage((text) => receive(text));
  channel.onClose(() => {
    closed = true;
    watches.clear();
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(lost());
  });

  function receive(text: string): void {
    const reply = readReply(text);
    if (!reply) return;
    if (reply.type === "update") {
      const listener = watches.get(reply.id);
      if (!listener) return;
      try {
        listener(reply.update);
      } finally {
        if (!closed && watches.has(reply.id)) send({ type: "ack", id: reply.id });
      }
      return;
    }
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.type === "error") {
      watches.delete(reply.id);
      call?.reject(LayerloomError.fromShape(reply.error));
    } else call?.resolve(reply.result);
  }

  function call<T>(method: CallMethod, params?: unknown): Promise<T> {
    if (closed) return Promise.reject(lost());
    lastId += 1;
    const id = lastId;
    return new Promise<T>((resolve, reject) => {
      pending.set(id, { resolve: (result) => resolve(result as T), reject });
      try {
        send({ type: "call", id, method, params });
      } catch {
        pending.delete(id);
        reject(lost());
      }
    });
  }

  function watch<T>(method: WatchMethod, params: unknown, listener: (update: T) => void): Unsubscribe {
    if (closed) return () => undefined;
    lastId += 1;
    const id = lastId;
    watches.set(id, (update) => listener(update as T));
    send({ type: "watch", id, method, params });
    return () => {
      if (watches.delete(id) && !closed) send({ type: "unwatch", id });
    };
  }

  return {
    info: () => call("info"),
    activities: () => call("activities"),
    templates: () => call("templates"),
    readDocument: (request) => call("readDocument", request),
    writeDocument: (request) => call("writeDocument", request),
    exportDocument: (request) => call("exportDocument", request),
    listFiles: () => call("listFiles"),
    openFile: (request) => call("openFile", request),
    saveFile: (request) => call("saveFile", request),
    listDrafts: () => call("listDrafts"),
    putDraft: (draft) => call("putDraft", draft),
    dropDraft: (request) => call("dropDraft", request),
    quote: (request) => call("quote", request),
    startRun: (request) => call("startRun", request),
    previewRun: (request) => call("previewRun", request),
    listRuns: (request) => call("listRuns", request),
    getRun: (request) => call("getRun", request),
    getResult: (request) => call("getResult", request),
    getEvents: (request) => call("getEvents", request),
    getNodeData: (request) => call("getNodeData", request),
    cancelRun: (request) => call("cancelRun", request),
    pauseRun: (request) => call("pauseRun", request),
    resumeRun: (request) => call("resumeRun", request),
    retryRun: (request) => call("retryRun", request),
    breakers: () => call("breakers"),
    resetBreaker: (request) => call("resetBreaker", request),
    inbox: () => call("inbox"),
    decide: (decision) => call("decide", decision),
    listResults: (request) => call("listResults", request),
    clearResults: (request) => call("clearResults", request),
    memoryNames: () => call("memoryNames"),
    memoryHistory: (request) => call("memoryHistory", request),
    databaseState: () => call("databaseState"),
    restoreBackup: (request) => call("restoreBackup", request),
    watchRun: (request, listener) => watch("watchRun", request, listener),
    watchEngine: (listener) => watch("watchEngine", undefined, listener),
  };
}

/** A message that is not ours is dropped: the other end may be newer. */
function readReply(text: string): RpcReply | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("type" in value) || !("id" in value))
      return undefined;
    return value as RpcReply;
  } catch {
    return undefined;
  }
}
