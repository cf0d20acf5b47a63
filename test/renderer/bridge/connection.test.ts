import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EngineApi, EngineUpdate } from "#contract/engine-api.ts";
import type { Channel } from "#contract/rpc.ts";
import { type Connection, connect } from "#renderer/bridge/connection.ts";
import { engineDouble } from "#test/renderer/support/engine-double.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server one can take down: each connection is a fresh client that remembers its watchers. */
function server(): {
  up: boolean;
  readonly connection: Connection;
  readonly drop: () => void;
  readonly tell: (update: EngineUpdate) => void;
  readonly opened: () => number;
} {
  let opened = 0;
  let close: (() => void) | undefined;
  let watcher: ((update: EngineUpdate) => void) | undefined;
  const state = { up: true };
  const open = async (): Promise<Channel> => {
    if (!state.up) throw new Error("refused");
    opened += 1;
    return {
      send: () => undefined,
      onMessage: () => undefined,
      onClose: (listener) => {
        close = listener;
      },
      close: () => undefined,
    };
  };
  const createClient = (): EngineApi =>
    engineDouble({
      inbox: async () => [],
      watchEngine: (listener) => {
        watcher = listener;
        return () => undefined;
      },
    });
  const connection = connect(open, createClient);
  return Object.assign(state, {
    connection,
    drop: () => {
      watcher = undefined;
      close?.();
    },
    tell: (update: EngineUpdate) => watcher?.(update),
    opened: () => opened,
  });
}

test("a call made before the connection stands waits for it", async () => {
  const { connection } = server();
  await expect(connection.engine.inbox()).resolves.toEqual([]);
  expect(connection.state()).toBe("open");
});

test("after a loss it reconnects with back-off and renews its subscriptions", async () => {
  const s = server();
  const heard: EngineUpdate[] = [];
  s.connection.engine.watchEngine((update) => heard.push(update));
  await vi.advanceTimersByTimeAsync(0);
  s.up = false;
  s.drop();
  expect(s.connection.state()).toBe("lost");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(s.connection.state()).toBe("lost");
  s.up = true;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(s.connection.state()).toBe("open");
  expect(s.opened()).toBe(2);
  s.tell({ runs: [], inbox: [] });
  expect(heard).toHaveLength(1);
});

test("a call gives up after a while, with a code of its own", async () => {
  const s = server();
  await vi.advanceTimersByTimeAsync(0);
  s.up = false;
  s.drop();
  const call = expect(s.connection.engine.inbox()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  await vi.advanceTimersByTimeAsync(30_000);
  await call;
});

test("someone in a hurry can try at once", async () => {
  const s = server();
  await vi.advanceTimersByTimeAsync(0);
  s.up = false;
  s.drop();
  await vi.advanceTimersByTimeAsync(20_000);
  s.up = true;
  s.connection.retryNow();
  await vi.advanceTimersByTimeAsync(1);
  expect(s.connection.state()).toBe("open");
});
