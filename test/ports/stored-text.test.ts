import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "#contract/json.ts";
import { pack, partsOf, unpack } from "#ports/stored-text.ts";

const BIG = "x".repeat(20_000);

function stored() {
  const texts = new Map<string, string>();
  const keep = (text: string): string => {
    const hash = createHash("sha256").update(text).digest("hex");
    texts.set(hash, text);
    return hash;
  };
  const put = (value: Json): string => pack(value, JSON.stringify(value), keep);
  const get = (hash: string): Json => unpack(texts.get(hash) ?? "", get);
  const bytes = () => [...texts.values()].reduce((sum, text) => sum + text.length, 0);
  return { texts, put, get, bytes };
}

test("a part is stored once, in whatever it is contained", () => {
  const { texts, put, get, bytes } = stored();
  const values: Json[] = [
    BIG,
    { document: BIG },
    { number: 1, document: BIG, more: null },
    [BIG, "small", BIG],
    { deep: { deeper: [{ document: BIG }] } },
  ];
  const hashes = values.map(put);
  expect(bytes()).toBeLessThan(BIG.length * 1.2);
  expect(hashes.map(get)).toEqual(values);
  expect(JSON.stringify(get(hashes[2] ?? ""))).toBe(JSON.stringify(values[2]));
  for (const text of texts.values()) for (const part of partsOf(text)) expect(texts.has(part)).toBe(true);
});

test("what has no large parts is its own JSON", () => {
  const { texts, put } = stored();
  const list = Array.from({ length: 10_000 }, (_, index) => index);
  expect(texts.get(put(list))).toBe(JSON.stringify(list));
  expect(texts.get(put("parts:{}"))).toBe('"parts:{}"');
});

test("any value comes back as it was, keys in their order, odd ones too", () => {
  const large = fc.constantFrom(BIG, "y".repeat(17_000), "\u2028".repeat(3_000));
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      fc.jsonValue() as fc.Arbitrary<Json>,
      large,
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "__proto__", "parts", "2", "1"), tie("json")),
    ),
  }));
  fc.assert(
    fc.property(json, (made) => {
      const text = JSON.stringify(made);
      const value = JSON.parse(text) as Json;
      const { put, get } = stored();
      expect(JSON.stringify(get(put(value)))).toBe(text);
    }),
  );
});
