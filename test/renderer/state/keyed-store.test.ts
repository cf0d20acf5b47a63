import { expect, test, vi } from "vitest";
import { KeyedStore } from "#renderer/state/keyed-store.ts";

function manual(): {
  readonly schedule: (flush: () => void) => void;
  readonly frame: () => void;
  readonly asked: () => number;
} {
  let waiting: (() => void) | undefined;
  let count = 0;
  return {
    schedule: (flush) => {
      waiting = flush;
      count += 1;
    },
    frame: () => {
      const flush = waiting;
      waiting = undefined;
      flush?.();
    },
    asked: () => count,
  };
}

test("many changes in one frame wake each listener once, with the last value", () => {
  const clock = manual();
  const store = new KeyedStore<string, number>(clock.schedule);
  const a = vi.fn();
  const b = vi.fn();
  store.subscribe("a", a);
  store.subscribe("b", b);
  for (let n = 0; n < 5_000; n++) store.set("a", n);
  expect(a).not.toHaveBeenCalled();
  expect(store.get("a")).toBeUndefined();
  clock.frame();
  expect(a).toHaveBeenCalledTimes(1);
  expect(b).not.toHaveBeenCalled();
  expect(store.get("a")).toBe(4_999);
  expect(clock.asked()).toBe(1);
});

test("clearing tells those who looked", () => {
  const clock = manual();
  const store = new KeyedStore<string, number>(clock.schedule);
  store.set("a", 1);
  clock.frame();
  const listener = vi.fn();
  const stop = store.subscribe("a", listener);
  store.clear();
  clock.frame();
  expect(store.get("a")).toBeUndefined();
  expect(listener).toHaveBeenCalledTimes(1);
  stop();
  store.set("a", 2);
  clock.frame();
  expect(listener).toHaveBeenCalledTimes(1);
});
