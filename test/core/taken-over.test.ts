/** Children of the run that this one grew from, in place of children of its own. */
import { expect, it } from "vitest";
import { mayTakeOver } from "#core/children.ts";
import { Driver, define } from "./support/driver.ts";

function continued(nodes: readonly string[] = ["map"]): Driver {
  const run = new Driver(
    define({ map: { forEach: [], maxConcurrent: 2 } }, [
      { from: "map", to: "map", kind: "loop", on: ["ok"], max: 1, onExhausted: "continue" },
    ]),
  );
  run.send({
    event: "RunStarted",
    runId: "r1",
    pipeline: "test",
    seed: 7,
    inputs: { value: {} },
    reuseFrom: { runId: "r0", nodes: [], continued: nodes },
  });
  begin(run);
  return run;
}

function begin(run: Driver): void {
  run.begin("map");
  run.send({ event: "ChildrenStarted", ...run.attempt("map"), count: 3, items: { value: [1, 2, 3] } });
}

const takeOver = (item: number, rest = {}) =>
  ({
    event: "ChildTakenOver",
    node: "map",
    activation: 1,
    item,
    childRunId: `r0-${item}`,
    status: "completed",
    output: { value: item },
    ...rest,
  }) as const;

it("stand in for a start, cost nothing, and the next is asked for", () => {
  const run = continued();
  expect(run.asked).toEqual(["StartChild map#1", "StartChild map#1"]);
  run.send(takeOver(0));
  expect(run.asked).toEqual(["StartChild map#1"]);
  run.send(takeOver(1, { status: "partial", degraded: true }));
  run.send({ event: "ChildStarted", ...run.key("map"), item: 2, childRunId: "r1-9" });
  expect(run.view("map").items).toEqual({ total: 3, running: 1, done: 2, failed: 0, taken: 2 });
  expect(run.state.children[0]).toMatchObject({ partial: 1, degraded: 1, runs: ["r0-0", "r0-1", "r1-9"] });
  run.send({
    event: "ChildEnded",
    ...run.key("map"),
    item: 2,
    status: "completed",
    output: { value: 2 },
    usage: { usd: 1 },
  });
  expect(run.asked).toEqual(["CollectChildren map#1"]);
  expect(run.state.usd).toBe(1);
  expect(run.replayed()).toBe(run.bytes());
});

it("end the node when they are all of them", () => {
  const run = continued();
  for (const item of [0, 1, 2]) run.send(takeOver(item));
  expect(run.asked).toEqual(["CollectChildren map#1"]);
});

it.each([
  ["twice", takeOver(0)],
  ["before it is asked for", takeOver(2)],
  ["when it had failed", takeOver(1, { status: "failed" })],
  ["when it was cancelled", takeOver(1, { status: "cancelled" })],
])("are refused %s", (_, event) => {
  const run = continued();
  run.send(takeOver(0));
  run.send({ event: "ChildStarted", ...run.key("map"), item: 2, childRunId: "r1-9" });
  expect(run.refused(event)).toContain("ChildTakenOver of map");
});

it("are refused where the run does not go on with them, and in a later round", () => {
  expect(continued([]).refused(takeOver(0))).toContain("not to be taken over");
  const run = continued();
  for (const item of [0, 1, 2]) run.send(takeOver(item));
  run.succeed("map");
  begin(run);
  expect(run.refused(takeOver(0, { activation: 2 }))).toContain("not to be taken over");
  expect([1, 2].map((round) => mayTakeOver(run.plan, run.state, "map", round))).toEqual([true, false]);
});
