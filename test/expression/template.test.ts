import { describe, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { createExpressionLanguage } from "#expression/expression.ts";

const language = createExpressionLanguage();
const scope = { inputs: { n: 3, xs: [1, 2], ok: true }, loop: { feedback: null } };

const fill = (value: Json): Json => language.compileTemplate(value).evaluate(scope);

test.each<[Json, Json]>([
  ["${{ inputs.xs }}", [1, 2]],
  ["${{inputs.n}}", 3],
  ["n = ${{ inputs.n }}", "n = 3"],
  ["${{ inputs.n }}${{ inputs.ok }}", "3true"],
  [" ${{ inputs.n }}", " 3"],
  ["feedback: ${{ loop.feedback }}.", "feedback: ."],
  ["list ${{ inputs.xs }}", "list [1,2]"],
  ["${{ {'a': {'b': inputs.n}} }}", { a: { b: 3 } }],
  ["${{ '}}' + \"}}\" }} and ${{ '''it's }}''' }}", "}}}} and it's }}"],
  ["${{ // a }} comment\n inputs.n }}", 3],
  ["${{ default(inputs.nope, r'\\}}') }}", "\\}}"],
  [
    { a: ["${{ inputs.n }}", 1, null], b: { c: "x${{ inputs.n }}" } },
    { a: [3, 1, null], b: { c: "x3" } },
  ],
  ["$ {{ inputs.n }} {{ x }}", "$ {{ inputs.n }} {{ x }}"],
])("%j becomes %j", (template, expected) => {
  expect(fill(template)).toEqual(expected);
});

test("a value without expressions is handed on as it is", () => {
  const value = { a: [1, { b: "text" }] };
  const template = language.compileTemplate(value);
  expect(template.expressions).toEqual([]);
  expect(template.evaluate(scope)).toBe(value);
});

test("says where its expressions are", () => {
  const { expressions } = language.compileTemplate({ a: ["x", "${{ inputs.n }} ${{ inputs.ok }}"] });
  expect(expressions.map(({ path, expression }) => [path, expression.source])).toEqual([
    ["a.1", "inputs.n"],
    ["a.1", "inputs.ok"],
  ]);
});

describe("errors have a place within the text", () => {
  test.each([
    ["a ${{ inputs.n", 1, 3],
    ["${{ }}", 1, 1],
    ["one\ntwo ${{ 1 + }}", 2, 12],
    ["${{ {'a': 1 }}", 1, 1],
  ])("%j", (text, line, column) => {
    let thrown: unknown;
    try {
      language.compileTemplate(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LayerloomError);
    expect((thrown as LayerloomError).code).toBe("EXPRESSION_SYNTAX");
    expect((thrown as LayerloomError).place).toEqual({ line, column });
  });
});
