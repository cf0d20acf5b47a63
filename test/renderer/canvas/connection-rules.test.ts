/** What a wire becomes, and why it may not be drawn. */
import { expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { ancestorsOf, descendantsOf, judgeFrom, judgeInto } from "#renderer/canvas/connection-rules.ts";
import { node } from "#test/renderer/support/pipelines.ts";

const pipeline: PipelineDefinition = {
  layerloom: 1,
  name: "p",
  nodes: { a: node(), b: node("check"), c: node(), alone: node() },
  edges: [
    { from: "a", to: "b", kind: "flow" },
    { from: "b", to: "c", kind: "branch", on: ["pass"] },
    { from: "b", to: "a", kind: "loop", on: ["fail"], max: 3 },
  ],
};

test("forward is a flow, from an outcome a branch, from the foot an error", () => {
  expect(judgeFrom(pipeline, "a", "out")("c")).toEqual({
    fits: true,
    edge: { from: "a", to: "c", kind: "flow" },
  });
  expect(judgeFrom(pipeline, "b", "on:fail")("alone")).toEqual({
    fits: true,
    edge: { from: "b", to: "alone", kind: "branch", on: ["fail"] },
  });
  expect(judgeFrom(pipeline, "a", "error")("alone")).toEqual({
    fits: true,
    edge: { from: "a", to: "alone", kind: "error" },
  });
});

test("back to an ancestor is a loop of at most three rounds; an error never goes back", () => {
  expect(judgeFrom(pipeline, "c", "out")("a")).toEqual({
    fits: true,
    edge: { from: "c", to: "a", kind: "loop", max: 3 },
  });
  expect(judgeFrom(pipeline, "c", "error")("a")).toEqual({ fits: false, reason: "error-back" });
});

test("itself, what is joined already, and what does not exist do not fit", () => {
  expect(judgeFrom(pipeline, "a", "out")("a")).toEqual({ fits: false, reason: "self" });
  expect(judgeFrom(pipeline, "a", "out")("b")).toEqual({ fits: false, reason: "duplicate" });
  expect(judgeFrom(pipeline, "b", "on:pass")("c")).toEqual({ fits: false, reason: "duplicate" });
  expect(judgeFrom(pipeline, "b", "on:fail")("a")).toEqual({ fits: false, reason: "duplicate" });
  expect(judgeFrom(pipeline, "b", "on:fail")("c").fits).toBe(true);
  expect(judgeFrom(pipeline, "a", "out")("ghost")).toEqual({ fits: false, reason: "unknown" });
});

test("a wire drawn backwards is judged by its real direction", () => {
  expect(judgeInto(pipeline, "c")("alone")).toEqual({
    fits: true,
    edge: { from: "alone", to: "c", kind: "flow" },
  });
  expect(judgeInto(pipeline, "a")("c")).toMatchObject({ fits: true, edge: { kind: "loop" } });
});

test("loops do not make ancestors", () => {
  expect([...ancestorsOf(pipeline, "a")]).toEqual([]);
  expect([...descendantsOf(pipeline, "a")].sort()).toEqual(["b", "c"]);
});
