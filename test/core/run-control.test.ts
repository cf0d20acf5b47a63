/** Pause, cancel, the end; recovery; and what is refused at each point. */
import { describe, expect, it } from "vitest";
import { DERIVED, type EventBody } from "#contract/events.ts";
import { inFlight, isCurrent, isOutstanding, outstanding } from "#core/outstanding.ts";
import { firstUnhandled, openTasks, outputOf, runCost, runEnd, waitsOnlyForPeople } from "#core/view.ts";
import { Driver, define, effectText } from "./support/driver.ts";

const outstandingOf = (run: Driver): readonly string[] => outstanding(run.plan, run.state).map(effectText);

describe("pause", () => {
  it("holds back what would start, takes in what comes, and goes on", () => {
    const run = Driver.started(
      define({ a: {}, b: {}, c: { skip: { when: "x" } }, d: {}, r: {} }, ["a -> b", "a -> c", "a -> d"]),
    );
    run.begin("a");
    run.begin("r");
    run.failWith("r", "transient", { random: 0.5 });
    run.send({ event: "RunPaused" });
    expect(run.status).toBe("paused");
    run.refused({ event: "RunPaused" });
    run.succeed("a");
    expect(run.asked).toEqual([]);
    run.fire("r", "retry");
    expect(run.asked).toEqual([]);
    expect(run.picture).toBe("a:succeeded b:paused c:paused d:paused r:paused");
    expect(run.view("b").waitsFor).toEqual({ kind: "paused" });
    expect(outstandingOf(run)).toEqual([]);
    run.refused({ event: "AttemptStarted", node: "b", activation: 1, attempt: 1 });
    run.send({ event: "RunResumed" });
    expect(run.asked).toEqual(["Enqueue b#1", "JudgeSkip c#1", "Enqueue d#1", "Enqueue r#1"]);
    expect(run.status).toBe("running");
    run.refused({ event: "RunResumed" });
  });

  it("does not outlive the run", () => {
    const run = Driver.started(define("a"));
    run.begin("a");
    run.send({ event: "RunPaused" });
    run.succeed("a");
    expect(run.asked).toEqual(["EndRun completed"]);
    expect(run.status).toBe("running");
    run.end();
    expect(run.status).toBe("completed");
  });
});

describe("cancel", () => {
  it("stops everything that lives and leaves the rest unreached", () => {
    const run = Driver.started(define("a b h w r done then", ["a -> then", "done -> a"]));
    run.run("done");
    run.begin("a");
    run.begin("h");
    run.open("h", { timeoutAt: 9 });
    run.begin("w");
    run.send({ event: "WaitStarted", ...run.attempt("w"), wakeAt: 9 });
    run.begin("r");
    run.failWith("r", "transient");
    run.send({ event: "CancelRequested", reason: "no more" });
    expect(run.asked).toEqual([
      "CancelAttempt a#1",
      "ClearTimer h#1 human",
      "CloseHumanTask h#1",
      "ClearTimer w#1 wait",
      "ClearTimer r#1 retry",
      "EndRun cancelled",
    ]);
    expect(run.picture).toBe(
      "a:cancelled b:cancelled h:cancelled w:cancelled r:cancelled done:succeeded then:not_reached",
    );
    run.refused({ event: "CancelRequested" });
    run.refused({ event: "RunEnded", status: "completed", output: { value: 0 } });
    expect(outstandingOf(run)).toEqual(["EndRun cancelled"]);
    run.end();
    expect(run.status).toBe("cancelled");
    expect(outstandingOf(run)).toEqual([]);
    for (const { event } of run.sent) run.refused(event);
    expect(run.replayed()).toBe(run.bytes());
  });

  it("closes an escalation that nobody has seen yet without a sound", () => {
    const run = Driver.started(define("a", [{ from: "a", to: "a", kind: "loop", max: 1 }]));
    run.run("a");
    run.run("a");
    run.send({ event: "CancelRequested" });
    expect(run.asked).toEqual(["EndRun cancelled"]);
  });
});

