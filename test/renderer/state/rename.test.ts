import { expect, test } from "vitest";
import { renameInJson, renameInText } from "#renderer/state/rename.ts";

test.each([
  ["nodes.plan.output", "nodes.draft.output"],
  ["size(nodes.plan.output) + nodes.plan.cost", "size(nodes.draft.output) + nodes.draft.cost"],
  ['nodes["plan"].output', 'nodes["draft"].output'],
  ["nodes['plan']", "nodes['draft']"],
  ["nodes.planner.output", "nodes.planner.output"],
  ["nodes.plan-b.output", "nodes.plan-b.output"],
  ["my.nodes.plan", "my.nodes.plan"],
  ["plan the nodes", "plan the nodes"],
])("%s → %s", (before, after) => {
  expect(renameInText(before, "plan", "draft")).toBe(after);
});

test("a name with a dash is written in brackets", () => {
  expect(renameInText("nodes.plan.output", "plan", "plan-b")).toBe('nodes["plan-b"].output');
});

test("strings at any depth change, keys do not", () => {
  const before = { "nodes.plan": [{ text: "${{ nodes.plan.output }}", n: 1, no: null }] };
  expect(renameInJson(before, "plan", "draft")).toEqual({
    "nodes.plan": [{ text: "${{ nodes.draft.output }}", n: 1, no: null }],
  });
});
