/** Which fields of an object are complete while its JSON streams, whatever the pieces that it comes in. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { KnownFields } from "#activities/llm/known-fields.ts";
import type { JsonObject } from "#contract/json.ts";

/** What was told, piece by piece; undefined where nothing was. */
const told = (...pieces: readonly string[]): readonly (JsonObject | undefined)[] => {
  const known = new KnownFields();
  return pieces.map((piece) => known.take(piece));
};

test("a field is told once its value is complete, and not before", () => {
  const pieces = ['{"a": 1', "2", ', "b"', ': "x', '\\"', ',"', ', "c": true}', "  "];
  expect(told(...pieces)).toEqual([
    ...[undefined, undefined, { a: 12 }, undefined, undefined, undefined],
    ...[{ a: 12, b: 'x",', c: true }, undefined],
  ]);
});

test("what is within a field is told with it", () => {
  expect(told('{"a": {"b": [1, {"c": "}"}', ', 2], "d": 1', '}, "e"', ":[")).toEqual([
    undefined,
    undefined,
    { a: { b: [1, { c: "}" }, 2], d: 1 } },
    undefined,
  ]);
});

test("what was told before is not changed by what comes after", () => {
  const [first, second] = told('{"a":1,', '"a":2,"__proto__":{"x":1},');
  expect(first).toEqual({ a: 1 });
  expect(Object.entries(second ?? {})).toEqual([
    ["a", 2],
    ["__proto__", { x: 1 }],
  ]);
  expect(Reflect.get({}, "x")).toBeUndefined();
});

test.each(['[{"a":1,', '"a":1,', "12,", "A text, not JSON,", "{a:1,", '{"a":1 2,', '{"a":1}{"b":1,', "{}"])(
  "what is no object tells nothing that it is not: %s",
  (text) => {
    const fields = told(text, '"z":1,')[1];
    expect(fields).toBeUndefined();
  },
);

test("however it is cut up: never a field that the whole does not have, all of them in the end", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
  fc.assert(
    fc.property(object, fc.array(fc.nat(7)), fc.constantFrom(undefined, 1), (given, sizes, indent) => {
      const whole = JSON.parse(JSON.stringify(given)) as JsonObject;
      let rest = JSON.stringify(whole, null, indent);
      const known = new KnownFields();
      let last: JsonObject | undefined;
      for (const size of [...sizes, rest.length]) {
        const fields = known.take(rest.slice(0, size));
        rest = rest.slice(size);
        for (const [name, value] of Object.entries(fields ?? {})) expect(value).toEqual(whole[name]);
        last = fields ?? last;
      }
      expect(last).toEqual(whole);
    }),
  );
});

test("a megabyte in small pieces takes no time to speak of", () => {
  const text = JSON.stringify(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, "x".repeat(1_000)])),
  );
  const known = new KnownFields();
  const began = performance.now();
  for (let at = 0; at < text.length; at += 20) known.take(text.slice(at, at + 20));
  expect(performance.now() - began).toBeLessThan(2_000);
});
