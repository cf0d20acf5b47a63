/** Positions for files without a layout. */
import { expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { makeRoom } from "#renderer/canvas/make-room.ts";
import { neighbour } from "#renderer/canvas/neighbours.ts";
import { placeAll } from "#renderer/canvas/placement.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const { layout: _, ...bare } = chain;

test("given positions stay as they are", () => {
  expect(Object.fromEntries(placeAll(chain))).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 300, y: 0 },
    c: { x: 600, y: 0 },
  });
});

test("without a layout every node stands right of what leads to it, and none upon another", () => {
  const fan: PipelineDefinition = {
    layerloom: 1,
    name: "fan",
    nodes: { s: node(), x: node(), y: node(), z: node(), e: node() },
    edges: ["x", "y", "z"].flatMap((id) => [
      { from: "s", to: id, kind: "flow" as const },
      { from: id, to: "e", kind: "flow" as const },
    ]),
  };
  const places = placeAll({ ...fan, edges: [...fan.edges, { from: "e", to: "s", kind: "loop" }] });
  for (const { from, to } of fan.edges)
    expect(places.get(to)?.x).toBeGreaterThan(places.get(from)?.x ?? Infinity);
  expect(new Set([...places.values()].map((at) => `${at.x}/${at.y}`)).size).toBe(5);
});

test("a node put into a wire gets room: what stands right of it moves on, and only that", () => {
  const { at, others } = makeRoom(chain, 0, { x: 150, y: 0 });
  expect(at).toEqual({ x: 300, y: 0 });
  expect(others).toEqual({ b: [600, 0], c: [900, 0] });
  const wide = { ...chain, layout: { a: [0, 0], b: [700, 40], c: [1000, 0] } } as typeof chain;
  expect(makeRoom(wide, 0, { x: 320, y: 0 })).toEqual({ at: { x: 320, y: 20 }, others: {} });
});

test("a cycle that should not be there does not hang", () => {
  const ring: PipelineDefinition = { ...bare, edges: [...bare.edges, { from: "c", to: "a", kind: "flow" }] };
  expect(placeAll(ring).size).toBe(3);
});

test("10,000 nodes without a layout take well under a second", () => {
  const nodes = Object.fromEntries(Array.from({ length: 10_000 }, (_unused, index) => [`n${index}`, node()]));
  const edges = Array.from({ length: 9_900 }, (_unused, index) => ({
    from: `n${index}`,
    to: `n${index + 100}`,
    kind: "flow" as const,
  }));
  expect(placeAll({ layerloom: 1, name: "big", nodes, edges }).size).toBe(10_000);
});

test("arrow keys walk to the node on that side", () => {
  expect(neighbour(chain, "b", 1, 0)).toBe("c");
  expect(neighbour(chain, "b", -1, 0)).toBe("a");
  expect(neighbour(chain, "b", 0, 1)).toBeUndefined();
});
