/** What is told to a person who looks elsewhere: which runs, once each, and a burst in one go. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Escalation, HumanTask, RunSummary } from "#contract/run.ts";
import { type Heard, type News, newsOf } from "#renderer/state/news.ts";
import { NewsGatherer } from "#renderer/state/news-gatherer.ts";

const run = (id: string, level: Escalation["level"] = 0): RunSummary => ({
  id,
  pipeline: `pipeline of ${id}`,
  status: "running",
  simulated: false,
  startedAt: 0,
  cost: { usd: 0, tokens: 0 },
  openTasks: 0,
  ...(level === 0 ? {} : { escalation: { level, reason: "repeated-failures", node: "n" } }),
});
const task = (runId: string, openedAt = 0, reason: HumanTask["card"]["reason"] = "node"): HumanTask => ({
  runId,
  pipeline: `pipeline of ${runId}`,
  node: "ask",
  activation: 1,
  openedAt,
  card: { title: "Secret of {{customer}}", outcomes: ["ok"], reason },
});
const heard = (runs: readonly RunSummary[] | undefined, inbox: readonly HumanTask[] = []): Heard => ({
  runs,
  inbox,
});
const needs = (before: Heard, now: Heard) => newsOf(before, now).map(({ runId, need }) => `${runId} ${need}`);

test("a new question is news, and so is the next one of the same node; an answered one is not", () => {
  const runs = [run("a"), run("b")];
  expect(needs(heard(runs), heard(runs, [task("a"), task("b")]))).toEqual(["a question", "b question"]);
  expect(needs(heard(runs, [task("a")]), heard(runs, [task("a", 5)]))).toEqual(["a question"]);
  expect(needs(heard(runs, [task("a"), task("b")]), heard(runs, [task("b")]))).toEqual([]);
  expect(needs(heard(undefined), heard(runs, [task("a")]))).toEqual([]);
});

test("a run is told of once: that nothing else is left says more than the question it led to", () => {
  expect(needs(heard([run("a"), run("b")]), heard([run("a", 4), run("b", 3)], [task("a")]))).toEqual([
    "a person",
    "b look",
  ]);
  expect(needs(heard([]), heard([], [task("a", 0, "exhausted")]))).toEqual(["a person"]);
});

test("no news carries a text of a pipeline but its name", () => {
  expect(JSON.stringify(newsOf(heard([]), heard([], [task("a")])))).not.toContain("Secret");
});

test("what a child run needs is told of the whole run, and leads to the child", () => {
  const path = [{ runId: "child", item: 2, node: "ask" }];
  const raised: RunSummary = {
    ...run("a"),
    escalation: { level: 4, reason: "chain-ended", node: "each", path },
  };
  const all = newsOf(heard([run("a")]), heard([raised], [task("child", 0, "fallback")]));
  expect(all).toMatchObject([{ runId: "a", need: "person", at: { runId: "child", node: "ask" } }]);
});

const news = (runId: string): News => ({ runId, pipeline: "p", need: "question", at: { runId, node: "n" } });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a burst is told once, and all that is unseen again with what comes later", () => {
  const told: string[][] = [];
  const gatherer = new NewsGatherer((all) => told.push(all.map(({ runId }) => runId)));
  const burst = Array.from({ length: 50 }, (_, index) => `r${index}`);
  for (const id of burst) gatherer.add([news(id)]);
  gatherer.add([]);
  expect(told).toEqual([]);
  vi.runAllTimers();
  expect(told).toEqual([burst]);
  gatherer.add([news("r0"), news("late")]);
  vi.runAllTimers();
  expect(told[1]).toEqual([...burst.slice(1), "r0", "late"]);
});

test("what was seen is not told, neither at once nor later", () => {
  const told: string[][] = [];
  const gatherer = new NewsGatherer((all) => told.push(all.map(({ runId }) => runId)));
  gatherer.add([news("a")]);
  gatherer.seen();
  vi.runAllTimers();
  gatherer.add([news("b")]);
  vi.runAllTimers();
  expect(told).toEqual([["b"]]);
});
