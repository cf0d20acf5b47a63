/** Retries, crashes, waits, people and time: everything that ends or delays an attempt. */
import { describe, expect, it } from "vitest";
import { inFlight } from "#core/outstanding.ts";
import { openTasks, waitsOnlyForPeople } from "#core/view.ts";
import { Driver, define } from "./support/driver.ts";

const plain = { defaults: { retry: { jitter: "none" as const } } };

describe("retry", () => {
  it("starts attempts at 0, 1, 3, 7, 15 and 31 seconds and then fails", () => {
    const run = Driver.started(define("a", [], plain));
    const starts: number[] = [];
    for (;;) {
      starts.push(run.now);
      run.begin("a");
      run.failWith("a", "transient");
      const [effect] = run.last.effects;
      if (effect?.type !== "SetTimer") break;
      expect(run.view("a")).toMatchObject({
        status: "retrying",
        waitsFor: { kind: "retry", until: effect.fireAt },
      });
      run.now = effect.fireAt;
      run.fire("a", "retry");
      expect(run.asked).toEqual(["Enqueue a#1"]);
    }
    expect(starts).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
    expect(run.view("a")).toMatchObject({
      status: "failed",
      attempts: 6,
      attempt: 6,
      maxAttempts: 6,
      startedAt: 0,
      endedAt: 31_000,
    });
    expect(run.concluded("TimerSet")).toHaveLength(5);
    expect(run.asked).toEqual(["EndRun failed"]);
  });

  it("goes on after a failure, and forgets it on success", () => {
    const run = Driver.started(define("a", [], plain));
    run.begin("a");
    run.failWith("a", "transient", { retryAfterMs: 250 });
    expect(run.asked).toEqual(["SetTimer a#1 retry 250"]);
    expect(run.view("a").failure).toMatchObject({ message: "boom" });
    run.fire("a", "retry");
    run.run("a");
    expect(run.view("a")).toMatchObject({ status: "succeeded", attempts: 2, failure: undefined });
  });

  it("repeats for quality at once, and never what is permanent", () => {
    const run = Driver.started(define({ a: { retry: { retries: 1 } } }));
    run.begin("a");
    run.failWith("a", "quality");
    expect(run.asked).toEqual(["Enqueue a#1"]);
    run.begin("a");
    run.failWith("a", "quality");
    expect(run.view("a")).toMatchObject({ status: "failed", attempts: 2 });
    const other = Driver.started(define("a"));
    other.break("a");
    expect(other.view("a")).toMatchObject({ status: "failed", attempts: 1 });
  });

  it("adds up what all attempts cost", () => {
    const run = Driver.started(define("a b", ["a -> b"], plain));
    run.begin("a");
    const failure = { code: "ACTIVITY_FAILED", message: "", class: "quality" } as const;
    run.send({ event: "AttemptFailed", ...run.attempt("a"), failure, random: 0, usage: { usd: 0.5 } });
    run.begin("a");
    const done = { outcome: "ok", output: { value: 0 } };
    run.send({ event: "AttemptSucceeded", ...run.attempt("a"), ...done, usage: { usd: 0.25, tokens: 9 } });
    run.begin("b");
    run.send({ event: "AttemptSucceeded", ...run.attempt("b"), ...done, usage: { tokens: 1 } });
    expect(run.view("a").cost).toEqual({ usd: 0.75, tokens: 9 });
    expect([run.state.usd, run.state.tokens]).toEqual([0.75, 10]);
  });
});

describe("an attempt that was cut off", () => {
  it("is repeated under its number and counted once", () => {
    const run = Driver.started(define("a"));
    run.begin("a");
    expect(inFlight(run.plan, run.state)).toEqual([{ node: "a", activation: 1, attempt: 1 }]);
    run.send({ event: "AttemptLost", ...run.attempt("a") });
    expect(run.last.effects).toEqual([{ type: "Enqueue", node: "a", activation: 1, attempt: 1 }]);
    run.begin("a");
    expect(run.last.effects).toMatchObject([{ type: "DispatchAttempt", attempt: 1, tryOfRun: 1 }]);
    run.succeed("a");
    expect(run.view("a")).toMatchObject({ attempts: 1, attempt: 1 });
  });

  const unsafe = (): Driver => {
    const run = Driver.started(
      define({ a: { retrySafe: false }, b: {} }, [{ from: "a", to: "b", kind: "error", when: "x" }]),
    );
    run.begin("a");
    run.send({ event: "AttemptLost", ...run.attempt("a") });
    expect(run.last.effects).toEqual([
      { type: "OpenHumanTask", node: "a", activation: 1, reason: "unsafe", outcomes: ["retry", "fail"] },
    ]);
    expect(waitsOnlyForPeople(run.plan, run.state)).toBe(true);
    run.open("a", { reason: "unsafe", outcomes: ["retry", "fail"], timeoutAt: 5 });
    return run;
  };

  it("waits for a person where repeating may harm: retry", () => {
    const run = unsafe();
    run.refused({
      event: "HumanTaskDecided",
      ...run.key("a"),
      by: "simulated",
      outcome: "approved",
      output: { value: 0 },
    });
    run.decide("a", "retry");
    expect(run.asked).toEqual(["ClearTimer a#1 human", "CloseHumanTask a#1", "Enqueue a#1"]);
    run.run("a");
    expect(run.view("a")).toMatchObject({ status: "succeeded", attempts: 1 });
  });

  it("waits for a person where repeating may harm: fail, or nobody", () => {
    const run = unsafe();
    run.decide("a", "fail", { verdicts: { 0: true } });
    expect(run.picture).toBe("a:failed b:queued");
    expect(run.view("a").failure).toMatchObject({ code: "ACTIVITY_FAILED", class: "permanent" });
    const late = unsafe();
    late.refused({
      event: "TimerFired",
      ...late.key("a"),
      timer: "human",
      completion: { outcome: "ok", output: { value: 0 } },
    });
    late.fire("a", "human", "error", { verdicts: { 0: true } });
    expect(late.picture).toBe("a:failed b:queued");
    expect(late.view("a").failure).toMatchObject({ code: "HUMAN_TIMEOUT" });
  });
});

