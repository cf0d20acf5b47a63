import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeTexts, spliceBetween } from "#renderer/state/splice.ts";

test("a splice turns the one text into the other", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (before, after) => {
      const { from, to, insert } = spliceBetween(before, after);
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
    }),
  );
});

test("changes in different places are merged, in either order", () => {
  const base = "one\ntwo\nthree\n";
  const mine = "one!\ntwo\nthree\n";
  const theirs = "one\ntwo\nthree\nfour\n";
  expect(mergeTexts(base, mine, theirs)).toBe("one!\ntwo\nthree\nfour\n");
  expect(mergeTexts(base, theirs, mine)).toBe("one!\ntwo\nthree\nfour\n");
});

test("changes in the same place are not", () => {
  expect(mergeTexts("abc", "aXc", "aYc")).toBeUndefined();
  expect(mergeTexts("abc", "abc", "aYc")).toBe("aYc");
  expect(mergeTexts("abc", "aXc", "abc")).toBe("aXc");
});
