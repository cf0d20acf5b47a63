import { expect, test } from "vitest";
import { freePlace } from "#renderer/canvas/free-place.ts";
import { NODE_HEIGHT, NODE_WIDTH, type Rect } from "#renderer/canvas/geometry.ts";

const box = (x: number, y: number): Rect => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT });

test("the wished place is taken when it is free", () => {
  expect(freePlace({ x: 116, y: 60 }, [box(400, 0)])).toEqual({ x: 0, y: 0 });
});

test("else the nearest free one, straight below first", () => {
  const at = freePlace({ x: 116, y: 60 }, [box(0, 0)]);
  expect(at.x).toBe(0);
  expect(at.y).toBeGreaterThanOrEqual(NODE_HEIGHT + 24);
});

test("a full neighbourhood is left, never covered", () => {
  const rects = [-328, 0, 328].flatMap((x) => [-192, 0, 192].map((y) => box(x, y)));
  const at = freePlace({ x: 116, y: 60 }, rects);
  const clear = (rect: Rect) =>
    Math.abs(at.x - rect.x) >= NODE_WIDTH || Math.abs(at.y - rect.y) >= NODE_HEIGHT;
  expect(rects.every(clear)).toBe(true);
});
