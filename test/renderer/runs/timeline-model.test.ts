import { expect, test } from "vitest";
import type { EventName } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import type { PrintedEvent } from "#renderer/runs/printed-event.ts";
import { TimelineModel, tickStep } from "#renderer/runs/timeline-model.ts";

let seq = 0;
const event = (ms: number, name: EventName, rest: JsonObject = {}): PrintedEvent => ({
  type: "event",
  seq: ++seq,
  at: new Date(ms).toISOString(),
  event: name,
  ...rest,
});

function feed(...events: readonly PrintedEvent[]): TimelineModel {
  const model = new TimelineModel();
  for (const one of events) model.push(one);
  return model;
}

const a = (activation: number, attempt: number): JsonObject => ({ node: "a", activation, attempt });

test("attempts, the wait between them, and rounds", () => {
  const model = feed(
    event(0, "RunStarted"),
    event(0, "AttemptStarted", a(1, 1)),
    event(100, "AttemptFailed", a(1, 1)),
    event(100, "TimerSet", { node: "a", activation: 1, timer: "retry" }),
    event(1_100, "TimerFired", { node: "a", activation: 1, timer: "retry" }),
    event(1_100, "AttemptStarted", a(1, 2)),
    event(1_300, "AttemptSucceeded", a(1, 2)),
    event(2_000, "AttemptStarted", a(2, 1)),
  );
  const [row] = model.rows;
  expect(row?.rounds).toBe(2);
  expect(row?.bars.map(({ kind, status, start, end }) => [kind, status, start, end])).toEqual([
    ["attempt", "failed", 0, 100],
    ["wait", "retrying", 100, 1_100],
    ["attempt", "succeeded", 1_100, 1_300],
    ["attempt", "running", 2_000, undefined],
  ]);
});

test("a person's answer ends the question; its time limit is no bar", () => {
  const model = feed(
    event(0, "HumanTaskOpened", { node: "h", activation: 1 }),
    event(0, "TimerSet", { node: "h", activation: 1, timer: "human" }),
    event(500, "HumanTaskDecided", { node: "h", activation: 1 }),
    event(600, "RunEnded"),
  );
  expect(model.rows[0]?.bars).toEqual([
    { kind: "human", status: "succeeded", activation: 1, attempt: 0, start: 0, end: 500 },
  ]);
  expect(model.endedAt).toBe(600);
});

test("the end of the run ends every bar", () => {
  const model = feed(event(0, "AttemptStarted", a(1, 1)), event(50, "RunEnded"));
  expect(model.rows[0]?.bars[0]?.end).toBe(50);
});

test("ticks are round", () => {
  expect(tickStep(9_000, 9)).toBe(1_000);
  expect(tickStep(20_000, 9)).toBe(5_000);
  expect(tickStep(3, 9)).toBe(1);
});
