/** Rule 4 of what a graph means: skip edges, own conditions, results taken over. */
import { describe, expect, it } from "vitest";
import { Driver, define } from "./support/driver.ts";

describe("a skip edge", () => {
  const definition = define("s a b c t", [
    "s -> a -> b -> t",
    "s -> c -> t",
    "a -> t",
    { from: "s", to: "t", kind: "skip", when: "fresh" },
    { from: "t", to: "s", kind: "loop", on: ["fail"], max: 1 },
  ]);

  it("has the nodes between judged, which leave like nodes that ran", () => {
    const run = Driver.started(definition);
    run.run("s", "ok", { verdicts: { 6: true } });
    expect(run.last.effects).toEqual([
      { type: "JudgeSkip", node: "a", activation: 1, cause: { by: "edge", edge: 6 } },
      { type: "JudgeSkip", node: "c", activation: 1, cause: { by: "edge", edge: 6 } },
    ]);
    expect(run.view("a")).toMatchObject({ status: "queued", waitsFor: { kind: "slot" } });
    run.skip("a");
    run.send({ event: "SkipDeclined", ...run.key("c"), reason: "nothing-stored" });
    expect(run.asked).toEqual(["Enqueue c#1"]);
    run.run("c");
    run.skip("b");
    expect(run.asked).toEqual(["Enqueue t#1"]);
    expect(run.view("a")).toMatchObject({ status: "skipped", activations: 1, attempts: 0 });
    expect(run.view("c")).toMatchObject({ status: "succeeded", attempts: 1 });
    run.run("t", "fail");
    run.run("s", "ok", { verdicts: { 6: false } }); // the next round decides anew
    expect(run.asked).toEqual(["Enqueue a#2", "Enqueue c#2"]);
    expect(run.replayed()).toBe(run.bytes());
  });

  it("yields to a larger skip that was taken before", () => {
    const run = Driver.started(
      define("s a b c t", [
        "s -> a -> b -> c -> t",
        { from: "s", to: "t", kind: "skip", when: "x" },
        { from: "a", to: "c", kind: "skip", when: "y" },
      ]),
    );
    run.run("s", "ok", { verdicts: { 4: true } });
    run.skip("a", "ok", { verdicts: { 5: true } });
    expect(run.last.effects).toMatchObject([{ type: "JudgeSkip", node: "b", cause: { edge: 4 } }]);
  });

  it("is not the only reason to be skipped", () => {
    const run = Driver.started(
      define({ a: { skip: { when: "x" } }, b: {} }, [
        "a -> b",
        { from: "b", to: "a", kind: "loop", on: ["fail"] },
      ]),
      ["a", "b"],
    );
    expect(run.last.effects).toMatchObject([{ type: "JudgeSkip", cause: { by: "run" } }]);
    run.skip("a");
    run.skip("b", "fail");
    expect(run.last.effects).toMatchObject([{ type: "JudgeSkip", cause: { by: "node" } }]);
    run.skip("a");
    expect(run.asked).toEqual(["Enqueue b#2"]);
  });
});
