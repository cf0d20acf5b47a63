/** Runs of a part of a pipeline: nodes left out, taken over, pinned. */
import { describe, expect, it } from "vitest";
import type { EventOf } from "#contract/events.ts";
import { edgesToJudge } from "#core/judge.ts";
import { isLimited, outputOf } from "#core/view.ts";
import { Driver, define } from "./support/driver.ts";

type Begin = Partial<Pick<EventOf<"RunStarted">, "only" | "reuseFrom">>;

function limited(definition: ReturnType<typeof define>, begin: Begin): Driver {
  const driver = new Driver(definition);
  driver.send({
    event: "RunStarted",
    runId: "r1",
    pipeline: "test",
    seed: 7,
    inputs: { value: {} },
    ...begin,
  });
  return driver;
}

const reuse = (...nodes: string[]) => ({ reuseFrom: { runId: "r0", nodes } });
const statusOf = (run: Driver, nodes: string): string[] =>
  nodes.split(" ").map((node) => run.view(node).status);

describe("a run of listed nodes", () => {
  it("leaves out all others: their edges are dead, and the run is completed without them", () => {
    const run = limited(define("a b c d", ["a -> b -> c", "a -> d"]), { only: ["a", "b"] });
    run.run("a");
    expect(statusOf(run, "a b c d")).toEqual(["succeeded", "queued", "idle", "not_reached"]);
    run.run("b");
    expect(run.last.effects).toEqual([{ type: "EndRun", status: "completed" }]);
    expect([0, 1, 2].map((edge) => run.edge(edge).taken)).toEqual([1, 0, 0]);
    run.end();
    expect(statusOf(run, "a b c d")).toEqual(["succeeded", "succeeded", "not_reached", "not_reached"]);
    expect(isLimited(run.state)).toBe(true);
    expect(isLimited(Driver.started(define("a")).state)).toBe(false);
  });

  it("begins where only left-out nodes lead to", () => {
    const run = limited(define("a b c", ["a -> b -> c"]), { only: ["b"] });
    expect(statusOf(run, "a b c")).toEqual(["not_reached", "queued", "idle"]);
    expect(run.last.derived).toContainEqual({ event: "NodeNotReached", node: "a" });
    run.run("b");
    expect(run.state.ending).toBe("completed");
  });

  it("blocks nothing by way of a left-out node", () => {
    const nodes = { a: {}, b: {}, left: {}, other: { pin: { output: 1 } }, end: { pin: { output: 2 } } };
    const run = limited(define(nodes, ["a -> b -> left -> end", "other -> end"]), { only: ["a", "b"] });
    run.skip("other");
    run.break("a");
    expect(run.view("b").status).toBe("not_reached");
    run.skip("end");
    expect(statusOf(run, "left end")).toEqual(["not_reached", "skipped"]);
    expect(run.state.ending).toBe("failed");
  });

  it("begins anew, in a round that re-opens it, where only left-out nodes lead to", () => {
    const nodes = { a: {}, b: {}, c: { pin: { output: 1 } } };
    const run = limited(define(nodes, ["a -> b -> c", { from: "a", to: "a", kind: "loop", on: ["again"] }]), {
      only: ["a"],
    });
    run.skip("c");
    run.run("a", "again");
    expect(run.last.effects).toContainEqual(
      expect.objectContaining({ type: "JudgeSkip", node: "c", cause: { by: "pin" } }),
    );
    run.skip("c");
    run.run("a");
    expect(statusOf(run, "a b c")).toEqual(["succeeded", "not_reached", "skipped"]);
  });

  it("ends at once when nothing is listed", () => {
    expect(limited(define("a b", ["a -> b"]), { only: [] }).state.ending).toBe("completed");
  });

  it("fails when a listed node fails, and an error edge to a left-out node takes nothing", () => {
    const definition = define({ a: {}, b: {}, c: {} }, ["a -> b", { from: "a", to: "c", kind: "error" }]);
    const run = limited(definition, { only: ["a"] });
    run.break("a");
    expect(run.state.ending).toBe("failed");
    expect(statusOf(run, "b c")).toEqual(["not_reached", "not_reached"]);
  });

  it("goes by no skip edge to a left-out node", () => {
    const definition = define("a b c", ["a -> b -> c", { from: "a", to: "c", kind: "skip" }]);
    const run = limited(definition, { only: ["a", "b"] });
    run.run("a");
    expect(run.view("b").status).toBe("queued");
  });

  it("asks a loop only when both its ends are listed, and judges no other", () => {
    const definition = define("a b", [
      "a -> b",
      { from: "b", to: "a", kind: "loop", when: "w", feedback: "f" },
      { from: "b", to: "b", kind: "loop", on: ["again"], max: 1, onExhausted: "continue" },
    ]);
    const run = limited(definition, { only: ["b"] });
    run.begin("b");
    expect(edgesToJudge(run.plan, run.state, "b", "ok")).toEqual({
      conditions: [],
      feedback: [],
      adjust: [],
    });
    run.succeed("b", "again", { verdicts: { 1: true } });
    expect(run.view("b")).toMatchObject({ status: "queued", activations: 2 });
    expect(run.view("a").activations).toBe(0);
    run.run("b", "again", { verdicts: { 1: true } });
    expect(run.state.ending).toBe("completed");
  });

  it("takes no else in place of a branch that holds and leads to a left-out node", () => {
    const definition = define("a b c", [
      { from: "a", to: "b", when: "w" },
      { from: "a", to: "c", else: true },
    ]);
    const run = limited(definition, { only: ["a", "c"] });
    run.begin("a");
    expect(edgesToJudge(run.plan, run.state, "a", "ok").conditions).toEqual([{ edge: 0, when: "w" }]);
    run.succeed("a", "ok", { verdicts: { 0: true } });
    expect(statusOf(run, "b c")).toEqual(["not_reached", "not_reached"]);
    expect(run.state.ending).toBe("completed");
  });

  it("refuses nodes that are not there", () => {
    const run = new Driver(define("a"));
    const first = { event: "RunStarted", runId: "r", pipeline: "t", seed: 1, inputs: { value: {} } } as const;
    expect(run.refused({ ...first, only: ["x"] })).toContain('no node "x"');
    expect(run.refused({ ...first, ...reuse("x") })).toContain('no node "x"');
  });
});