describe("the end", () => {
  it("keeps output, failure and sums", () => {
    const run = Driver.started(define("a"));
    expect(runEnd(run.state)).toBeUndefined();
    expect(outputOf(run.state, 0)).toBeNull();
    run.break("a");
    expect(firstUnhandled(run.plan, run.state)).toMatchObject({ node: "a", failure: { message: "boom" } });
    run.now = 5;
    run.end({ failure: run.view("a").failure });
    expect(runEnd(run.state)).toMatchObject({ at: 5, output: { value: null }, failure: { message: "boom" } });
    expect(runCost(run.state)).toEqual({ usd: 0, tokens: 0 });
  });

  it("may fail by its output alone", () => {
    const run = Driver.started(define("a"));
    run.run("a");
    expect(firstUnhandled(run.plan, run.state)).toBeUndefined();
    run.end({ status: "failed" });
    expect(run.status).toBe("failed");
    expect(runEnd(run.state)?.failure).toBeUndefined();
  });
});

describe("recovery", () => {
  it("asks again for everything that is open", () => {
    const run = Driver.started(
      define(
        {
          q: {},
          j: { skip: { when: "x" } },
          r: {},
          w: {},
          h: {},
          t: {},
          e: {},
          f: {},
          u: { retrySafe: false },
          v: { retrySafe: false },
          x: {},
        },
        [
          { from: "e", to: "e", kind: "loop", max: 1 },
          { from: "f", to: "f", kind: "loop", max: 1 },
        ],
      ),
    );
    run.begin("r");
    run.failWith("r", "transient", { retryAfterMs: 4 });
    run.begin("w");
    run.send({ event: "WaitStarted", ...run.attempt("w"), wakeAt: 5 });
    run.begin("h");
    run.open("h");
    run.begin("t");
    run.open("t", { timeoutAt: 6 });
    for (const node of ["e", "e", "f", "f"]) run.run(node);
    for (const node of ["u", "v"]) {
      run.begin(node);
      run.send({ event: "AttemptLost", ...run.attempt(node) });
    }
    run.open("f", { reason: "exhausted", timeoutAt: 7 });
    run.open("v", { reason: "unsafe", timeoutAt: 8 });
    run.begin("x");
    const all = outstanding(run.plan, run.state);
    expect(all.map(effectText)).toEqual([
      "Enqueue q#1",
      "JudgeSkip j#1",
      "SetTimer r#1 retry 4",
      "SetTimer w#1 wait 5",
      "SetTimer t#1 human 6",
      "OpenHumanTask e#2",
      "SetTimer f#2 human 7",
      "OpenHumanTask u#1",
      "SetTimer v#1 human 8",
    ]);
    expect(all.every((effect) => isOutstanding(run.plan, run.state, effect))).toBe(true);
    expect(inFlight(run.plan, run.state)).toEqual([{ node: "x", activation: 1, attempt: 1 }]);
    expect(openTasks(run.plan, run.state).map(({ node }) => node)).toEqual(["h", "t", "f", "v"]);
    expect(run.status).toBe("running");
    expect(waitsOnlyForPeople(run.plan, run.state)).toBe(false);
  });

  it("knows which requests and results are stale", () => {
    const run = Driver.started(define("a"));
    const [queued] = run.last.effects;
    run.begin("a");
    const [dispatched] = run.last.effects;
    expect(isOutstanding(run.plan, run.state, queued!)).toBe(false);
    expect(isOutstanding(run.plan, run.state, dispatched!)).toBe(true);
    expect(isCurrent(run.plan, run.state, { node: "a", activation: 1, attempt: 1 })).toBe(true);
    expect(isCurrent(run.plan, run.state, { node: "a", activation: 1, attempt: 2 })).toBe(false);
    expect(isCurrent(run.plan, run.state, { node: "a", activation: 2, attempt: 1 })).toBe(false);
    expect(isCurrent(run.plan, run.state, { node: "x", activation: 1, attempt: 1 })).toBe(false);
    run.failWith("a", "transient", { retryAfterMs: 5 });
    const [timer] = run.last.effects;
    expect(isOutstanding(run.plan, run.state, timer!)).toBe(true);
    expect(isOutstanding(run.plan, run.state, { ...timer!, fireAt: 6 } as typeof timer & object)).toBe(false);
    expect(isOutstanding(run.plan, run.state, { ...timer!, node: "x" } as typeof timer & object)).toBe(false);
    expect(isOutstanding(run.plan, run.state, { type: "EndRun", status: "failed" })).toBe(false);
    run.fire("a", "retry");
    run.run("a");
    expect(isOutstanding(run.plan, run.state, timer!)).toBe(false);
    expect(isOutstanding(run.plan, run.state, { type: "EndRun", status: "completed" })).toBe(true);
    run.end();
    expect(isOutstanding(run.plan, run.state, { type: "EndRun", status: "completed" })).toBe(false);
  });
});

