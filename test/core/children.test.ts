/** Nodes that are done by child runs: items, sub-pipelines, what is called off and what is restated. */
import { describe, expect, it } from "vitest";
import type { NodeDefinition } from "#contract/definition.ts";
import type { ChildEnd } from "#contract/events.ts";
import { expectsChild, startedChildren } from "#core/children.ts";
import { checkInvariants } from "#core/invariants.ts";
import { isOutstanding, outstanding } from "#core/outstanding.ts";
import { Driver, define } from "./support/driver.ts";

const each = (rest: Partial<NodeDefinition> = {}): Partial<NodeDefinition> => ({
  forEach: "${{ inputs.list }}",
  maxConcurrent: 2,
  ...rest,
});

function mapping(count: number, rest: Partial<NodeDefinition> = {}, edges: string[] = []): Driver {
  const others = Object.fromEntries(edges.map((id) => [id, {}]));
  const run = Driver.started(
    define(
      { map: each(rest), ...others },
      edges.map((id) => `map -> ${id}`),
    ),
  );
  run.begin("map");
  run.send({
    event: "ChildrenStarted",
    ...run.attempt("map"),
    count,
    items: { value: new Array<number>(count).fill(0) },
  });
  return run;
}

const start = (run: Driver, item: number) =>
  run.send({ event: "ChildStarted", ...run.key("map"), item, childRunId: `c${item}` });

const end = (run: Driver, item: number, rest: Partial<ChildEnd> = {}) =>
  run.send({
    event: "ChildEnded",
    ...run.key("map"),
    item,
    status: "completed",
    output: { value: item },
    ...rest,
  });

const boom = {
  status: "failed",
  failure: { code: "ACTIVITY_FAILED", message: "boom", class: "permanent" },
} as const;

/** `item` of the StartChild effects of the last step. */
const asked = (run: Driver): readonly number[] =>
  run.last.effects.flatMap((effect) => (effect.type === "StartChild" ? [effect.item] : []));