describe("a node that is taken over and not listed", () => {
  it("gives its result in every round, and never runs", () => {
    const definition = define("a b c", ["a -> b -> c", { from: "c", to: "b", kind: "loop", on: ["again"] }]);
    const run = limited(definition, { only: ["b", "c"], ...reuse("a") });
    expect(run.last.effects).toMatchObject([{ type: "JudgeSkip", node: "a", cause: { by: "run" } }]);
    run.skip("a");
    run.run("b");
    run.run("c", "again");
    expect(statusOf(run, "a b c")).toEqual(["skipped", "queued", "idle"]);
  });

  it("is left out when its result is gone", () => {
    const run = limited(define("a b", ["a -> b"]), { only: ["b"], ...reuse("a") });
    run.send({ event: "SkipDeclined", ...run.key("a"), reason: "nothing-stored" });
    expect(statusOf(run, "a b")).toEqual(["not_reached", "not_reached"]);
    expect(run.state.ending).toBe("completed");
  });

  it("is taken over again after a loop has re-opened it", () => {
    // Its journal was written by hand: the two ends of the loop are listed, what lies between is not.
    const definition = define("a b c", ["a -> b -> c", { from: "c", to: "a", kind: "loop", on: ["again"] }]);
    const run = limited(definition, { only: ["a", "c"], ...reuse("b") });
    run.run("a");
    run.skip("b");
    run.run("c", "again");
    run.run("a");
    expect(run.last.effects).toMatchObject([
      { type: "JudgeSkip", node: "b", activation: 2, cause: { by: "run" } },
    ]);
  });
});

describe("a pinned node", () => {
  const pinned = { pin: { output: 1 } };

  it("is asked for its pin before anything else", () => {
    const definition = define({ a: {}, b: { ...pinned, skip: { when: "true" } }, c: {} }, [
      "a -> b -> c",
      { from: "a", to: "c", kind: "skip" },
    ]);
    const run = Driver.started(definition, ["b"]);
    expect(run.view("b").pinned).toBe(true);
    expect(run.view("a").pinned).toBeUndefined();
    run.run("a");
    expect(run.last.effects).toMatchObject([{ type: "JudgeSkip", node: "b", cause: { by: "pin" } }]);
  });

  it("takes part though it is not listed", () => {
    const run = limited(define({ a: {}, b: pinned, c: {} }, ["a -> b -> c"]), { only: ["c"] });
    expect(statusOf(run, "a b c")).toEqual(["not_reached", "queued", "idle"]);
    run.skip("b");
    expect(run.view("c").status).toBe("queued");
  });

  it("goes on to an attempt when its result cannot be delivered", () => {
    const run = limited(define({ a: pinned }), { only: [] });
    run.send({ event: "SkipDeclined", ...run.key("a"), reason: "condition" });
    run.break("a");
    expect(run.state.ending).toBe("failed");
  });
});

it("keeps the outputs that a person edited, for the host to deliver", () => {
  const edited = { a: { value: 9 } };
  const run = limited(define("a b", ["a -> b"]), { reuseFrom: { runId: "r0", nodes: ["a"], edited } });
  expect(run.state).toMatchObject({ reuseRunId: "r0", edited });
  run.skip("a");
  expect(outputOf(run.state, 0)).toEqual({ value: null });
});
