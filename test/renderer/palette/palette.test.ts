/** Groups of the palette and the order of the outline. */
import { expect, test } from "vitest";
import type { ActivityInfo } from "#contract/activity-info.ts";
import { groupActivities } from "#renderer/palette/groups.ts";
import { outlineOrder } from "#renderer/palette/outline-order.ts";
import { node } from "#test/renderer/support/pipelines.ts";

const info = (name: string, layers: ActivityInfo["layers"]): ActivityInfo => ({
  name,
  title: `Title of ${name}`,
  description: "",
  layers,
  group: layers.length > 0 ? "layer" : "control",
  icon: "",
  schema: {},
  outcomes: ["ok"],
  pure: true,
  example: {},
});
const all = [info("http", ["perception", "execution"]), info("llm", ["reasoning"]), info("gate", [])];

test("an activity stands under each of its layers, without one under control", () => {
  const groups = groupActivities(all, "", (each) => each.title);
  expect(groups.map((group) => [group.layer, group.items.map((each) => each.name)])).toEqual([
    ["perception", ["http"]],
    ["reasoning", ["llm"]],
    ["execution", ["http"]],
    [undefined, ["gate"]],
  ]);
});

test("the search knows the title in this language, the English one and the name", () => {
  const names = (query: string) =>
    groupActivities(all, query, () => "題名").flatMap((group) => group.items.map((each) => each.name));
  expect(names("gate")).toEqual(["gate"]);
  expect(names("of llm")).toEqual(["llm"]);
  expect(names("題名 gate")).toEqual(["gate"]);
  expect(names("nothing")).toEqual([]);
});

test("the outline follows the edges, and leaves nothing out", () => {
  const order = outlineOrder({
    layerloom: 1,
    name: "p",
    nodes: { c: node(), a: node(), b: node(), x: node(), y: node() },
    edges: [
      { from: "a", to: "b", kind: "flow" },
      { from: "b", to: "c", kind: "flow" },
      { from: "c", to: "a", kind: "loop" },
      { from: "x", to: "y", kind: "flow" },
      { from: "y", to: "x", kind: "flow" },
    ],
  });
  expect(order).toEqual(["a", "b", "c", "x", "y"]);
});
