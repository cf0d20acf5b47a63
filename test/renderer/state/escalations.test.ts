/** Which runs are news: those that have come to need a look since the list was last told. */
import { expect, test } from "vitest";
import type { Escalation, RunSummary } from "#contract/run.ts";
import { risenRuns } from "#renderer/state/escalations.ts";

const run = (id: string, level: Escalation["level"] = 0, node = "a"): RunSummary => ({
  id,
  pipeline: "p",
  status: "running",
  simulated: false,
  startedAt: 0,
  cost: { usd: 0, tokens: 0 },
  openTasks: 0,
  ...(level === 0 ? {} : { escalation: { level, reason: "repeated-failures", node } }),
});
const ids = (before: readonly RunSummary[] | undefined, now: readonly RunSummary[] | undefined) =>
  risenRuns(before, now).map(({ id }) => id);

test("a run is news when it comes to level 3 or 4, when it rises, and when it is about another node", () => {
  expect(ids([run("a"), run("b", 2), run("c", 3)], [run("a", 3), run("b", 4), run("c", 4)])).toEqual([
    "a",
    "b",
    "c",
  ]);
  expect(ids([run("a", 3)], [run("a", 3, "other")])).toEqual(["a"]);
  expect(ids([], [run("new", 4)])).toEqual(["new"]);
});

test("nothing is news that was there, that falls, or that recovers by itself", () => {
  expect(ids([run("a", 4)], [run("a", 4)])).toEqual([]);
  expect(ids([run("a", 4)], [run("a", 3)])).toEqual([]);
  expect(ids([run("a")], [run("a", 2)])).toEqual([]);
  expect(ids(undefined, [run("a", 4)])).toEqual([]);
  expect(ids([run("a")], undefined)).toEqual([]);
});
