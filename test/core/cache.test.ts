/** Stored results: when they are asked for, what is taken over, and how a pause, a crash and an older journal see it. */
import { describe, expect, it } from "vitest";
import { isOutstanding, outstanding } from "#core/outstanding.ts";
import { Driver, define } from "./support/driver.ts";

const cache = { ttl: "1h" };
const asked = (run: Driver) => run.last.effects[0];

describe("a node with cache", () => {
  it("is looked up when it is ready, and leaves by the stored result with no attempt", () => {
    const run = Driver.started(define({ a: { cache }, b: {} }, [{ from: "a", on: ["good"], to: "b" }]));
    expect(asked(run)).toEqual({ type: "JudgeSkip", node: "a", activation: 1, cause: { by: "cache" } });
    expect(run.view("a")).toMatchObject({ status: "queued", waitsFor: { kind: "cache" } });
    run.now = 50;
    run.cached("a", "good", { storedAt: 20, saved: { usd: 0.5, tokens: 7 } });
    expect(run.asked).toEqual(["Enqueue b#1"]);
    expect(run.view("a")).toMatchObject({
      status: "cached",
      outcome: "good",
      attempts: 0,
      startedAt: 50,
      cost: { usd: 0, tokens: 0 },
      cached: { storedAt: 20, saved: { usd: 0.5, tokens: 7 } },
    });
    run.run("b");
    run.end();
    expect(run.replayed()).toBe(run.bytes());
  });

  it("saves nothing that is known when nothing is known of its cost", () => {
    const run = Driver.started(define({ a: { cache } }));
    run.cached("a", "ok", { saved: {} });
    expect(run.view("a").cached).toEqual({ storedAt: 0, saved: { usd: 0, tokens: 0 } });
  });

  it("runs when nothing is stored, and is no longer called cached after a loop", () => {
    const run = Driver.started(
      define({ a: { cache }, b: {} }, ["a -> b", { from: "b", to: "a", kind: "loop", on: ["again"] }]),
    );
    run.cached("a");
    run.run("b", "again");
    expect(asked(run)).toMatchObject({ type: "JudgeSkip", activation: 2, cause: { by: "cache" } });
    run.send({ event: "SkipDeclined", ...run.key("a"), reason: "not-cached" });
    expect(run.asked).toEqual(["Enqueue a#2"]);
    expect(run.view("a").waitsFor).toEqual({ kind: "slot" });
    run.run("a");
    expect(run.view("a").status).toBe("succeeded");
    expect(run.view("a").cached).toBeUndefined();
  });

  it("is asked for its skip first", () => {
    const run = Driver.started(define({ a: { cache, skip: { when: "x" } } }));
    expect(asked(run)).toMatchObject({ cause: { by: "node" } });
    const skip = asked(run)!;
    run.send({ event: "SkipDeclined", ...run.key("a"), reason: "condition" });
    expect(asked(run)).toMatchObject({ cause: { by: "cache" } });
    // The question that was answered is not the one that is open now.
    expect(isOutstanding(run.plan, run.state, skip)).toBe(false);
    run.refused({ event: "SkipDeclined", ...run.key("a"), reason: "condition" });
    run.refused({
      event: "NodeSkipped",
      ...run.key("a"),
      reuse: "last",
      outcome: "ok",
      output: { value: 1 },
    });
    run.send({ event: "SkipDeclined", ...run.key("a"), reason: "not-cached" });
    run.run("a");
  });

  it("is held back by a pause and asked for again, as after a crash", () => {
    const run = Driver.started(define({ a: { cache } }));
    const [question] = outstanding(run.plan, run.state);
    expect(question).toEqual(asked(run));
    run.send({ event: "RunPaused" });
    expect(outstanding(run.plan, run.state)).toEqual([]);
    expect(run.view("a")).toMatchObject({ status: "paused", waitsFor: { kind: "paused" } });
    run.send({ event: "RunResumed" });
    expect(asked(run)).toEqual(question);
  });

  it("goes on from a journal that was written before results were stored", () => {
    const run = Driver.started(define({ a: { cache } }));
    run.run("a");
    expect(run.view("a").status).toBe("succeeded");
  });
});

it("a stored result is refused where none was asked for, and by the outcome that failures have", () => {
  const run = Driver.started(define({ a: {}, b: { cache } }));
  const cached = { storedAt: 0, saved: {}, output: { value: 1 } };
  run.refused({ event: "NodeCached", ...run.key("a"), ...cached, outcome: "ok" });
  run.refused({ event: "SkipDeclined", ...run.key("a"), reason: "not-cached" });
  run.refused({ event: "NodeCached", ...run.key("b"), ...cached, outcome: "error" });
});
