/** Rule 5 of what a graph means: loops, their counters, feedback and exhaustion. */
import { describe, expect, it } from "vitest";
import type { EdgeDefinition } from "#contract/definition.ts";
import { loopContext } from "#core/view.ts";
import { Driver, define } from "./support/driver.ts";

const back = (rest: Partial<EdgeDefinition> = {}): EdgeDefinition => ({
  from: "b",
  to: "a",
  kind: "loop",
  on: ["fail"],
  max: 2,
  ...rest,
});

describe("a loop that is taken", () => {
  it("re-opens its scope, delivers feedback and counts", () => {
    const run = Driver.started(define("a b c", ["a -> b -> c", back()]));
    const context = () => loopContext(run.plan, run.state, 0);
    const nothing = { feedback: null, draft: null, change: null };
    expect(context()).toEqual({ ...nothing, count: 0, max: 2 });
    const outside = { ...nothing, count: 0, max: 0 };
    expect(loopContext(run.plan, run.state, 1)).toEqual(outside);
    expect(loopContext(run.plan, run.state, -1)).toEqual(outside);
    run.run("a");
    run.run("b", "fail", {
      feedback: { 2: { value: "more" } },
      adjust: { 2: { value: { delay: "1s" } } },
    });
    expect(run.asked).toEqual(["Enqueue a#2"]);
    expect(run.picture).toBe("a:queued b:idle c:idle");
    expect(context()).toEqual({
      feedback: { value: "more" },
      draft: { value: "a#1" },
      change: { value: { delay: "1s" } },
      count: 1,
      max: 2,
    });
    expect(run.concluded("LoopTaken")).toEqual([
      {
        event: "LoopTaken",
        from: "b",
        to: "a",
        edge: 2,
        count: 1,
        max: 2,
        feedback: { value: "more" },
        adjust: { value: { delay: "1s" } },
        draft: { value: "a#1" },
        reopened: ["a", "b", "c"],
      },
    ]);
    expect(run.edge(0)).toMatchObject({ state: "pending", taken: 1 });
    expect(run.edge(2)).toEqual({ index: 2, taken: 1, state: "taken", count: 1, max: 2 });
    run.run("a");
    run.run("b", "fail");
    expect(context()).toEqual({ ...nothing, draft: { value: "a#2" }, count: 2, max: 2 });
    run.run("a");
    run.run("b");
    run.run("c");
    expect(run.asked).toEqual(["EndRun completed"]);
    expect(["a", "b", "c"].map((id) => run.view(id).activations)).toEqual([3, 3, 1]);
    expect(run.edge(2).taken).toBe(2);
    expect(run.replayed()).toBe(run.bytes());
  });

  it("may go from a node to itself, and takes the first that holds", () => {
    const run = Driver.started(
      define("a b", [
        "a -> b",
        { from: "b", to: "b", kind: "loop", when: "x", max: 1 },
        { from: "b", to: "a", kind: "loop", on: ["fail"], max: 1 },
      ]),
    );
    run.run("a");
    run.run("b", "fail", { verdicts: { 1: true } });
    expect(run.concluded("LoopTaken").at(-1)).toMatchObject({ edge: 1, reopened: ["b"] });
    run.run("b", "fail", { verdicts: { 1: true } }); // the first is spent, the second is not
    expect(run.concluded("LoopTaken").at(-1)).toMatchObject({ edge: 2, reopened: ["a", "b"] });
    expect(run.edge(1)).toMatchObject({ count: 0, state: "pending" });
    expect(run.replayed()).toBe(run.bytes());
  });

  it("cancels what runs, waits or is asked in its scope, and keeps what comes from outside", () => {
    const run = Driver.started(
      define({ o: {}, a: {}, b: {}, w: {}, h: {}, s: {}, q: {}, r: {}, j: {} }, [
        "o -> j",
        "a -> b",
        "a -> w",
        "a -> h",
        "a -> s",
        "a -> q",
        "a -> r",
        "w -> j",
        back({ max: 1 }),
      ]),
    );
    run.run("o");
    run.run("a");
    run.begin("w");
    run.begin("h");
    run.open("h", { timeoutAt: 50 });
    run.begin("s");
    run.send({ event: "WaitStarted", ...run.attempt("s"), wakeAt: 99 });
    run.begin("r");
    run.failWith("r", "transient");
    run.run("b", "fail");
    expect(run.asked).toEqual([
      "CancelAttempt w#1",
      "ClearTimer h#1 human",
      "CloseHumanTask h#1",
      "ClearTimer s#1 wait",
      "ClearTimer r#1 retry",
      "Enqueue a#2",
    ]);
    expect(run.concluded("AttemptCancelled")).toEqual([
      { event: "AttemptCancelled", node: "w", activation: 1, attempt: 1, reason: "loop" },
    ]);
    expect(run.edge(0).state).toBe("taken");
    expect(run.view("w")).toMatchObject({ status: "idle", attempts: 1, attempt: 0 });
    run.refused({
      event: "AttemptSucceeded",
      node: "w",
      activation: 1,
      attempt: 1,
      outcome: "ok",
      output: { value: 1 },
    });
    run.run("a");
    for (const node of ["b", "w", "h", "s", "q", "r", "j"]) run.run(node);
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("makes a join ready again that edges from outside already meet", () => {
    const run = Driver.started(
      define({ o: {}, a: {}, b: {}, j: { join: "any" }, k: { join: "any" } }, [
        "o -> j",
        "a -> b -> j",
        "j -> k",
        "b -> k",
        back(),
      ]),
    );
    run.run("o");
    run.run("j");
    run.run("k");
    run.run("a");
    run.run("b", "fail");
    expect(run.asked).toEqual(["Enqueue a#2", "Enqueue j#2"]);
    expect(run.picture).toBe("o:succeeded a:queued b:idle j:queued k:idle");
  });

  it("takes an unhandled failure in its scope back", () => {
    const run = Driver.started(define("a b x y", ["a -> b", "a -> x -> y", back()]));
    run.run("a");
    run.break("x");
    expect(run.picture).toBe("a:succeeded b:queued x:failed y:not_reached");
    run.run("b", "fail");
    run.run("a");
    run.run("b");
    run.run("x");
    run.run("y");
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("starts the counters of inner loops anew", () => {
    const run = Driver.started(
      define("a b c", [
        "a -> b -> c",
        { from: "b", to: "b", kind: "loop", on: ["fail"], max: 1 },
        { from: "c", to: "a", kind: "loop", on: ["fail"], max: 1 },
      ]),
    );
    for (let round = 0; round < 2; round++) {
      run.run("a");
      run.run("b", "fail");
      expect(run.edge(2).count).toBe(1);
      run.run("b");
      run.run("c", round === 0 ? "fail" : "ok");
    }
    expect(run.edge(2)).toMatchObject({ count: 1, taken: 2 });
    expect(run.asked).toEqual(["EndRun completed"]);
  });

  it("follows a degraded node and a skipped one as well", () => {
    const run = Driver.started(
      define({ a: {}, b: { default: 0, skip: { when: "x" } } }, ["a -> b", back({ on: ["ok"], max: 2 })]),
    );
    run.run("a");
    run.send({ event: "SkipDeclined", ...run.key("b"), reason: "condition" });
    run.break("b", { feedback: { 1: { value: "f" } } });
    expect(loopContext(run.plan, run.state, 0)).toMatchObject({ feedback: { value: "f" }, count: 1 });
    run.run("a");
    run.skip("b");
    expect(run.edge(1).taken).toBe(2);
  });
});

describe("a loop that is spent", () => {
  const spend = (edges: Parameters<typeof define>[1], node = {}): Driver => {
    const run = Driver.started(define({ a: {}, b: node, c: {}, d: {} }, ["a -> b", ...(edges ?? [])]));
    for (let round = 0; round < 2; round++) {
      run.run("a");
      run.run("b", "fail", { verdicts: { 3: true } });
    }
    return run;
  };
  const loop = (rest: Partial<EdgeDefinition> = {}) => back({ max: 1, ...rest });

  it("asks a person; the answer is the outcome and loops are not asked again", () => {
    const run = spend([
      loop(),
      { from: "b", to: "c", on: ["approved", "error"] },
      { from: "b", to: "d", on: ["fail", "approved"] },
    ]);
    expect(run.last.effects).toEqual([
      {
        type: "OpenHumanTask",
        node: "b",
        activation: 2,
        reason: "exhausted",
        outcomes: ["approved", "fail"],
      },
    ]);
    expect(run.concluded("LoopExhausted")).toEqual([
      { event: "LoopExhausted", from: "b", to: "a", edge: 1, max: 1, onExhausted: "escalate" },
    ]);
    expect(run.view("b")).toMatchObject({
      status: "waiting",
      waitsFor: { kind: "approval" },
      outcome: undefined,
    });
    expect(run.state.outputs[1]).toEqual({ value: "b#2" });
    expect(run.status).toBe("waiting");
    run.open("b", { reason: "exhausted", outcomes: ["approved", "fail"] });
    run.decide("b", "fail");
    expect(run.picture).toBe("a:succeeded b:succeeded c:not_reached d:queued");
    expect(run.edge(1).taken).toBe(1);
  });

  it("offers approved and rejected when no edge has a label", () => {
    const run = spend([loop(), "b -> c -> d"]);
    expect(run.last.effects).toMatchObject([{ outcomes: ["approved", "rejected"] }]);
  });

  it("fails when the escalation is not answered in time, without asking loops again", () => {
    const run = spend([loop({ on: undefined }), "b -> c -> d"], { default: 0 });
    run.open("b", { reason: "exhausted", timeoutAt: 10 });
    run.fire("b", "human");
    expect(run.picture).toBe("a:succeeded b:degraded c:queued d:idle");
  });

  it("leaves by the exhausted edges unless told otherwise", () => {
    const edges = [
      { from: "b", to: "c", on: ["exhausted"] },
      { from: "b", to: "d", on: ["fail"] },
    ];
    const byEdge = spend([loop(), ...edges]);
    expect(byEdge.picture).toBe("a:succeeded b:succeeded c:queued d:not_reached");
    expect(byEdge.view("b").outcome).toBe("exhausted");
    expect(byEdge.concluded("LoopExhausted")).toMatchObject([{ onExhausted: "edge" }]);
    const explicit = spend([loop({ onExhausted: "escalate" }), ...edges]);
    expect(explicit.last.effects).toMatchObject([{ outcomes: ["exhausted", "fail"] }]);
  });

  it("continues by the other edges; a spent loop leaves room for else", () => {
    const run = spend([
      loop({ onExhausted: "continue" }),
      { from: "b", to: "c", on: ["ok"] },
      { from: "b", to: "d", else: true },
    ]);
    expect(run.picture).toBe("a:succeeded b:succeeded c:not_reached d:queued");
    expect(run.view("b").outcome).toBe("fail");
  });

  it("fails for good, with error edges and default", () => {
    const run = spend([loop({ onExhausted: "fail" }), { from: "b", to: "c", kind: "error" }, "b -> d"]);
    expect(run.picture).toBe("a:succeeded b:failed c:queued d:not_reached");
    expect(run.view("b").failure).toMatchObject({ code: "LOOP_EXHAUSTED", class: "permanent" });
    const degraded = spend(
      [loop({ onExhausted: "fail", on: undefined }), { from: "b", to: "c", on: ["ok"] }, "b -> d"],
      {
        default: 1,
      },
    );
    expect(degraded.picture).toBe("a:succeeded b:degraded c:queued d:queued");
  });

  it("follows the policy of the first spent loop", () => {
    const run = Driver.started(
      define("a b c", [
        "a -> b -> c",
        back({ max: 1, when: "x", onExhausted: "fail" }),
        { from: "b", to: "b", kind: "loop", max: 1, onExhausted: "continue" },
      ]),
    );
    run.run("a");
    run.run("b"); // only the loop of b itself holds
    run.run("b");
    expect(run.picture).toBe("a:succeeded b:succeeded c:queued");
  });
});
