/** What child runs do to the level of the node that waits for them, and what a run tells its own parent. */
import { describe, expect, it } from "vitest";
import type { ChildStanding } from "#contract/events.ts";
import { risenChild } from "#core/children.ts";
import { isSameStanding, standingForParent } from "#core/escalation.ts";
import { Driver, define } from "./support/driver.ts";

const path = (node: string, item = 0): ChildStanding["path"] => [{ runId: `c${item}`, item, node }];
const stuck = (item = 0): ChildStanding => ({ level: 4, reason: "chain-ended", path: path("ask", item) });
const failing: ChildStanding = { level: 3, reason: "repeated-failures", path: path("ask") };
const recovered: ChildStanding = { level: 0, reason: "recovered", path: [] };

function mapping(count = 3): Driver {
  const run = Driver.started(
    define({ map: { forEach: [], maxConcurrent: 3, onItemError: "collect" }, other: {} }),
  );
  run.begin("map");
  run.send({ event: "ChildrenStarted", ...run.attempt("map"), count });
  for (let item = 0; item < count; item += 1)
    run.send({ event: "ChildStarted", ...run.key("map"), item, childRunId: `c${item}` });
  return run;
}

const stands = (run: Driver, item: number, standing: ChildStanding) =>
  run.send({ event: "ChildEscalated", ...run.key("map"), item, ...standing });
const ends = (run: Driver, item: number) =>
  run.send({ event: "ChildEnded", ...run.key("map"), item, status: "completed", output: { value: item } });
const changes = (run: Driver): readonly string[] =>
  run
    .concluded("EscalationChanged")
    .map(({ level, reason, node, path: way }) =>
      [level, reason, node, ...(way ?? []).map((step) => `${step.runId}/${step.node}`)].join(" "),
    );

describe("a node that waits for child runs", () => {
  it("stands where the highest of them stands, with its reason and the way there, and goes back with it", () => {
    const run = mapping();
    stands(run, 0, failing);
    expect(run.state.escalation).toEqual({ ...failing, node: "map" });
    stands(run, 2, stuck(2));
    stands(run, 1, stuck(1));
    stands(run, 2, recovered);
    stands(run, 1, recovered);
    stands(run, 0, recovered);
    expect(changes(run)).toEqual([
      "3 repeated-failures map c0/ask",
      "4 chain-ended map c2/ask",
      "4 chain-ended map c1/ask",
      "3 repeated-failures map c0/ask",
      "0 recovered map",
    ]);
    expect([run.state.escalation, run.state.highestLevel]).toEqual([null, 4]);
    expect(run.replayed()).toBe(run.bytes());
  });

  it("forgets a child that ended, and all of them when the run is cancelled", () => {
    const run = mapping();
    stands(run, 0, stuck());
    stands(run, 1, stuck(1));
    ends(run, 0);
    expect(changes(run).at(-1)).toBe("4 chain-ended map c1/ask");
    run.send({ event: "CancelRequested" });
    expect(run.state.escalation).toBeNull();
    expect(run.refused({ event: "ChildEscalated", ...run.key("map"), item: 2, ...stuck(2) })).toContain(
      "about to end",
    );
    ends(run, 1);
    expect(run.state.children[0]?.risen).toBeUndefined();
  });

  it("says nothing twice", () => {
    const run = mapping();
    stands(run, 0, stuck());
    stands(run, 0, stuck());
    stands(run, 1, failing);
    expect(changes(run)).toEqual(["4 chain-ended map c0/ask"]);
  });

  it("knows only children that run", () => {
    const run = mapping(2);
    ends(run, 0);
    for (const item of [0, 2])
      expect(run.refused({ event: "ChildEscalated", ...run.key("map"), item, ...stuck() })).toContain(
        `item ${item} does not run`,
      );
    expect(
      run.refused({ event: "ChildEscalated", node: "other", activation: 1, item: 0, ...stuck() }),
    ).toContain("not at that point");
  });
});

describe("where a child is known to stand", () => {
  const known = (run: Driver, item: number, activation = 1) =>
    risenChild(run.plan, run.state, { node: "map", activation, item, childRunId: `c${item}` });

  it("is told of children of this round that have risen", () => {
    const run = mapping();
    expect(known(run, 1)).toBeUndefined();
    stands(run, 1, stuck(1));
    expect(known(run, 1)).toEqual({ item: 1, ...stuck(1) });
    expect([known(run, 0), known(run, 1, 2)]).toEqual([undefined, undefined]);
  });

  it("differs by level, reason and way, and to be absent is to have recovered", () => {
    expect(isSameStanding(undefined, recovered)).toBe(true);
    expect(isSameStanding(stuck(), undefined)).toBe(false);
    expect(isSameStanding(stuck(), { ...stuck(), reason: "exhausted" })).toBe(false);
    expect(isSameStanding(stuck(), stuck(1))).toBe(false);
    expect(isSameStanding(stuck(), { ...stuck(), path: [...path("ask"), ...path("deeper")] })).toBe(false);
  });
});

describe("what a run tells its parent", () => {
  const told = (run: Driver): ChildStanding =>
    standingForParent(run.plan, run.state, { runId: "r1", item: 4 });

  it("is its highest level from 3 on, by a way that goes down to the node", () => {
    const run = mapping();
    expect(told(run)).toEqual(recovered);
    stands(run, 1, stuck(1));
    expect(told(run)).toEqual({
      level: 4,
      reason: "chain-ended",
      path: [{ runId: "r1", item: 4, node: "map" }, ...path("ask", 1)],
    });
  });

  it("is nothing below that", () => {
    const run = Driver.started(define({ a: {} }));
    run.begin("a");
    run.failWith("a", "quality");
    expect(run.state.escalation?.level).toBe(1);
    expect(told(run)).toEqual(recovered);
  });

  it("leaves out a node that failed for good: the parent's node says what comes of that", () => {
    const run = Driver.started(define({ broken: {}, slow: { fallback: ["human"] }, last: {} }));
    run.break("broken");
    expect(told(run)).toEqual(recovered);
    run.break("slow");
    expect(told(run)).toMatchObject({ level: 4, reason: "chain-ended", path: [{ node: "slow" }] });
  });
});
