import { expect, test } from "vitest";
import { nearestPlace, partAt, partLines, partOf } from "#renderer/text/places.ts";

const TEXT = `name: x
nodes:
  a:
    uses: wait

    with: { for: 1s }
  # about b
  b: { uses: wait }
edges:
  - a -> b -> a
  - { from: a, to: b,
      kind: error }
`;
const lines = TEXT.split("\n");
const places = {
  "nodes.a": { line: 3, column: 3 },
  "nodes.a.with.for": { line: 6, column: 18 },
  "nodes.b": { line: 8, column: 3 },
  "edges.0": { line: 10, column: 5 },
  "edges.1": { line: 10, column: 10 },
  "edges.2": { line: 11, column: 5 },
};

test("a part reaches over blank lines to the last deeper line", () => {
  expect(partLines(lines, places["nodes.a"])).toEqual({ from: 3, to: 6 });
  expect(partLines(lines, places["nodes.b"])).toEqual({ from: 8, to: 8 });
  expect(partLines(lines, places["edges.2"])).toEqual({ from: 11, to: 12 });
});

test("the cursor finds what it stands in", () => {
  expect(partAt(lines, places, 4, 1)).toEqual({ kind: "node", id: "a" });
  expect(partAt(lines, places, 8, 12)).toEqual({ kind: "node", id: "b" });
  expect(partAt(lines, places, 10, 7)).toEqual({ kind: "edge", index: 0 });
  expect(partAt(lines, places, 10, 12)).toEqual({ kind: "edge", index: 1 });
  expect(partAt(lines, places, 12, 8)).toEqual({ kind: "edge", index: 2 });
  expect(partAt(lines, places, 1, 1)).toBeUndefined();
  expect(partAt(lines, places, 9, 1)).toBeUndefined();
});

test("a path that has no place of its own is shown at the nearest one around it", () => {
  expect(nearestPlace(places, "nodes.a.with.for")).toEqual({ line: 6, column: 18 });
  expect(nearestPlace(places, "nodes.b.with.text")).toEqual({ line: 8, column: 3 });
  expect(nearestPlace(places, "output")).toBeUndefined();
});

test("paths name their part", () => {
  expect(partOf("nodes.a.with.for")).toEqual({ kind: "node", id: "a" });
  expect(partOf("edges.3.when")).toEqual({ kind: "edge", index: 3 });
  expect(partOf("inputs.x")).toBeUndefined();
});
