/** Where wires run: never through a box they could go around, loops below, skips above. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EdgeDefinition } from "#contract/definition.ts";
import { layPorts, NODE_HEIGHT, NODE_WIDTH, type Rect } from "#renderer/canvas/geometry.ts";
import { Lanes, Obstacles } from "#renderer/canvas/obstacles.ts";
import { type RoutedNode, routeAll } from "#renderer/canvas/routes.ts";

const box = (x: number, y: number): Rect => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT });

function routed(rects: Readonly<Record<string, Rect>>, edges: readonly EdgeDefinition[]) {
  const nodes = new Map(
    Object.entries(rects).map(([id, rect]): [string, RoutedNode] => [
      id,
      { rect, ports: layPorts("card", [], true) },
    ]),
  );
  return routeAll(edges, (id) => nodes.get(id), Object.values(rects));
}

/** The corner points of a path without curves' control points. */
const points = (d: string): readonly [number, number][] =>
  [...d.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map((match) => [Number(match[1]), Number(match[2])]);

const row = { a: box(0, 0), b: box(320, 0), c: box(640, 0) };

test("a loop runs below every box between its ends, each loop in its own lane", () => {
  const [outer, inner] = routed(row, [
    { from: "c", to: "a", kind: "loop" },
    { from: "c", to: "b", kind: "loop" },
  ]);
  expect(inner?.label.y).toBeGreaterThan(NODE_HEIGHT + 20);
  expect(outer?.label.y).toBeGreaterThan((inner?.label.y ?? 0) + 20);
});

test("a loop goes under what stands below its ends as well", () => {
  const [loop] = routed({ ...row, below: box(320, 130) }, [{ from: "c", to: "a", kind: "loop" }]);
  expect(loop?.label.y).toBeGreaterThan(130 + NODE_HEIGHT);
});

test("a skip runs above every box between its ends", () => {
  const [skip] = routed({ ...row, above: box(320, -100) }, [{ from: "a", to: "c", kind: "skip" }]);
  expect(skip?.label.y).toBeLessThan(-100);
});

test("a wire with a free way is a curve; with a box in its way it goes around", () => {
  const [near, far] = routed(row, [
    { from: "a", to: "b", kind: "flow" },
    { from: "a", to: "c", kind: "flow" },
  ]);
  expect(near?.d).toContain("C");
  const around = points(far?.d ?? "").some(([, y]) => y < 0 || y > NODE_HEIGHT);
  expect(around).toBe(true);
});

test("a pill between boxes that stand close lies beside the wire and hides neither port", () => {
  const close = { a: box(0, 0), b: box(272, 0) };
  const [tight] = routed(close, [{ from: "a", to: "b", kind: "branch", on: ["pass"] }]);
  expect(tight?.labelRoom).toBeLessThanOrEqual(64);
  expect(tight?.label.x).toBe(252);
  expect(Math.abs((tight?.label.y ?? 0) - (tight?.start.y ?? 0))).toBeGreaterThanOrEqual(12);
  const [roomy] = routed(row, [{ from: "c", to: "a", kind: "branch", on: ["pass"] }]);
  expect(roomy?.labelRoom).toBeUndefined();
  expect(roomy?.labelAnchor).toBe("start");
});

test("ends that do not exist have no route", () => {
  expect(routed(row, [{ from: "a", to: "ghost", kind: "flow" }])).toEqual([undefined]);
});

test("the free height really is free, and lanes never lie upon each other", () => {
  const rects = fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 800 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      rects,
      fc.integer({ min: 0, max: 800 }),
      fc.constantFrom(1 as const, -1 as const),
      (places, y, direction) => {
        const obstacles = new Obstacles(places.map(([left, top]) => box(left, top)));
        const free = obstacles.freeY(y, 300, 1500, 10, direction);
        expect(obstacles.hit(300, free - 9, 1500, free + 9)).toBeUndefined();
        expect((free - y) * direction).toBeGreaterThanOrEqual(0);
      },
    ),
  );
  const lanes = new Lanes();
  const given = [1, 2, 3, 4].map(() => lanes.take(100, 0, 500, 28, 1));
  expect(given).toEqual([100, 128, 156, 184]);
});
