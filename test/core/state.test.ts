import { describe, expect, it } from "vitest";
import { checkInvariants } from "#core/invariants.ts";
import { compilePlan } from "#core/plan.ts";
import { decodeState, encodeState, initialState, type RunState } from "#core/state.ts";
import { SUCCEEDED } from "#core/status.ts";
import { Driver, define } from "./support/driver.ts";

describe("encodeState and decodeState", () => {
  const plan = compilePlan(define("a b", ["a -> b"]));

  it("leave out what is as at the beginning", () => {
    expect(encodeState(plan, initialState(plan))).toBe('{"version":2,"nodes":2,"edges":1}');
  });

  it("give the same bytes for the same state, whichever way it came about", () => {
    const run = Driver.started(plan.definition);
    run.begin("a");
    run.open("a", { payload: { deep: [1, { x: null }] } });
    const text = run.bytes();
    const copy = decodeState(plan, text)!;
    expect(encodeState(plan, copy)).toBe(text);
    expect(copy).toEqual(run.state);
    expect([...copy.tasks]).toEqual([0]);
  });

  it.each([
    "",
    "null",
    "[]",
    '{"nodes":2,"edges":1}',
    '{"version":2,"nodes":3,"edges":1}',
    '{"version":2,"nodes":2,"edges":2}',
    '{"version":2,"nodes":2,"edges":1,"status":7}',
    '{"version":2,"nodes":2,"edges":1,"status":[1]}',
  ])("refuse %s", (text) => {
    expect(() => decodeState(plan, text)).toThrow(expect.objectContaining({ code: "DATABASE_DAMAGED" }));
  });

  it("leaves the state of another version alone: the journal says it all", () => {
    expect(decodeState(plan, '{"version":1,"nodes":2,"edges":1}')).toBeUndefined();
  });
});

describe("checkInvariants", () => {
  const broken = (spoil: (state: RunState) => void): readonly string[] => {
    const run = Driver.started(define("a b", ["a -> b", { from: "b", to: "a", kind: "loop" }]));
    run.run("a");
    spoil(run.state);
    return checkInvariants(run.plan, run.state);
  };

  it.each<[string, (state: RunState) => void]>([
    ["live is 2", (state) => (state.live = 2)],
    ["its counter 4 is over its bound", (state) => (state.loopCount[1] = 4)],
    ["its counter 1 is over its bound", (state) => (state.loopCount[0] = 1)],
    ["inTaken", (state) => (state.inTaken[1] = 0)],
    ["not settled", (state) => (state.status[0] = 3)],
    ["without ending", (state) => (state.ended = "failed")],
    ["ending with live nodes", (state) => (state.ending = "failed")],
    ["idle though", (state) => (state.status[1] = 0)],
    ["a root that never", (state) => (state.status[0] = 0)],
  ])("finds %s", (what, spoil) => {
    expect(broken(() => undefined)).toEqual([]);
    expect(broken(spoil).join("; ")).toContain(what);
  });

  it("has nothing against a run that has not started", () => {
    const plan = compilePlan(define("a"));
    expect(checkInvariants(plan, initialState(plan))).toEqual([]);
  });

  it("finds a run that goes on with nothing live", () => {
    expect(broken((state) => state.status.fill(SUCCEEDED)).join()).toContain("live is 1, counted 0");
    expect(broken((state) => (state.live = 0)).join()).toContain("nothing live");
  });
});
