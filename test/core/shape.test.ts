import { describe, expect, it } from "vitest";
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { checkShape } from "#core/shape.ts";
import { define } from "./support/driver.ts";

const found = (definition: PipelineDefinition): readonly string[] =>
  checkShape(definition).map(({ path, code }) => `${path} ${code}`);

describe("checkShape", () => {
  it("accepts a graph with every kind of edge, and one with nothing in it", () => {
    const definition = define("a b c d", [
      "a -> b -> c -> d",
      { from: "a", to: "c", kind: "skip", when: "true", reuse: "last" },
      { from: "c", to: "a", kind: "loop", on: ["fail"], max: 2, feedback: 1, onExhausted: "fail" },
      { from: "c", to: "c", kind: "loop", on: ["again"] },
      { from: "b", to: "d", kind: "error", when: "true" },
      { from: "b", to: "d", on: ["x"], when: "true" },
      { from: "b", to: "d", else: true, on: ["y"] },
    ]);
    expect(found(definition)).toEqual([]);
    expect(found(define({}))).toEqual([]);
  });

  it("names unknown nodes at both ends", () => {
    expect(found(define("a", ["a -> x", "y -> a", "constructor -> a"]))).toEqual([
      "edges.0.to UNKNOWN_NODE",
      "edges.1.from UNKNOWN_NODE",
      "edges.2.from UNKNOWN_NODE",
    ]);
  });

  it("names the cycle from its first node on", () => {
    const definition = define("z a b c d", ["z -> c -> a -> b -> c", "b -> d"]);
    const [problem, ...rest] = checkShape(definition);
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ path: "edges.1", code: "CYCLE_WITHOUT_LOOP", severity: "error" });
    expect(problem!.message).toContain("a -> b -> c -> a");
    expect(found(define("a", ["a -> a"]))).toEqual(["edges.0 CYCLE_WITHOUT_LOOP"]);
  });

  it("refuses a skip edge that closes a cycle", () => {
    const definition = define("a b", ["a -> b", { from: "b", to: "a", kind: "skip", when: "true" }]);
    expect(found(definition)).toEqual(["edges.1 CYCLE_WITHOUT_LOOP"]);
  });

  it("wants loops to go back", () => {
    const definition = define("a b c", [
      "a -> b",
      "a -> c",
      { from: "a", to: "b", kind: "loop" },
      { from: "b", to: "c", kind: "loop" },
      { from: "b", to: "a", kind: "loop" },
    ]);
    expect(found(definition)).toEqual([
      "edges.2.to LOOP_TARGET_NOT_ANCESTOR",
      "edges.3.to LOOP_TARGET_NOT_ANCESTOR",
    ]);
  });

  it("tells more loops than a machine word has bits apart", () => {
    const ids = Array.from({ length: 80 }, (_, index) => `n${index}`);
    const back = ids.slice(1).map((id, index) => ({ from: id, to: ids[index]!, kind: "loop" as const }));
    const forth = { from: "n3", to: "n70", kind: "loop" as const };
    const definition = define(ids.join(" "), [ids.join(" -> "), ...back, forth]);
    expect(found(definition)).toEqual([`edges.${79 + 79}.to LOOP_TARGET_NOT_ANCESTOR`]);
  });

  it("refuses the same edge twice and a second else", () => {
    const definition = define("a b c", [
      "a -> b",
      "a -> b",
      { from: "a", to: "b", on: ["x", "y"] },
      { from: "a", to: "b", on: ["y", "x"] },
      { from: "a", to: "c", on: ["x"], when: "true" },
      { from: "a", to: "c", on: ["x"], when: "false" },
      { from: "a", to: "b", else: true },
      { from: "a", to: "c", else: true },
    ]);
    expect(found(definition)).toEqual([
      "edges.1 DUPLICATE_EDGE",
      "edges.3 DUPLICATE_EDGE",
      "edges.7.else INVALID_EDGE",
    ]);
  });

  it("counts what a join can wait for, without loops", () => {
    const loop = { from: "c", to: "c", kind: "loop" as const };
    const two = define({ a: {}, b: {}, c: { join: { atLeast: 2 } } }, ["a -> c", "b -> c", loop]);
    const three = define({ a: {}, b: {}, c: { join: { atLeast: 3 } } }, ["a -> c", "b -> c", loop]);
    expect(found(two)).toEqual([]);
    expect(found(three)).toEqual(["nodes.c.join INVALID_JOIN"]);
    expect(found(define({ a: { join: "any" }, b: { join: "all" } }))).toEqual([]);
  });

  it.each<[Partial<EdgeDefinition>, string]>([
    [{ kind: "flow", max: 2 }, "edges.0.max"],
    [{ kind: "skip", feedback: 1 }, "edges.0.feedback"],
    [{ kind: "error", onExhausted: "fail" }, "edges.0.onExhausted"],
    [{ kind: "flow", reuse: "last" }, "edges.0.reuse"],
    [{ kind: "flow", on: ["x"] }, "edges.0.on"],
    [{ kind: "flow", when: "true" }, "edges.0.when"],
    [{ kind: "flow", else: true }, "edges.0.else"],
    [{ kind: "error", on: ["x"] }, "edges.0.on"],
    [{ kind: "skip", else: true }, "edges.0.else"],
    [{ kind: "branch", else: true, when: "true" }, "edges.0.when"],
    [{ kind: "branch" }, "edges.0"],
  ])("refuses %j", (edge, path) => {
    const definition = define("a b", [{ from: "a", to: "b", ...edge }]);
    expect(found(definition)).toEqual([`${path} INVALID_EDGE`]);
  });

  it("refuses a loop on error", () => {
    const definition = define("a", [{ from: "a", to: "a", kind: "loop", on: ["error"] }]);
    expect(found(definition)).toEqual(["edges.0.on INVALID_EDGE"]);
  });
});
