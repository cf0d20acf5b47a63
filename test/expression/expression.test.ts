import { describe, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import { durationValue } from "#expression/duration-value.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";

const language: ExpressionLanguage = createExpressionLanguage();

const scope = {
  inputs: {
    n: 3,
    half: 0.5,
    xs: [1, 2, 3],
    text: "a-b",
    index: 1,
    nothing: null,
    many: Array.from({ length: 300 }, (_, i) => i),
  },
  nodes: { "fetch-data": { output: 7 }, a: { output: { ok: 1, total: 2, list: [{ k: "x" }, { k: "y" }] } } },
  loop: { count: 2, feedback: null },
  memory: { world_model: { value: { seen: 4 }, at: 0, age: durationValue(60_000) } },
  purpose: "why",
};

function failure(work: () => unknown): LayerloomError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof LayerloomError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

describe("values", () => {
  test.each([
    // numbers of JSON and of the language mix
    ["size(inputs.xs) < 20", true],
    ["inputs.n + 1", 4],
    ["1 + inputs.half", 1.5],
    ["inputs.n - size(inputs.xs)", 0],
    ["inputs.n % 2 == 1", true],
    ["loop.count >= 2", true],
    ["nodes.a.output.ok / nodes.a.output.total", 0.5],
    ["7 / 2", 3.5],
    ["size(inputs.xs) / 2", 1.5],
    ["int(7 / 2)", 3],
    ["inputs.xs[inputs.index]", 2],
    ["inputs.xs[size(inputs.xs) - 1]", 3],
    ["inputs.n == 3 && 3 == inputs.n", true],
    ["true ? 1 : 2.5", 1],
    ["inputs.nothing == null ? 'none' : inputs.nothing", "none"],
    ["-inputs.n", -3],
    // lists and maps
    ["inputs.xs.map(x, x * 2)", [2, 4, 6]],
    ["inputs.xs.map(x, x > 1, x)", [2, 3]],
    ["inputs.xs.filter(x, x == 2)", [2]],
    ["inputs.xs.exists(x, x > 2) && inputs.xs.all(x, x > 0)", true],
    ["inputs.xs.map(x, inputs.xs.map(y, x * y).sum())", [6, 12, 18]],
    ["nodes.a.output.list.map(e, e.k).join(', ')", "x, y"],
    ["[1, 'a', null, {'b': 2}]", [1, "a", null, { b: 2 }]],
    ["inputs.xs + [4]", [1, 2, 3, 4]],
    ["2 in inputs.xs", true],
    ["max(inputs.xs) + min(inputs.xs)", 4],
    ["[3, 1, 2].sort().reverse().first()", 3],
    ["[1, 1.0, 2].distinct()", [1, 2]],
    ["keys({'a': 1}) + values({'b': 2})", ["a", 2]],
    ["size(inputs.nothing)", 0],
    // text
    ["inputs.text.split('-').join('+')", "a+b"],
    ["inputs.xs.join()", "123"],
    ["inputs.text.replace('a', 'c').upperAscii()", "C-B"],
    ["inputs.text.substring(inputs.index)", "-b"],
    ["' x '.trim() + string(inputs.n) + string(null) + string([1])", "x3[1]"],
    ["json({'a': [1, 2.5]})", '{"a":[1,2.5]}'],
    ["round(2.345, 2) + round(0.4)", 2.35],
    ["floor(1.7) + ceil(1.2) + abs(-3)", 6],
    // what may not be there
    ["has(nodes.a.output.nope)", false],
    ["nodes.a.output.?nope.orValue(5)", 5],
    ["default(nodes.a.output.nope, 5)", 5],
    ["default(inputs.nothing, 5)", 5],
    ["default(nodes.nobody.output.deep, 'x')", "x"],
    // time
    ["memory.world_model.age < duration('1h')", true],
    ["memory.world_model.age > duration('90s')", false],
    ["memory.world_model.value.seen", 4],
    ["memory['world_model'].age < duration('1h')", true],
    ["memory.world_model", { value: { seen: 4 }, at: 0, age: 60_000 }],
    ["timestamp('2026-01-01T00:00:00Z') + duration('1h')", "2026-01-01T01:00:00.000Z"],
    // names
    ["nodes.fetch-data.output - 1", 6],
    ["nodes['fetch-data'].output", 7],
    ["loop.feedback", null],
    ["true ?loop.count : 1", 2],
    ["default(inputs.?loop.orValue(4), 0) + default(inputs . loop, 1)", 5],
    ["'loop ' + 'nodes.fetch-data'", "loop nodes.fetch-data"],
    ["cel.bind(t, inputs.n, t * t)", 9],
    ["purpose", "why"],
  ])("%s", (source, expected) => {
    expect(language.compile(source).evaluate(scope)).toEqual(expected);
  });

  test("results are plain JSON and what is JSON already is not copied", () => {
    const result = language.compile("nodes.a.output").evaluate(scope);
    expect(result).toBe(scope.nodes.a.output);
    expect(JSON.stringify(language.compile("{'a': size(inputs.xs)}").evaluate(scope))).toBe('{"a":3}');
  });

  test("a scope may work its values out when they are asked for", () => {
    let asked = 0;
    const lazy = {
      get inputs() {
        asked++;
        return { n: 1 };
      },
      get nodes(): never {
        throw new Error("not asked for");
      },
    };
    expect(language.compile("inputs.n + 1").evaluate(lazy)).toBe(2);
    expect(asked).toBe(1);
  });
});

describe("reads", () => {
  test.each<[string, readonly string[]]>([
    ["nodes.a.output.plan", ["a.plan"]],
    ["nodes.a.output.plan.steps[0].name == nodes.b-2.output['x-y']", ["a.plan", "b-2.x-y"]],
    ["nodes['a']['output'].?plan.orValue(nodes.a.?output.why)", ["a.plan", "a.why"]],
    ["has(nodes.a.output.plan) && default(nodes.a.output.cost, 0) > 1", ["a.plan", "a.cost"]],
    ["nodes.a.outcome == 'ok' && !nodes.b.degraded && nodes.b.error.code == ''", []],
    // All of it, wherever not one field is named.
    ["nodes.a.output", ["a"]],
    ["size(nodes.a.output) > 1 && 'plan' in nodes.b.output", ["a", "b"]],
    ["nodes.a.output[inputs.key]", ["a"]],
    ["nodes.a.output[0]", ["a"]],
    ["nodes.a[inputs.key]", ["a"]],
    ["cel.bind(a, nodes.a, a.output.plan)", ["a"]],
    ["[nodes.a.output.plan, nodes.a.output]", ["a.plan", "a"]],
    ["nodes.a.output.list.map(x, x + nodes.b.output.n)", ["a.list", "b.n"]],
    ["[1].map(nodes, nodes.a.output)", []],
    ["memory.a.value.output.plan", []],
  ])("of outputs: %s", (source, expected) => {
    const found = language.compile(source).reads.outputs;
    expect(found.map(({ node, field }) => (field === null ? node : `${node}.${field}`)).sort()).toEqual(
      [...expected].sort(),
    );
  });

  test("says which nodes, inputs, memory and names an expression looks at", () => {
    const { reads } = language.compile(
      "nodes.fetch-data.output + nodes['a'].output.filter(e, e.x == inputs.n && extra).size() + memory.m.value + loop.count",
    );
    expect(reads.nodes).toEqual(["fetch-data", "a"]);
    expect(reads.inputs).toEqual(["n"]);
    expect(reads.memory).toEqual(["m"]);
    expect([...reads.names].sort()).toEqual(["extra", "inputs", "loop", "memory", "nodes"]);
  });

  test("variables of macros and the language's own names are not names of the scope", () => {
    expect(
      language.compile("[1].map(nodes, nodes).exists(x, x == int(1)) && cel.bind(y, 1, y == 1)").reads.names,
    ).toEqual([]);
  });
});

describe("errors", () => {
  test.each([
    ["1 +", "EXPRESSION_SYNTAX", 4],
    ["inputs.n = 3", "EXPRESSION_SYNTAX", 10],
    ["a and b", "EXPRESSION_SYNTAX", 3],
    ["inputs.xs.map(loop, 1)", "EXPRESSION_SYNTAX", undefined],
    ["while", "EXPRESSION_SYNTAX", 1],
    ["nope(1)", "EXPRESSION_TYPE", 1],
    ["1 + 'a'", "EXPRESSION_TYPE", 1],
    ["'a'.matches('(a+)+b')", "EXPRESSION_FORBIDDEN", undefined],
    ["['a'].map(x, x.matches('a'))", "EXPRESSION_FORBIDDEN", undefined],
    ["constructor", "EXPRESSION_FORBIDDEN", undefined],
    ["nodes[inputs.text].output", "EXPRESSION_FORBIDDEN", undefined],
    ["size(nodes) > 1", "EXPRESSION_FORBIDDEN", undefined],
    ["json(memory)", "EXPRESSION_FORBIDDEN", undefined],
    ["spend_(1)", "EXPRESSION_FORBIDDEN", undefined],
  ])("%s is refused when it is compiled", (source, code, column) => {
    const error = failure(() => language.compile(source));
    expect(error.code).toBe(code);
    if (column !== undefined) expect(error.place).toEqual({ line: 1, column });
    expect(error.hint).toBeTruthy();
    expect(error.message).not.toMatch(/\n|l00p/);
  });

  test("too long or too deep a text is refused", () => {
    for (const source of ["x".repeat(20_001), `${"(".repeat(200)}1${")".repeat(200)}`, "[".repeat(20_000)]) {
      expect(failure(() => language.compile(source)).code).toBe("EXPRESSION_SYNTAX");
    }
  });

  test.each([
    "inputs.nope",
    "nobody",
    "inputs.n + inputs.text",
    "inputs.text ? 1 : 2",
    "inputs.n / 0",
    "inputs.xs[9]",
    "inputs.n.map(x, x)",
    "duration('soon')",
    "9007199254740993 + 1",
    "default(1 + inputs.text, 2)",
  ])("%s fails when it is evaluated", (source) => {
    const error = failure(() => language.compile(source).evaluate(scope));
    expect(error.code).toBe("EXPRESSION_FAILED");
    expect(error.message).toContain(source);
    expect(error.hint).toBeTruthy();
  });

  test("nothing of the host can be reached", () => {
    for (const source of [
      "inputs.constructor",
      "inputs.__proto__",
      "inputs.text.constructor",
      "inputs['toString']",
    ]) {
      expect(() => language.compile(source).evaluate(scope)).toThrow(LayerloomError);
    }
  });

  test.each([
    "inputs.many.map(a, inputs.many.map(b, inputs.many.map(c, a + b + c)))",
    `[inputs.many]${".map(x, x + x)".repeat(30)}`,
    "inputs.many.all(a, inputs.many.all(b, inputs.many.all(c, inputs.many.all(d, true))))",
  ])("work that would not end is cut off: %.40s", (source) => {
    expect(failure(() => language.compile(source).evaluate(scope)).message).toContain("list elements");
  });
});

test("simple expressions are fast", () => {
  const expression = language.compile("inputs.n + 1 > 3 && loop.count < 3");
  for (let i = 0; i < 20_000; i++) expression.evaluate(scope);
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) expression.evaluate(scope);
  // Millions a second on an idle machine; the bound is for a busy one.
  expect(100_000 / (performance.now() - start)).toBeGreaterThan(100);
});