describe("a wait", () => {
  it("holds no slot and ends by its timer", () => {
    const run = Driver.started(define("a b", ["a -> b"]));
    run.begin("a");
    run.send({ event: "WaitStarted", ...run.attempt("a"), wakeAt: 5_000 });
    expect(run.asked).toEqual(["SetTimer a#1 wait 5000"]);
    expect(run.status).toBe("waiting");
    expect(waitsOnlyForPeople(run.plan, run.state)).toBe(false);
    expect(run.view("a")).toMatchObject({ status: "waiting", waitsFor: { kind: "timer", until: 5_000 } });
    run.refused({ event: "TimerFired", ...run.key("a"), timer: "wait" });
    run.refused({
      event: "TimerFired",
      ...run.key("a"),
      timer: "wait",
      completion: { outcome: "error", output: { value: 0 } },
    });
    run.fire("a", "wait", "ok");
    expect(run.asked).toEqual(["Enqueue b#1"]);
    expect(run.view("a").waitsFor).toBeUndefined();
  });
});

describe("a person", () => {
  const asked = (card = {}): Driver => {
    const run = Driver.started(
      define("h yes late", [
        { from: "h", to: "yes", on: ["approved"] },
        { from: "h", to: "late", on: ["escalated"] },
      ]),
    );
    run.begin("h");
    run.now = 7;
    run.open("h", card);
    return run;
  };

  it("decides by one of the card's outcomes", () => {
    const run = asked();
    expect(run.asked).toEqual([]);
    expect(run.view("h")).toMatchObject({
      status: "waiting",
      waitsFor: { kind: "approval", until: undefined },
    });
    expect(openTasks(run.plan, run.state)).toMatchObject([
      { node: "h", activation: 1, openedAt: 7, card: { title: "?" } },
    ]);
    const decision = { event: "HumanTaskDecided", ...run.key("h"), output: { value: 0 } } as const;
    run.refused({ ...decision, by: "person", outcome: "escalated" });
    run.refused({ ...decision, by: "simulated", outcome: "error" });
    run.refused({
      event: "HumanTaskOpened",
      ...run.key("h"),
      card: { title: "", outcomes: [], reason: "node" },
    });
    run.decide("h", "approved");
    expect(run.asked).toEqual(["CloseHumanTask h#1", "Enqueue yes#1"]);
    expect(openTasks(run.plan, run.state)).toEqual([]);
    run.refused({ ...decision, by: "person", outcome: "approved" });
  });

  it("may be late: the card's outcome is taken", () => {
    const run = asked({ timeoutAt: 90, onTimeout: "escalated" });
    expect(run.asked).toEqual(["SetTimer h#1 human 90"]);
    expect(run.view("h").waitsFor).toEqual({ kind: "approval", until: 90 });
    run.refused({ event: "TimerFired", ...run.key("h"), timer: "human" });
    run.fire("h", "human", "escalated");
    expect(run.asked).toEqual(["CloseHumanTask h#1", "Enqueue late#1"]);
  });

  it("may be late: without such an outcome the node fails", () => {
    const run = asked({ timeoutAt: 90 });
    run.fire("h", "human");
    expect(run.view("h")).toMatchObject({ status: "failed", failure: { code: "HUMAN_TIMEOUT" } });
    const unjudged = asked({ timeoutAt: 90, onTimeout: "escalated" });
    const failure = { code: "EXPRESSION_FAILED", message: "no such key", class: "permanent" } as const;
    unjudged.send({ event: "TimerFired", ...unjudged.key("h"), timer: "human", failure });
    expect(unjudged.view("h")).toMatchObject({ status: "failed", failure });
    const endless = asked();
    endless.refused({ event: "TimerFired", ...endless.key("h"), timer: "human" });
  });
});
