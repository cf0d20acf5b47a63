/** Scripts get times as texts; what has none keeps none, and nothing else is touched. */
import { expect, test } from "vitest";
import { printedBreaker, printedMemory, printedPreview, printedRun, printedTask } from "#contract/printed.ts";
import type { HumanTask, RunSummary } from "#contract/run.ts";

const AT = Date.UTC(2026, 10, 21, 13, 0, 0, 7);
const TEXT = "2026-11-21T13:00:00.007Z";

test("a run, with and without its end", () => {
  const run: RunSummary = {
    id: "r",
    pipeline: "p",
    status: "running",
    simulated: false,
    startedAt: AT,
    cost: { usd: 0, tokens: 0 },
    openTasks: 0,
  };
  expect(printedRun(run)).toEqual({ ...run, startedAt: TEXT });
  expect(printedRun({ ...run, endedAt: AT })).toEqual({ ...run, startedAt: TEXT, endedAt: TEXT });
});

test("a task and its card; what a pipeline asks about stays as it is", () => {
  const task: HumanTask = {
    runId: "r",
    pipeline: "p",
    node: "n",
    activation: 1,
    openedAt: AT,
    card: { title: "Sure?", reason: "node", outcomes: ["ok"], timeoutAt: AT, payload: { openedAt: AT } },
  };
  expect(printedTask(task)).toEqual({
    ...task,
    openedAt: TEXT,
    card: { ...task.card, timeoutAt: TEXT, payload: { openedAt: AT } },
  });
});

test("a breaker that rests and one that does not, a memory, a preview", () => {
  const breaker = { service: "s", state: "closed", failures: 2 } as const;
  expect(printedBreaker(breaker)).toEqual(breaker);
  expect(printedBreaker({ ...breaker, until: AT })).toEqual({ ...breaker, until: TEXT });
  expect(printedMemory({ name: "m", version: 1, at: AT })).toEqual({ name: "m", version: 1, at: TEXT });
  expect(printedPreview({ nodes: [] })).toEqual({ nodes: [] });
  expect(printedPreview({ nodes: [], basedOn: { runId: "r", startedAt: AT } })).toEqual({
    nodes: [],
    basedOn: { runId: "r", startedAt: TEXT },
  });
});
