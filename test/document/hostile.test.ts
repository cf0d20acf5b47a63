/** Texts that mean harm, or were never pipelines: one clear error each, soon, and nothing else is ever thrown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ErrorCode } from "#contract/errors.ts";
import { FORMAT_EXAMPLE, read } from "#test/document/support/read.ts";

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

const laughs = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${many(8, (i) => {
  const [name, of] = ["bcdefghi"[i]!, "abcdefgh"[i]!];
  return `${name}: &${name} [${Array(10).fill(`*${of}`).join(", ")}]`;
})}`;

const ROWS: readonly (readonly [string, string, ErrorCode])[] = [
  ["the same key 10,000 times", many(10_000, (i) => `k: ${i}`), "DUPLICATE_KEY"],
  ["the same key 10,000 times, deep", `nodes:\n${many(10_000, (i) => `  k: ${i}`)}`, "DUPLICATE_KEY"],
  ["aliases that multiply", laughs, "YAML_LIMIT"],
  ["an alias inside itself", "a: &a { b: *a }", "YAML_LIMIT"],
  ["brackets without end", "[".repeat(50_000), "YAML_LIMIT"],
  ["braces as deep as they are many", `${"{a: ".repeat(5_000)}1${"}".repeat(5_000)}`, "YAML_LIMIT"],
  ["indentation without end", many(2_000, (i) => `${" ".repeat(i)}a:`), "YAML_LIMIT"],
  ["JSON as deep", `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`, "YAML_LIMIT"],
  ["a whole number of a thousand digits", `a: ${"9".repeat(1_000)}`, "INVALID_VALUE"],
  ["a whole number of thirty digits", `a: ${"9".repeat(30)}`, "YAML_LIMIT"],
  ["bytes", "\u0000\u0001\u0002PNG", "YAML_SYNTAX"],
  ["a picture read as text", "\uFFFDPNG\r\n\u001A\n\u0000\u0000", "YAML_SYNTAX"],
  ["only tabs", "\t\t\ta:\t1", "YAML_SYNTAX"],
  ["only a byte order mark", "\uFEFF", "INVALID_PIPELINE"],
  ["only line ends", "\r\n\r\n", "INVALID_PIPELINE"],
  ["only marks", "---\n...\n", "INVALID_PIPELINE"],
  ["more than the limit", `# ${"x".repeat(8_000_001)}`, "YAML_LIMIT"],
];

test.each(ROWS)("%s", (_, text, code) => {
  const start = performance.now();
  const { problems, definition } = read(text);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(problems.map((problem) => problem.code)).toEqual([code]);
  expect(problems[0]!.hint).toBeTruthy();
  expect(problems[0]!.place).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  expect(definition).toBeUndefined();
});

test("no text at all makes reading throw", () => {
  const words = fc.constantFrom(
    "layerloom: 1\n",
    "name: t\n",
    "nodes:\n",
    "edges:\n",
    "  a: ",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "a -> b",
    "${{",
    "}}",
    "*a",
    "&a ",
    "!!x ",
    "|\n",
    ">\n",
    "? ",
    ": ",
    "'",
    '"',
    "#",
    "\t",
    "\r\n",
    "\n",
    "  ",
    "<<: ",
    "uses: transform",
    "when: ",
    "-> ",
    "null",
    "~",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 4 })), { maxLength: 20 }), (parts) => {
      const { problems } = read(parts.join(""));
      for (const problem of problems) expect(problem.hint && problem.message && problem.place).toBeTruthy();
    }),
    { numRuns: 2_000 },
  );
});

test("a good file cut off or disturbed anywhere is read or refused, never worse", () => {
  fc.assert(
    fc.property(
      fc.nat(FORMAT_EXAMPLE.length),
      fc.nat(40),
      fc.string({ maxLength: 3 }),
      (at, length, text) => {
        read(FORMAT_EXAMPLE.slice(0, at) + text + FORMAT_EXAMPLE.slice(at + length));
        read(FORMAT_EXAMPLE.slice(0, at));
      },
    ),
    { numRuns: 150 },
  );
});

test("10,000 nodes are read in seconds, as JSON in less", () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
  const nodes = Object.fromEntries(
    ids.map((id, i) => [
      id,
      { uses: "transform", with: { value: i === 0 ? 1 : `\${{ nodes.n${i - 1}.output }}` } },
    ]),
  );
  const edges = ids.slice(1).map((id, i) => `n${i} -> ${id}`);
  const json = JSON.stringify({ layerloom: 1, name: "many", nodes, edges });
  const yaml = `layerloom: 1\nname: many\nnodes:\n${ids.map((id) => `  ${id}:\n    uses: transform\n    with: ${JSON.stringify(nodes[id]!.with)}\n`).join("")}edges:\n${edges.map((edge) => `  - ${edge}\n`).join("")}`;
  for (const [text, limit] of [
    [json, 10_000],
    [yaml, 25_000],
  ] as const) {
    const start = performance.now();
    const { problems, definition } = read(text);
    expect(problems).toEqual([]);
    expect(definition?.edges).toHaveLength(9_999);
    // Some 0.3 s and 1 s on an idle machine.
    expect(performance.now() - start).toBeLessThan(limit);
  }
});