describe("an illegal event", () => {
  const output = { value: 0 };
  const a = { node: "a", activation: 1 };

  it("is anything before the start, and a second start", () => {
    const run = new Driver(define("a"));
    expect(run.status).toBe("queued");
    expect(run.refused({ event: "RunPaused" })).toContain("not started");
    run.refused({
      event: "RunStarted",
      runId: "",
      pipeline: "",
      seed: 0,
      inputs: output,
      reuseFrom: { runId: "", nodes: ["a", "x"] },
    });
    const started = Driver.started(define("a"));
    expect(started.refused(started.sent[0]!.event)).toContain("started already");
    expect(started.refused({ event: "RunEnded", status: "completed", output })).toContain("not about to end");
  });

  it("is every derived one", () => {
    const run = Driver.started(define("a"));
    for (const event of DERIVED) run.refused({ event, ...a } as EventBody);
  });

  it.each<[string, EventBody]>([
    ["an unknown node", { event: "AttemptStarted", node: "x", activation: 1, attempt: 1 }],
    ["another activation", { event: "AttemptStarted", node: "a", activation: 2, attempt: 1 }],
    ["an attempt out of turn", { event: "AttemptStarted", ...a, attempt: 2 }],
    ["a result of what does not run", { event: "AttemptSucceeded", ...a, attempt: 0, outcome: "ok", output }],
    ["a skip of what nobody judges", { event: "NodeSkipped", ...a, reuse: "none", outcome: "ok", output }],
    ["a skip declined of what nobody judges", { event: "SkipDeclined", ...a, reason: "condition" }],
    ["a decision on nothing", { event: "HumanTaskDecided", ...a, by: "person", outcome: "ok", output }],
    ["a retry of what does not wait", { event: "TimerFired", ...a, timer: "retry" }],
    [
      "a task of what does not run",
      { event: "HumanTaskOpened", ...a, card: { title: "", outcomes: [], reason: "node" } },
    ],
  ])("is %s", (_what, event) => {
    Driver.started(define("a")).refused(event);
  });

  it("is a wrong result of a running attempt", () => {
    const run = Driver.started(define("a b"));
    run.begin("a");
    const failure = { code: "ACTIVITY_FAILED", message: "", class: "transient" } as const;
    run.refused({ event: "AttemptSucceeded", ...a, attempt: 2, outcome: "ok", output });
    run.refused({ event: "AttemptSucceeded", ...a, attempt: 1, outcome: "error", output });
    run.refused({ event: "AttemptFailed", ...a, attempt: 1, failure, random: 1 });
    run.refused({ event: "AttemptFailed", ...a, attempt: 1, failure, random: Number.NaN });
    run.refused({ event: "AttemptFailed", ...a, attempt: 0, failure, random: 0 });
    run.refused({ event: "AttemptLost", ...a, attempt: 3 });
  });

  it("is an answer before the question was opened, or opening it twice", () => {
    const run = Driver.started(define("a", [{ from: "a", to: "a", kind: "loop", max: 1 }]));
    run.run("a");
    run.run("a");
    const key = run.key("a");
    const card = { title: "", outcomes: ["ok"], reason: "exhausted" } as const;
    run.refused({ event: "HumanTaskDecided", ...key, by: "person", outcome: "ok", output });
    run.refused({ event: "HumanTaskOpened", ...key, card: { ...card, reason: "unsafe" } });
    run.send({ event: "HumanTaskOpened", ...key, card });
    expect(run.refused({ event: "HumanTaskOpened", ...key, card })).toContain("open already");
  });

  it("is a skip that fails", () => {
    const run = Driver.started(define({ a: { skip: { when: "x" } } }));
    run.refused({ event: "NodeSkipped", ...a, reuse: "none", outcome: "error", output });
  });
});
