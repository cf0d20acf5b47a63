/** Rules 2 and 3 of what a graph means: resolution of edges, joins, the end of a run. */
import { describe, expect, it } from "vitest";
import { Driver, define } from "./support/driver.ts";

describe("flow and branch", () => {
  it("runs a chain to its end", () => {
    const run = Driver.started(define("a b", ["a -> b"]));
    expect(run.asked).toEqual(["Enqueue a#1"]);
    run.begin("a");
    expect(run.last.effects).toEqual([
      { type: "DispatchAttempt", node: "a", activation: 1, attempt: 1, tryOfRun: 1 },
    ]);
    run.succeed("a");
    expect(run.asked).toEqual(["Enqueue b#1"]);
    run.run("b");
    expect(run.asked).toEqual(["EndRun completed"]);
    run.end({ output: { value: 42 } });
    expect(run.status).toBe("completed");
    expect(run.derived).toEqual([{ event: "EdgeTaken", from: "a", to: "b", kind: "flow", edge: 0 }]);
    expect(run.replayed()).toBe(run.bytes());
  });

  it("completes a pipeline without nodes at once", () => {
    expect(Driver.started(define({})).asked).toEqual(["EndRun completed"]);
  });

  it("starts all roots and takes flow on any outcome", () => {
    const run = Driver.started(define("a b c", ["a -> c", "b -> c"]));
    expect(run.asked).toEqual(["Enqueue a#1", "Enqueue b#1"]);
    run.run("a", "weird");
    expect(run.asked).toEqual([]);
    run.run("b");
    expect(run.asked).toEqual(["Enqueue c#1"]);
  });

  const gate = define("g yes no hot rest", [
    { from: "g", to: "yes", on: ["approved", "late"] },
    { from: "g", to: "no", on: ["rejected"] },
    { from: "g", to: "hot", when: "x" },
    { from: "g", to: "rest", else: true },
  ]);

  it.each<[string, Record<string, boolean>, string]>([
    ["approved", {}, "yes"],
    ["late", { 2: false }, "yes"],
    ["rejected", { 2: true }, "no hot"],
    ["other", { 2: true }, "hot"],
    ["other", {}, "rest"],
  ])("leaves by %s with %j to %s", (outcome, verdicts, reached) => {
    const run = Driver.started(gate);
    run.run("g", outcome, { verdicts });
    const queued = run.plan.nodes.filter(({ id }) => run.view(id).status === "queued").map(({ id }) => id);
    expect(queued.join(" ")).toBe(reached);
    expect(run.concluded("NodeNotReached")).toHaveLength(4 - queued.length);
  });

  it("holds an else to its own `on`", () => {
    const run = Driver.started(
      define("g a b", [
        { from: "g", to: "a", on: ["x"] },
        { from: "g", to: "b", else: true, on: ["y"] },
      ]),
    );
    run.run("g", "z");
    expect(run.picture).toBe("g:succeeded a:not_reached b:not_reached");
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("kills what only follows dead edges, however far", () => {
    const run = Driver.started(define("g a b c", [{ from: "g", to: "a", on: ["x"] }, "a -> b -> c"]));
    run.run("g");
    expect(run.picture).toBe("g:succeeded a:not_reached b:not_reached c:not_reached");
    expect(run.edge(2).state).toBe("dead");
  });
});

describe("joins", () => {
  const fan = (join: "all" | "any" | { atLeast: number } | undefined) =>
    define({ a: {}, b: {}, c: {}, j: join === undefined ? {} : { join } }, [
      { from: "a", to: "j", on: ["go"] },
      { from: "b", to: "j", on: ["go"] },
      { from: "c", to: "j", on: ["go"] },
    ]);

  // After each of the three completions: idle, queued or not reached.
  it.each<[Parameters<typeof fan>[0], string, string]>([
    [undefined, "go go go", "i i q"],
    ["all", "go no no", "i i q"],
    ["all", "no no no", "i i n"],
    ["any", "go no no", "q q q"],
    ["any", "no go go", "i q q"],
    ["any", "no no no", "i i n"],
    [{ atLeast: 2 }, "go no go", "i i q"],
    [{ atLeast: 2 }, "no no go", "i i n"],
    [{ atLeast: 2 }, "go go go", "i q q"],
  ])("join %j with %s: %s", (join, outcomes, statuses) => {
    const run = Driver.started(fan(join));
    const seen = outcomes.split(" ").map((outcome, place) => {
      run.run("abc"[place]!, outcome);
      return run.view("j").status[0]!;
    });
    expect(seen.join(" ")).toBe(statuses);
    expect(run.view("j").activations).toBe(statuses.endsWith("q") ? 1 : 0);
  });

  it("becomes ready once, whatever comes after", () => {
    const run = Driver.started(fan("any"));
    run.run("a", "go");
    run.run("j");
    run.run("b", "go");
    expect(run.view("j")).toMatchObject({ status: "succeeded", activations: 1 });
    run.run("c", "no");
    expect(run.asked).toEqual(["EndRun completed"]);
    expect([0, 1, 2].map((edge) => run.edge(edge).taken)).toEqual([1, 1, 0]);
  });
});

describe("failure for good", () => {
  it("goes by error edges that hold and by branches that name error", () => {
    const run = Driver.started(
      define("a f e1 e2 b x", [
        "a -> f",
        { from: "a", to: "e1", kind: "error" },
        { from: "a", to: "e2", kind: "error", when: "x" },
        { from: "a", to: "b", on: ["error", "late"] },
        { from: "a", to: "x", on: ["late"] },
      ]),
    );
    run.break("a", { verdicts: { 2: false } });
    expect(run.picture).toBe("a:failed f:not_reached e1:queued e2:not_reached b:queued x:not_reached");
    expect(run.concluded("NodeFailed")).toMatchObject([{ node: "a", handled: true }]);
    expect(run.view("a")).toMatchObject({ outcome: "error", failure: { message: "boom" } });
    run.run("e1");
    run.run("b");
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("lets an else that names error take what no other branch takes", () => {
    const definition = define("a b c", [
      { from: "a", to: "b", on: ["error"], when: "x" },
      { from: "a", to: "c", on: ["error"], else: true },
    ]);
    const other = Driver.started(definition);
    other.break("a", { verdicts: { 0: false } });
    expect(other.picture).toBe("a:failed b:not_reached c:queued");
    const first = Driver.started(definition);
    first.break("a", { verdicts: { 0: true } });
    expect(first.picture).toBe("a:failed b:queued c:not_reached");
  });

  it("does not let a branch that holds without naming error keep that else from its failure", () => {
    const run = Driver.started(
      define("a b c", [
        { from: "a", to: "a", kind: "loop", max: 1, onExhausted: "fail" },
        { from: "a", to: "b", when: "x" },
        { from: "a", to: "c", on: ["error"], else: true },
      ]),
    );
    run.run("a");
    run.run("a", "ok", { verdicts: { 1: true } });
    expect(run.picture).toBe("a:failed b:not_reached c:queued");
  });

  it("blocks what must wait for all, and lets independent work go on", () => {
    const run = Driver.started(
      define({ a: {}, b: {}, all: {}, any: { join: "any" }, after: {}, late: { join: { atLeast: 1 } } }, [
        "a -> all",
        "b -> all",
        "a -> any",
        "b -> any",
        "all -> after",
        "all -> late",
      ]),
    );
    run.break("a");
    expect(run.picture).toBe("a:failed b:queued all:idle any:idle after:idle late:idle");
    run.run("b");
    expect(run.picture).toBe(
      "a:failed b:succeeded all:not_reached any:queued after:not_reached late:not_reached",
    );
    expect(run.edge(4).state).toBe("dead");
    run.run("any");
    expect(run.asked).toEqual(["EndRun failed"]);
  });

  it("ends with the failure when nothing depends on the node", () => {
    const run = Driver.started(define("a"));
    run.break("a");
    expect(run.asked).toEqual(["EndRun failed"]);
    expect(run.concluded("NodeFailed")).toMatchObject([{ handled: false }]);
  });

  it("takes the default instead, and goes on by its edges", () => {
    const run = Driver.started(
      define({ a: { default: { n: 1 } }, b: {}, c: {} }, [
        { from: "a", to: "b", on: ["ok"], when: "x" },
        { from: "a", to: "c", kind: "error" },
      ]),
    );
    run.break("a", { verdicts: { 0: true } });
    expect(run.picture).toBe("a:degraded b:queued c:not_reached");
    expect(run.view("a")).toMatchObject({ outcome: "ok", failure: { message: "boom" } });
    expect(run.state.outputs[0]).toEqual({ value: { n: 1 } });
    expect(run.concluded("NodeFailed")).toEqual([]);
    run.run("b");
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("stops everything at once when the pipeline says so", () => {
    const run = Driver.started(
      define("a b c d e", ["a -> d", "b -> d", { from: "a", to: "e", kind: "error", when: "x" }], {
        onFailure: "stop",
      }),
    );
    run.begin("b");
    run.break("a");
    expect(run.asked).toEqual(["CancelAttempt b#1", "EndRun failed"]);
    expect(run.picture).toBe("a:failed b:cancelled c:cancelled d:not_reached e:not_reached");
    expect(run.concluded("AttemptCancelled")).toMatchObject([{ node: "b", attempt: 1, reason: "stopped" }]);
    run.end({ failure: run.view("a").failure });
    expect(run.status).toBe("failed");
  });
});
