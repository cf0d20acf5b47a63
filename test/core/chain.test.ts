/** Fallback chains, and the mark that what they gave carries on. */
import { describe, expect, it } from "vitest";
import type { NodeDefinition } from "#contract/definition.ts";
import { tryOfLink } from "#core/chain.ts";
import { willBeDegraded } from "#core/degraded.ts";
import { edgesToJudge } from "#core/judge.ts";
import { Driver, define } from "./support/driver.ts";

const failure = { code: "SIMULATED_FAILURE", message: "down", class: "transient" } as const;

const chained = (fallback: NodeDefinition["fallback"], rest: Partial<NodeDefinition> = {}): Driver =>
  Driver.started(
    define({ a: { fallback, retry: { retries: 1, jitter: "none" }, ...rest }, b: {}, c: {} }, [
      "a -> b -> c",
    ]),
  );

describe("a fallback chain", () => {
  it("gives each link its own tries and numbers attempts through", () => {
    const run = chained(["haiku", { template: "sorry" }]);
    run.begin("a");
    run.failWith("a", "transient");
    expect(run.asked).toEqual(["SetTimer a#1 retry 1000"]);
    run.fire("a", "retry");
    run.begin("a");
    run.failWith("a", "transient");
    expect(run.asked).toEqual(["Enqueue a#1"]);
    expect(run.view("a")).toMatchObject({
      status: "queued",
      attempt: 2,
      maxAttempts: 4,
      fallback: { link: 1, to: "haiku" },
    });
    run.begin("a");
    // The first pause of a link is the shortest again.
    run.failWith("a", "transient");
    expect(run.asked).toEqual(["SetTimer a#1 retry 1000"]);
    run.fire("a", "retry");
    run.begin("a");
    run.failWith("a", "quality");
    expect(run.view("a")).toMatchObject({ attempt: 4, maxAttempts: 5 });
    run.run("a");
    expect(run.view("a")).toMatchObject({
      status: "degraded",
      outcome: "ok",
      attempts: 5,
      degraded: "own",
      fallback: { link: 2, to: "template" },
      failure: undefined,
    });
    expect(run.concluded("FallbackTaken").map(({ link, to }) => `${link} ${to}`)).toEqual([
      "1 haiku",
      "2 template",
    ]);
  });

  it("does not try a template again", () => {
    const run = chained([{ template: "${{ 1 / 0 }}" }]);
    run.break("a");
    run.begin("a");
    run.failWith("a", "quality");
    expect(run.view("a")).toMatchObject({ status: "failed", attempts: 2 });
  });

  it("moves on at once after a permanent failure, and fails when it has ended", () => {
    const run = chained(["haiku"]);
    run.break("a");
    run.break("a");
    expect(run.picture).toBe("a:failed b:not_reached c:not_reached");
    expect(run.view("a").attempts).toBe(2);
    expect(run.concluded("NodeFailed")).toHaveLength(1);
  });

  it("ends in the default where there is one", () => {
    const run = chained(["haiku"], { default: "nothing" });
    run.break("a");
    run.break("a");
    expect(run.view("a")).toMatchObject({ status: "degraded", degraded: "own" });
  });

  it("moves on without an attempt when the service is refused", () => {
    const run = chained(["haiku"]);
    const refusal = () => ({ event: "AttemptRefused", ...run.key("a"), failure, random: 0 }) as const;
    run.send({ event: "RunPaused" });
    expect(run.refused(refusal())).toContain("paused");
    run.send({ event: "RunResumed" });
    run.send(refusal());
    expect(run.asked).toEqual(["Enqueue a#1"]);
    expect(run.view("a")).toMatchObject({ attempts: 0, failure, fallback: { link: 1, to: "haiku" } });
    expect(run.refused(refusal())).toContain("no other link");
    run.run("a");
    expect(run.view("a")).toMatchObject({ status: "degraded", attempts: 1 });
  });

  it("starts anew when a loop re-opens the node", () => {
    const run = Driver.started(
      define({ a: { fallback: ["haiku"] }, b: {} }, [
        "a -> b",
        { from: "b", to: "a", kind: "loop", on: ["no"] },
      ]),
    );
    run.break("a");
    run.run("a");
    run.begin("b");
    expect(run.view("a").degraded).toBe("own");
    run.succeed("b", "no");
    expect(run.view("a")).toMatchObject({ status: "queued", degraded: undefined, fallback: undefined });
    run.run("a");
    run.run("b");
    expect(run.view("a")).toMatchObject({ status: "succeeded", degraded: undefined });
    expect(run.view("b").degraded).toBeUndefined();
  });

  it("takes over from a wait and a person that failed, and from a cut-off attempt", () => {
    const run = Driver.started(
      define({
        wait: { fallback: [{ template: 1 }] },
        human: { fallback: [{ template: 1 }] },
        unsafe: { fallback: [{ template: 1 }], retrySafe: false },
      }),
    );
    run.begin("wait");
    run.send({ event: "WaitStarted", ...run.attempt("wait"), wakeAt: 5 });
    run.send({ event: "TimerFired", ...run.key("wait"), timer: "wait", failure });
    run.begin("human");
    run.open("human", { timeoutAt: 5 });
    run.fire("human", "human");
    run.begin("unsafe");
    run.send({ event: "AttemptLost", ...run.attempt("unsafe") });
    run.open("unsafe", { reason: "unsafe", outcomes: ["retry", "fail"] });
    run.decide("unsafe", "fail");
    for (const id of ["wait", "human", "unsafe"]) {
      expect(run.view(id)).toMatchObject({ status: "queued", fallback: { link: 1 } });
      run.run(id);
      expect(run.view(id).status).toBe("degraded");
    }
  });
});

