import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refresher } from "#renderer/state/refresher.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("however often it is asked: at once, then once in a while, and once more after the last asking", async () => {
  const read: number[] = [];
  const start = Date.now();
  const refresher = new Refresher(async () => {
    read.push(Date.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, 1_000);
  for (let ms = 0; ms < 2_000; ms += 100) {
    refresher.ask();
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(read).toEqual([0, 1_300, 2_600]);
});

test("asked once it reads once; stopped it reads no more", async () => {
  let reads = 0;
  const refresher = new Refresher(async () => {
    reads += 1;
  }, 1_000);
  refresher.ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reads).toBe(1);
  refresher.ask();
  await vi.advanceTimersByTimeAsync(1);
  refresher.ask();
  refresher.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(reads).toBe(2);
});
