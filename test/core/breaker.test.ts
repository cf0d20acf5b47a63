import { describe, expect, it } from "vitest";
import type { Failure } from "#contract/events.ts";
import {
  admit,
  answered,
  type BreakerState,
  breakerView,
  CLOSED,
  elapsed,
  evidenceOf,
  failed,
  isUnharmed,
  lasting,
  withdrawn,
} from "#core/breaker.ts";

const POLICY = { failures: 3, cooldownMs: 300 };
const LEASE = 50;
const call = (name: string, probe = false) => ({ name, probe });
const probe = (name: string) => call(name, true);
const go = (state: BreakerState, now: number, by = "x") => admit(state, now, by, LEASE);
const opened = (at: number): BreakerState =>
  [1, 2, 3].reduce((state) => failed(state, POLICY, at, call("x")), CLOSED);

describe("a breaker", () => {
  it("lets everybody through while closed, and opens at the last of the failures in a row", () => {
    let state = CLOSED;
    for (const failures of [1, 2]) {
      state = failed(state, POLICY, 10, call("x"));
      expect(go(state, 10)).toEqual({ to: "go", state });
      expect(breakerView("s", state)).toEqual({ service: "s", state: "closed", failures });
    }
    state = answered(state, call("x"));
    expect(isUnharmed(state)).toBe(true);
    expect(breakerView("s", opened(10))).toEqual({ service: "s", state: "open", failures: 3, until: 310 });
  });

  it("rests, then lets one through at a time", () => {
    const state = opened(0);
    expect(go(state, 299)).toMatchObject({ to: "wait", until: 300 });
    const first = go(state, 300, "p");
    expect(first.to).toBe("probe");
    expect(breakerView("s", first.state)).toEqual({ service: "s", state: "half-open", failures: 3 });
    expect(go(first.state, 301, "q")).toMatchObject({ to: "wait", until: 350 });
    expect(answered(first.state, probe("p"))).toEqual(CLOSED);
    expect(breakerView("s", failed(first.state, POLICY, 310, probe("p")))).toMatchObject({
      state: "open",
      until: 610,
    });
  });

  it("takes the word of nobody but the probe", () => {
    const open = opened(0);
    expect(breakerView("s", answered(open, call("late")))).toMatchObject({ state: "open", until: 300 });
    expect(failed(open, POLICY, 100, call("late")).until).toBe(300);
    const { state } = go(open, 300, "p");
    expect(answered(state, call("late")).probe?.by).toBe("p");
    // A failure of an attempt from before still says that the service is ill.
    expect(failed(state, POLICY, 310, call("late"))).toMatchObject({ until: 610, probe: null });
    expect(failed(answered(state, call("late")), POLICY, 310, call("late")).probe?.by).toBe("p");
  });

  it("is not wedged by a probe that is taken back or never ends", () => {
    const { state } = go(opened(0), 300, "p");
    expect(go(withdrawn(state, 301, "p"), 301, "q").to).toBe("probe");
    expect(withdrawn(state, 301, "other")).toBe(state);
    expect(go(state, 349, "q").to).toBe("wait");
    const second = go(state, 350, "q");
    expect(second.to).toBe("probe");
    // What the one that was given up has to say counts for nothing.
    expect(answered(second.state, probe("p")).probe?.by).toBe("q");
    expect(go(lasting(state), 301, "after a crash").to).toBe("probe");
    expect(lasting(CLOSED)).toBe(CLOSED);
  });

  it("rests no longer than one cool-down when the clock is set back, and tells a timer that it is time", () => {
    const state = opened(1_000_000);
    const back = go(state, 0);
    expect(back).toMatchObject({ to: "wait", until: 300 });
    expect(go(back.state, 200)).toMatchObject({ to: "wait", until: 300 });
    expect(go(back.state, 300).to).toBe("probe");
    const probing = go(state, 1_000_300, "p");
    expect(go(probing.state, 0, "q")).toMatchObject({ to: "wait", until: LEASE });
    expect(go(elapsed(state, 5), 5).to).toBe("probe");
    expect(go(elapsed(probing.state, 5), 5).to).toBe("probe");
    expect(go(elapsed(state, 2_000_000), 2_000_000).to).toBe("probe");
    expect(elapsed(CLOSED, 5)).toBe(CLOSED);
  });

  it("may be set forward by a day without harm", () => {
    expect(go(opened(0), 86_400_000).to).toBe("probe");
  });
});

const failure = (rest: Partial<Failure>): Failure => ({
  code: "ACTIVITY_FAILED",
  message: "x",
  class: "permanent",
  ...rest,
});

it.each([
  [{ class: "transient" }, "ill"],
  [{ class: "transient", code: "HTTP_FAILED", status: 503 }, "ill"],
  [{ class: "permanent", code: "HTTP_FAILED", status: 404 }, "answered"],
  [{ class: "permanent", code: "HTTP_FAILED" }, "silent"],
  [{ class: "quality", code: "MODEL_OUTPUT_INVALID" }, "answered"],
  [{ class: "permanent", code: "MODEL_REFUSED" }, "answered"],
  [{ class: "permanent", code: "MISSING_KEY" }, "silent"],
  [{ class: "permanent", code: "EXPRESSION_FAILED" }, "silent"],
  [{ class: "transient", code: "DATABASE_LOCKED" }, "silent"],
] as const)("%j means that the service is %s", (rest, evidence) => {
  expect(evidenceOf(failure(rest))).toBe(evidence);
});
