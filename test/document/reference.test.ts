import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import { formatReference } from "#document/reference.ts";
import { read } from "#test/document/support/read.ts";

const docs = readFileSync(new URL("../../docs/format.md", import.meta.url), "utf8");

test("docs/format.md is current (else: npx node scripts/write-schema.mjs)", () => {
  expect(docs).toBe(formatReference(createRegistry()));
});

test("its examples can be read", () => {
  const [first] = [...docs.matchAll(/```yaml\n([\s\S]*?)```/g)];
  expect(read(first![1]!).problems).toEqual([]);
  const examples = [...docs.matchAll(/^### (\S+)[\s\S]*?Example: `(with: .*)`$/gm)];
  expect(examples.length).toBeGreaterThan(8);
  for (const [, uses, settings] of examples) {
    const { problems } = read(`layerloom: 1\nname: t\nnodes:\n  a: { uses: ${uses}, ${settings} }\n`);
    expect([uses, problems]).toEqual([uses, []]);
  }
});
