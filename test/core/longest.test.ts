import { expect, it } from "vitest";
import type { EdgeDefinition } from "#contract/definition.ts";
import { boundsOf, COUNTLESS } from "#core/bounds.ts";
import { buildGraph } from "#core/graph.ts";
import { longestRun, longestWay } from "#core/longest.ts";
import { define } from "./support/driver.ts";

const loop = (from: string, to: string, max: number): EdgeDefinition => ({
  from,
  to,
  kind: "loop",
  on: ["x"],
  max,
});

function longest(
  nodes: string,
  edges: Parameters<typeof define>[1],
  weights: readonly number[],
  slots = 10,
): number {
  const definition = define(nodes, edges);
  const graph = buildGraph(definition);
  const bounds = boundsOf(definition, graph);
  const totals = weights.map((weight, node) => Math.min(COUNTLESS, weight * bounds.activations[node]!));
  return longestRun(graph, bounds, weights, totals, slots);
}

it("is the longest way through parallel branches", () => {
  const graph = buildGraph(define("a b c d", ["a -> b -> d", "a -> c -> d"]));
  expect(longestWay(graph, [1, 5, 3, 2])).toEqual({ length: 8, nodes: [0, 1, 3] });
  expect(longestWay(graph, [0, 0, 3, 0])).toEqual({ length: 3, nodes: [2] });
  expect(longestWay(graph, [0, 0, 0, 0])).toEqual({ length: 0, nodes: [] });
  expect(longestWay(buildGraph(define({})), [])).toEqual({ length: 0, nodes: [] });
});

it.each<[string, number, Parameters<typeof longest>]>([
  ["nothing that loops", 8, ["a b c d", ["a -> b -> d", "a -> c -> d"], [1, 5, 3, 2]]],
  [
    "a loop: four rounds of what it re-opens",
    4 * 3 + 10,
    ["a b c", ["a -> b -> c", loop("b", "a", 3)], [1, 2, 10]],
  ],
  [
    "in each other they multiply",
    4 * 1 + 12 * 2 + 4 * 5,
    ["a b c", ["a -> b -> c", loop("b", "b", 2), loop("c", "a", 3)], [1, 2, 5]],
  ],
  [
    "one after the other they add",
    4 * 1 + 3 * 2,
    ["a b", ["a -> b", loop("a", "a", 3), loop("b", "b", 2)], [1, 2]],
  ],
  [
    "loops into parallel branches follow each other",
    7 + 1 + (7 + 1) + (5 + 1),
    ["s a b j", ["s -> a -> j", "s -> b -> j", loop("j", "a", 1), loop("j", "b", 1)], [0, 7, 5, 1]],
  ],
  [
    "four at once in two slots: the way and half of the rest",
    5 + 15 / 2 + 0.5,
    ["a b c d", [], [5, 5, 5, 5], 2],
  ],
  ["months", 4 * 5e9, ["a", [loop("a", "a", 3)], [5e9]]],
  ["never longer than one by one", 6, ["a b c", ["a -> b -> c"], [1, 2, 3], 1]],
])("%s: %d", (_, most, [nodes, edges, weights, slots]) => {
  expect(longest(nodes, edges, weights, slots)).toBe(most);
});

it("counts one by one where walking would take too long, and never beyond what can be counted", () => {
  const ids = Array.from({ length: 301 }, (_, index) => `n${index}`);
  const loops = ids.map((id) => loop(id, id, 1));
  expect(
    longest(
      ids.join(" "),
      loops,
      ids.map(() => 1),
      1_000,
    ),
  ).toBe(602);
  expect(longest("a b", ["a -> b", loop("b", "a", 1_000_000), loop("a", "a", 1_000_000)], [1e9, 1])).toBe(
    COUNTLESS,
  );
});
