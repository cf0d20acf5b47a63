/**
 * Keeps one connection to the engine alive: opens it, notices its loss, opens it again with back-off, and gives every
 * caller an `EngineApi` that outlives the connections under it. A call made while there is none waits for the next
 * one; a call that was under way when the connection broke fails with CONNECTION_LOST, since it may have happened.
 * Subscriptions are renewed by themselves.
 */
import type { EngineApi, Unsubscribe } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Channel } from "#contract/rpc.ts";
import type { OpenChannel } from "#renderer/bridge/channels.ts";

export type ConnectionState = "connecting" | "open" | "lost";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const CALL_PATIENCE_MS = 20_000;

export type Connection = {
  readonly engine: EngineApi;
  readonly state: () => ConnectionState;
  readonly subscribe: (listener: () => void) => Unsubscribe;
  /** Try at once instead of at the end of the back-off. */
  readonly retryNow: () => void;
};

export function connect(open: OpenChannel, createClient: (channel: Channel) => EngineApi): Connection {
  let state: ConnectionState = "connecting";
  let client: EngineApi | undefined;
  let delay = FIRST_DELAY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const waiting = new Set<(client: EngineApi) => void>();
  const watches = new Set<(client: EngineApi) => void>();

  const setState = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    for (const listener of listeners) listener();
  };

  const lost = (): void => {
    client = undefined;
    setState("lost");
    clearTimeout(timer);
    timer = setTimeout(attempt, delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  };

  const attempt = (): void => {
    open().then((channel) => {
      let ended = false;
      channel.onClose(() => {
        if (!ended) {
          ended = true;
          lost();
        }
      });
      client = createClient(channel);
      delay = FIRST_DELAY_MS;
      setState("open");
      for (const watch of watches) watch(client);
      for (const resolve of [...waiting]) resolve(client);
    }, lost);
  };

  const ready = (): Promise<EngineApi> => {
    if (client) return Promise.resolve(client);
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        waiting.delete(settle);
        reject(new LayerloomError("CONNECTION_LOST", "The engine does not answer."));
      }, CALL_PATIENCE_MS);
      const settle = (found: EngineApi): void => {
        clearTimeout(patience);
        waiting.delete(settle);
        resolve(found);
      };
      waiting.add(settle);
    });
  };
  const use = async <T>(call: (client: EngineApi) => Promise<T>): Promise<T> => call(await ready());

  const watch = (start: (client: EngineApi) => Unsubscribe): Unsubscribe => {
    let stop: Unsubscribe | undefined;
    const begin = (on: EngineApi): void => {
      stop = start(on);
    };
    watches.add(begin);
    if (client) begin(client);
    return () => {
      watches.delete(begin);
      if (client) stop?.();
    };
  };

  attempt();
  return {
    engine: lastingEngine(use, watch),
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    retryNow: () => {
      if (state !== "lost") return;
      clearTimeout(timer);
      delay = FIRST_DELAY_MS;
      attempt();
    },
  };
}

function lastingEngine(
  use: <T>(call: (client: EngineApi) => Promise<T>) => Promise<T>,
  watch: (start: (client: EngineApi) => Unsubscribe) => Unsubscribe,
): EngineApi {
  return {
    info: () => use((e) => e.info()),
    activities: () => use((e) => e.activities()),
    templates: () => use((e) => e.templates()),
    readDocument: (request) => use((e) => e.readDocument(request)),
    writeDocument: (request) => use((e) => e.writeDocument(request)),
    exportDocument: (request) => use((e) => e.exportDocument(request)),
    listFiles: () => use((e) => e.listFiles()),
    openFile: (request) => use((e) => e.openFile(request)),
    saveFile: (request) => use((e) => e.saveFile(request)),
    listDrafts: () => use((e) => e.listDrafts()),
    putDraft: (draft) => use((e) => e.putDraft(draft)),
    dropDraft: (request) => use((e) => e.dropDraft(request)),
    quote: (request) => use((e) => e.quote(request)),
    startRun: (request) => use((e) => e.startRun(request)),
    previewRun: (request) => use((e) => e.previewRun(request)),
    listRuns: (request) => use((e) => e.listRuns(request)),
    getRun: (request) => use((e) => e.getRun(request)),
    getResult: (request) => use((e) => e.getResult(request)),
    getEvents: (request) => use((e) => e.getEvents(request)),
    getNodeData: (request) => use((e) => e.getNodeData(request)),
    cancelRun: (request) => use((e) => e.cancelRun(request)),
    pauseRun: (request) => use((e) => e.pauseRun(request)),
    resumeRun: (request) => use((e) => e.resumeRun(request)),
    retryRun: (request) => use((e) => e.retryRun(request)),
    breakers: () => use((e) => e.breakers()),
    resetBreaker: (request) => use((e) => e.resetBreaker(request)),
    inbox: () => use((e) => e.inbox()),
    decide: (decision) => use((e) => e.decide(decision)),
    listResults: (request) => use((e) => e.listResults(request)),
    clearResults: (request) => use((e) => e.clearResults(request)),
    memoryNames: () => use((e) => e.memoryNames()),
    memoryHistory: (request) => use((e) => e.memoryHistory(request)),
    databaseState: () => use((e) => e.databaseState()),
    restoreBackup: (request) => use((e) => e.restoreBackup(request)),
    watchRun: (request, listener) => watch((e) => e.watchRun(request, listener)),
    watchEngine: (listener) => watch((e) => e.watchEngine(listener)),
  };
}