describe("a node with forEach", () => {
  it("has at most maxConcurrent children at once and asks for the next when one ended", () => {
    const run = mapping(4);
    expect(asked(run)).toEqual([0, 1]);
    expect(run.view("map")).toMatchObject({
      status: "waiting",
      waitsFor: { kind: "children" },
      maxAttempts: 1,
      items: { total: 4, running: 0, done: 0, failed: 0 },
    });
    start(run, 0);
    start(run, 1);
    end(run, 1, { usage: { usd: 0.5, tokens: 3 } });
    expect(asked(run)).toEqual([2]);
    start(run, 2);
    end(run, 0);
    start(run, 3);
    end(run, 2);
    expect(
      run.refused({ event: "AttemptSucceeded", ...run.attempt("map"), outcome: "ok", output: { value: 0 } }),
    ).toContain("have not ended");
    end(run, 3);
    expect(run.asked).toEqual(["CollectChildren map#1"]);
    expect(run.state.items).toBe(4);
    run.succeed("map");
    expect(run.view("map")).toMatchObject({
      status: "succeeded",
      cost: { usd: 0.5, tokens: 3 },
      items: { total: 4, running: 0, done: 4, failed: 0 },
    });
    expect([run.state.usd, run.state.items]).toEqual([0.5, 0]);
    expect(run.asked).toContain("EndRun completed");
    expect(run.replayed()).toBe(run.bytes());
  });

  it("has ten at once when it does not say how many", () => {
    expect(asked(mapping(30, { maxConcurrent: undefined }))).toHaveLength(10);
  });

  it("is done at once with no items", () => {
    const run = mapping(0);
    expect(run.asked).toEqual(["CollectChildren map#1"]);
    expect(isOutstanding(run.plan, run.state, run.last.effects[0]!)).toBe(true);
    run.succeed("map");
    expect(run.state.ending).toBe("completed");
  });

  it("calls the others off at the first failure, waits for them, then fails for good", () => {
    const run = mapping(5, { retry: { retries: 3 } }, ["after"]);
    start(run, 0);
    start(run, 1);
    end(run, 1, boom);
    expect(run.asked).toEqual(["CancelChildren map#1"]);
    end(run, 0, { status: "cancelled", usage: { usd: 1 } });
    expect(run.asked).toEqual(["CollectChildren map#1"]);
    expect(run.view("map").items).toMatchObject({ total: 5, done: 2, failed: 2 });
    run.failWith("map", "transient");
    expect(run.picture).toBe("map:failed after:not_reached");
    expect(run.state.usd).toBe(1);
    expect(run.asked).toEqual(["EndRun failed"]);
  });

  it("drops children that were asked for and not started when one fails", () => {
    const run = mapping(3);
    start(run, 0);
    end(run, 0, boom);
    expect(run.asked).toEqual(["CollectChildren map#1"]);
    expect(isOutstanding(run.plan, run.state, { type: "StartChild", ...run.key("map"), item: 1 })).toBe(
      false,
    );
    expect(outstanding(run.plan, run.state)).toEqual(run.last.effects);
  });

  it("collects failures and leaves the run partial", () => {
    const run = mapping(2, { onItemError: "collect" });
    start(run, 0);
    start(run, 1);
    end(run, 0, boom);
    expect(run.asked).toEqual([]);
    end(run, 1);
    run.succeed("map");
    expect(run.asked).toEqual(["EndRun partial"]);
    run.end();
    expect(run.status).toBe("partial");
  });

  it("carries the mark of degraded items on", () => {
    const run = mapping(1, {}, ["after"]);
    start(run, 0);
    end(run, 0, { degraded: true });
    run.succeed("map");
    run.run("after");
    expect([run.view("map").degraded, run.view("after").degraded]).toEqual(["inherited", "inherited"]);
  });

  it("leaves the run partial when a child was", () => {
    const run = mapping(1);
    start(run, 0);
    end(run, 0, { status: "partial" });
    run.succeed("map");
    expect(run.asked).toEqual(["EndRun partial"]);
  });

  it("is whole when what failed was not collected and somebody else's word stands in", () => {
    const loop = { from: "map", to: "map", kind: "loop", max: 1 } as const;
    const run = Driver.started(define({ map: { forEach: [1], default: 0 } }, [loop]));
    for (const _round of [1, 2]) {
      run.begin("map");
      run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 1 });
      start(run, 0);
      end(run, 0, boom);
      run.failWith("map", "permanent");
    }
    run.open("map", { reason: "exhausted", outcomes: ["approved"] });
    run.decide("map", "approved");
    expect(run.asked).toContain("EndRun completed");
  });

  it("is whole when only an earlier round of it was not", () => {
    const loop = { from: "map", to: "map", kind: "loop", max: 1 } as const;
    const map: Partial<NodeDefinition> = { forEach: [1], onItemError: "collect", skip: { when: "s" } };
    const run = Driver.started(define({ map }, [loop]));
    run.send({ event: "SkipDeclined", ...run.key("map"), reason: "condition" });
    run.begin("map");
    run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 1 });
    start(run, 0);
    end(run, 0, boom);
    run.succeed("map");
    run.skip("map", "ok");
    run.open("map", { reason: "exhausted", outcomes: ["approved"] });
    run.decide("map", "approved");
    expect(run.asked).toContain("EndRun completed");
  });

  it("starts nothing while paused, takes results in, and goes on after", () => {
    const run = mapping(4);
    start(run, 0);
    start(run, 1);
    run.send({ event: "RunPaused" });
    end(run, 0);
    expect(asked(run)).toEqual([]);
    run.send({ event: "RunResumed" });
    expect(asked(run)).toEqual([2]);
  });

  it("restates after a crash what was asked for and not started", () => {
    const run = mapping(4);
    start(run, 1);
    expect(outstanding(run.plan, run.state)).toEqual([{ type: "StartChild", ...run.key("map"), item: 0 }]);
    expect(startedChildren(run.plan, run.state)).toEqual([{ ...run.key("map"), item: 1, childRunId: "c1" }]);
    const other = { type: "StartChild", node: "nobody", activation: 1, item: 0 } as const;
    expect(isOutstanding(run.plan, run.state, other)).toBe(false);
    expect(isOutstanding(run.plan, run.state, { ...other, node: "map", activation: 2 })).toBe(false);
    expect(isOutstanding(run.plan, run.state, { ...other, node: "map", item: 1 })).toBe(false);
  });

  it("may be lost before its children are there, whatever retrySafe says", () => {
    const run = Driver.started(define({ map: each({ retrySafe: false }), b: {} }, ["map -> b"]));
    expect(startedChildren(run.plan, run.state)).toEqual([]);
    run.begin("map");
    run.send({ event: "AttemptLost", ...run.attempt("map") });
    expect(run.asked).toEqual(["Enqueue map#1"]);
  });
});

