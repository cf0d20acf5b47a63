import { expect, test } from "vitest";
import type { NodeView, RunSummary, RunUpdate } from "#contract/run.ts";
import { RunBoard } from "#renderer/state/run-board.ts";

const summary: RunSummary = {
  id: "r",
  pipeline: "p",
  status: "running",
  simulated: true,
  startedAt: 0,
  cost: { usd: 0, tokens: 0 },
  openTasks: 0,
};

const view = (id: string, status: NodeView["status"]): NodeView => ({
  id,
  status,
  activations: 1,
  attempts: 1,
  attempt: 1,
  maxAttempts: 1,
  cost: { usd: 0, tokens: 0 },
});

const update = (change: Partial<RunUpdate>): RunUpdate => ({
  runId: "r",
  seq: 1,
  summary,
  nodes: [],
  edges: [],
  tasks: [],
  streams: [],
  ...change,
});

const atOnce = (flush: () => void): void => flush();

test("changes replace what they name and leave the rest", () => {
  const board = new RunBoard(atOnce);
  board.apply(update({ nodes: [view("a", "running"), view("b", "idle")] }));
  board.apply(update({ nodes: [view("a", "succeeded")], edges: [{ index: 0, taken: 1, state: "taken" }] }));
  expect(board.nodes.get("a")?.status).toBe("succeeded");
  expect(board.nodes.get("b")?.status).toBe("idle");
  expect(board.edges.get(0)?.taken).toBe(1);
  expect(board.head.get("head")?.progress).toMatchObject({ done: 1, total: 2, active: [] });
});

test("what streams is shown until an update no longer has it", () => {
  const board = new RunBoard(atOnce);
  board.apply(
    update({ nodes: [view("a", "running")], streams: [{ node: "a", activation: 1, text: "Dear" }] }),
  );
  expect(board.streams.get("a")).toBe("Dear");
  board.apply(update({ nodes: [view("a", "succeeded")] }));
  expect(board.streams.get("a")).toBeUndefined();
});

test("the busiest node comes first", () => {
  const board = new RunBoard(atOnce);
  board.apply(update({ nodes: [view("q", "queued"), view("w", "waiting"), view("r", "running")] }));
  expect(board.head.get("head")?.progress.active.map((node) => node.id)).toEqual(["r", "w", "q"]);
  board.clear();
  expect(board.head.get("head")).toBeUndefined();
});
