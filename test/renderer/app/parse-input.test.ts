import { expect, test } from "vitest";
import { parseInput } from "#renderer/app/parse-input.ts";

test("text becomes a value of the input's type", () => {
  expect(parseInput("0.9", { type: "number" })).toEqual({ value: 0.9 });
  expect(parseInput("0.9", { type: "integer" })).toEqual({ error: "dialog.inputs.badNumber" });
  expect(parseInput("0.9", { type: "string" })).toEqual({ value: "0.9" });
  expect(parseInput("[1]", { type: "array" })).toEqual({ value: [1] });
  expect(parseInput("[1", { type: "array" })).toEqual({ error: "dialog.inputs.badJson" });
  expect(parseInput("plain words", {})).toEqual({ value: "plain words" });
});

test("nothing typed leaves the default to hold, unless there is none", () => {
  expect(parseInput(" ", { type: "number", default: 1, required: true })).toEqual({ value: undefined });
  expect(parseInput("", { type: "number", required: true })).toEqual({ error: "dialog.inputs.missing" });
  expect(parseInput("", { type: "number" })).toEqual({ value: undefined });
});