describe("a child that could not be started", () => {
  const unstarted = {
    event: "ChildEnded",
    node: "map",
    activation: 1,
    item: 0,
    output: { value: 0 },
  } as const;

  it("has failed without having run, and can have ended in no other way", () => {
    const run = mapping(2, { onItemError: "collect" });
    expect(run.refused({ ...unstarted, status: "completed" })).toContain("does not run");
    end(run, 0, boom);
    expect(run.view("map").items).toMatchObject({ running: 0, done: 1, failed: 1 });
    expect(run.refused({ ...unstarted, ...boom })).toContain("does not run");
    start(run, 1);
    end(run, 1);
    expect(run.asked).toEqual(["CollectChildren map#1"]);
  });
});

describe("after a crash a child that runs", () => {
  it("is expected while its node still goes on with it", () => {
    const run = mapping(4);
    start(run, 0);
    start(run, 1);
    const [first, second] = startedChildren(run.plan, run.state);
    expect(expectsChild(run.plan, run.state, first!)).toBe(true);
    expect(expectsChild(run.plan, run.state, { ...first!, activation: 2 })).toBe(false);
    end(run, 0, boom);
    expect(expectsChild(run.plan, run.state, second!)).toBe(false);
  });

  it("is not expected by a node that was taken back", () => {
    const run = mapping(1);
    start(run, 0);
    const [child] = startedChildren(run.plan, run.state);
    run.send({ event: "CancelRequested" });
    expect(expectsChild(run.plan, run.state, child!)).toBe(false);
  });
});

describe("children that are called off", () => {
  it("end with their run, and what they cost counts", () => {
    const run = mapping(3);
    start(run, 0);
    run.send({ event: "CancelRequested" });
    expect(run.asked).toEqual(["CancelChildren map#1", "EndRun cancelled"]);
    end(run, 0, { status: "cancelled", usage: { usd: 2 } });
    expect(run.asked).toEqual([]);
    expect(run.state.usd).toBe(2);
    expect(outstanding(run.plan, run.state)).toEqual([{ type: "EndRun", status: "cancelled" }]);
    run.end();
    expect(
      run.refused({ event: "ChildEnded", ...run.key("map"), item: 0, ...boom, output: { value: 0 } }),
    ).toContain("has ended");
  });

  it("need no word when none runs", () => {
    const run = mapping(3);
    run.send({ event: "CancelRequested" });
    expect(run.asked).toEqual(["EndRun cancelled"]);
  });

  it("are let go by a loop, which starts others", () => {
    const nodes = { start: {}, map: each(), judge: {} };
    const loop = { from: "judge", to: "start", kind: "loop" as const, on: ["fail"] };
    const run = Driver.started(define(nodes, ["start -> map", "start -> judge", loop]));
    run.run("start");
    run.begin("map");
    run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 3 });
    start(run, 0);
    start(run, 1);
    end(run, 1);
    run.run("judge", "fail");
    expect(run.asked).toContain("CancelChildren map#1");
    end(run, 0, { status: "cancelled", usage: { usd: 2 } });
    expect([run.asked, run.state.usd, run.state.items]).toEqual([[], 2, 3]);
    run.run("start");
    run.begin("map");
    run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 1 });
    expect(run.state.items).toBe(1);
    const late = { event: "ChildEnded", node: "map", activation: 1, item: 0, output: { value: 0 } } as const;
    expect(run.refused({ ...late, status: "completed" })).toContain("no such children");
    start(run, 0);
    end(run, 0);
    run.succeed("map");
    run.run("judge", "fail");
    expect(run.view("map").items).toBeUndefined();
    expect(run.replayed()).toBe(run.bytes());
  });
});