describe("a person at the end of a chain", () => {
  const stuck = (edges: Parameters<typeof define>[1] = [], rest: Partial<NodeDefinition> = {}): Driver => {
    const run = Driver.started(define({ a: { fallback: ["human"], ...rest }, b: {} }, edges));
    run.break("a");
    return run;
  };

  it("is asked how the node is left, and what they give is degraded", () => {
    const run = stuck([
      { from: "a", on: ["good"], to: "b" },
      { from: "a", to: "a", kind: "loop", on: ["again"] },
    ]);
    expect(run.last.effects).toEqual([
      {
        type: "OpenHumanTask",
        node: "a",
        activation: 1,
        reason: "fallback",
        outcomes: ["again", "good", "give_up"],
      },
    ]);
    run.open("a", { reason: "fallback", outcomes: ["good", "give_up"] });
    expect(run.last.effects).toEqual([]);
    expect(run.view("a")).toMatchObject({
      status: "waiting",
      waitsFor: { kind: "approval" },
      attempt: 1,
      maxAttempts: 1,
    });
    run.decide("a", "good");
    expect(run.picture).toBe("a:degraded b:queued");
    run.run("b");
    expect(run.view("b").degraded).toBe("inherited");
  });

  it("leaves by ok where edges name nothing", () => {
    const run = stuck(["a -> b"]);
    expect(run.last.effects).toMatchObject([{ outcomes: ["ok", "give_up"] }]);
  });

  it("may give up: the node fails with what brought it here", () => {
    const run = stuck([{ from: "a", to: "b", kind: "error", when: "w" }]);
    run.open("a", { reason: "fallback", outcomes: ["ok", "give_up"] });
    expect(edgesToJudge(run.plan, run.state, "a", "give_up").conditions).toEqual([{ edge: 0, when: "w" }]);
    expect(edgesToJudge(run.plan, run.state, "a", "ok").conditions).toEqual([]);
    run.decide("a", "give_up", { verdicts: { 0: true } });
    expect(run.picture).toBe("a:failed b:queued");
    expect(run.view("a").failure?.message).toBe("boom");
  });

  it("may be given a time limit", () => {
    const run = stuck();
    run.open("a", { reason: "fallback", outcomes: ["ok"], timeoutAt: 9 });
    run.fire("a", "human");
    expect(run.view("a")).toMatchObject({ status: "failed", failure: { code: "HUMAN_TIMEOUT" } });
  });

  it("is no longer asked when the run is cancelled", () => {
    const run = stuck();
    run.send({ event: "CancelRequested" });
    expect(run.view("a").status).toBe("cancelled");
    expect(run.state.escalation).toBeNull();
    expect(run.concluded("EscalationChanged").at(-1)).toMatchObject({ level: 4 });
  });
});

describe("the degraded mark", () => {
  it("travels along taken edges, past skipped nodes and error edges, and no further", () => {
    const run = Driver.started(
      define({ a: { default: 0 }, b: {}, c: {}, d: { skip: { when: "s" } }, e: {}, f: {} }, [
        "a -> b -> d -> e",
        { from: "a", on: ["never"], to: "c" },
        "f -> c",
        { from: "b", to: "f", kind: "error" },
      ]),
    );
    run.break("a");
    run.break("b");
    run.run("f");
    run.run("c");
    expect(run.picture).toBe("a:degraded b:failed c:succeeded d:not_reached e:not_reached f:succeeded");
    expect(["a", "b", "c", "d", "f"].map((id) => run.view(id).degraded)).toEqual([
      "own",
      "inherited",
      "inherited",
      undefined,
      "inherited",
    ]);
    const other = Driver.started(
      define({ a: { default: 0 }, b: { skip: { when: "s" } }, c: {} }, [
        "a -> b",
        { from: "a", on: ["x"], to: "c" },
      ]),
    );
    other.break("a");
    other.skip("b");
    expect(other.view("b")).toMatchObject({ status: "skipped", degraded: "inherited" });
    expect(other.view("c").degraded).toBeUndefined();
  });
});

describe("what a host asks of a node before it finishes", () => {
  it("is the number of the try with the link in use", () => {
    const run = chained(["haiku"]);
    const next = () => tryOfLink(run.state, 0);
    expect(next()).toBe(1);
    run.begin("a");
    expect(next()).toBe(1);
    run.failWith("a", "transient");
    expect(next()).toBe(2);
    run.fire("a", "retry");
    expect(next()).toBe(2);
    run.begin("a");
    run.failWith("a", "permanent");
    expect(next()).toBe(1);
  });

  it("is whether its result will be degraded", () => {
    const run = chained(["haiku"]);
    const willBe = (failedAs: string | null, node = 0) => willBeDegraded(run.plan, run.state, node, failedAs);
    expect([willBe(null), willBe("ok"), willBe("error")]).toEqual([false, true, false]);
    run.break("a");
    run.begin("a");
    expect([willBe(null), willBe("error")]).toEqual([true, false]);
    run.succeed("a");
    run.begin("b");
    expect([willBe(null, 1), willBe("error", 1)]).toEqual([true, true]);
  });
});
