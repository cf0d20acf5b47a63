/** A large value is stored once, wherever a run hands it on to. */
import { expect, test } from "vitest";
import { measureSpace } from "./space.ts";

test("events that share an input of 1 MB take no more than 1.2 times what is different in them", {
  timeout: 60_000,
}, async () => {
  const { stored, unique, events } = await measureSpace(800, 1_000_000);
  expect(events).toBeGreaterThan(500);
  expect(stored / unique).toBeLessThanOrEqual(1.2);
});