it("makes no run partial by items of a round that is over", () => {
  const nodes = { first: {}, map: each({ onItemError: "collect", skip: { when: "s" } }), judge: {} };
  const run = Driver.started(
    define(nodes, [
      "first -> map",
      "first -> judge",
      { from: "judge", to: "first", kind: "loop", on: ["again"] },
      { from: "map", to: "map", kind: "loop", on: ["more"], max: 1 },
    ]),
  );
  run.run("first");
  run.send({ event: "SkipDeclined", ...run.key("map"), reason: "condition" });
  run.begin("map");
  run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 2 });
  start(run, 0);
  start(run, 1);
  end(run, 0, boom);
  run.run("judge", "again");
  run.run("first");
  run.run("judge");
  run.skip("map", "more");
  run.skip("map", "more");
  run.open("map", { reason: "exhausted" });
  run.decide("map", "approved");
  // The item that was called off has not gone yet.
  expect(run.view("map").status).toBe("succeeded");
  expect(run.state.ending).toBe("completed");
});

describe("events about children that do not fit", () => {
  it("are refused", () => {
    const run = mapping(3, {}, ["plain"]);
    const of = run.key("map");
    const ended = { event: "ChildEnded", ...of, status: "completed", output: { value: 0 } } as const;
    expect(run.refused({ ...ended, item: 0 })).toContain("does not run");
    expect(run.refused({ ...ended, item: 7 })).toContain("does not run");
    expect(run.refused({ ...ended, item: 0, node: "nobody" })).toContain("no such children");
    expect(run.refused({ ...ended, item: 0, node: "plain" })).toContain("no such children");
    expect(run.refused({ event: "ChildStarted", ...of, item: 2, childRunId: "c" })).toContain(
      "not asked for",
    );
    start(run, 0);
    expect(run.refused({ event: "ChildStarted", ...of, item: 0, childRunId: "c" })).toContain(
      "not asked for",
    );
    const other = Driver.started(define({ plain: {}, map: each() }));
    other.begin("plain");
    const begun = { event: "ChildrenStarted", count: 1 } as const;
    expect(other.refused({ ...begun, ...other.attempt("plain") })).toContain("it has none");
    other.begin("map");
    expect(other.refused({ ...begun, ...other.attempt("map"), count: 1.5 })).toContain("count is 1.5");
  });
});

it("stands where its parent started it", () => {
  const run = new Driver(define("a"));
  const parent = { runId: "r0", node: "map", activation: 1, item: 3, depth: 0 };
  run.send({ event: "RunStarted", runId: "r1", pipeline: "test", seed: 1, inputs: { value: {} }, parent });
  expect(run.state.parent).toEqual(parent);
});

it("is done by one child when it uses a pipeline", () => {
  const run = Driver.started(define({ map: { uses: "pipeline" } }));
  run.begin("map");
  run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 1 });
  expect(asked(run)).toEqual([0]);
  start(run, 0);
  end(run, 0);
  run.succeed("map");
  expect(run.status).toBe("running");
});

it("finds counts of items that do not agree", () => {
  const run = mapping(3);
  start(run, 0);
  run.state.children[0]!.done = 3;
  run.state.items = 9;
  expect(checkInvariants(run.plan, run.state).length).toBeGreaterThan(1);
  run.state.children[0] = null;
  expect(checkInvariants(run.plan, run.state)).toContain(
    "node map: waits for children that it does not have",
  );
});

describe("a stand-in within a child", () => {
  it("marks the node and what comes after it, and puts the run at level 2", () => {
    const run = mapping(2, {}, ["after"]);
    start(run, 0);
    start(run, 1);
    end(run, 0, { degraded: true });
    end(run, 1);
    run.succeed("map");
    run.run("after");
    expect(run.view("map")).toMatchObject({ status: "succeeded", degraded: "inherited" });
    expect(run.view("after")).toMatchObject({ status: "succeeded", degraded: "inherited" });
    expect(run.state.escalation).toEqual({ level: 2, reason: "fallback", node: "map" });
  });

  it("marks no later round, and is no level of a node that failed", () => {
    const run = Driver.started(
      define({ map: each(), again: {} }, [
        "map -> again",
        { from: "again", to: "map", kind: "loop", on: ["again"] },
      ]),
    );
    const round = (degraded: boolean): void => {
      run.begin("map");
      run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 1, items: { value: [0] } });
      start(run, 0);
      end(run, 0, degraded ? { degraded } : {});
      run.succeed("map");
    };
    round(true);
    run.run("again", "again");
    round(false);
    expect(run.view("map").degraded).toBeUndefined();
    const failed = mapping(1);
    start(failed, 0);
    end(failed, 0, { ...boom, degraded: true });
    failed.failWith("map", "permanent");
    expect(failed.state.escalation?.level).toBe(4);
  });
});
