/** The rules of tidiness bite on bad files, and the project itself keeps them. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT } from "./sandbox.ts";
import { breaches, TIDY_RULES } from "./tidy.ts";

const GENERATED = ["node_modules", "dist", "release", ".types", ".cache", "coverage", "test-results"];

const files = globSync("**/*.{ts,tsx,mjs,css,html,json,yml,yaml,md,grit,sh}", {
  cwd: PROJECT,
  exclude: (path) => GENERATED.includes(path.split(/[\\/]/).at(-1)!) || path.endsWith("package-lock.json"),
}).map((path) => path.replaceAll("\\", "/"));

test("the walk sees every room", () => {
  const tops = new Set(files.map((path) => path.split("/")[0]));
  expect([...tops]).toEqual(expect.arrayContaining(["engine", "renderer", "scripts", "test", "bin"]));
});

test.each(TIDY_RULES.map(({ name }) => name))("the project keeps: %s", (name) => {
  const found = files.flatMap((path) => breaches(path, readFileSync(join(PROJECT, path), "utf8")));
  expect(found.filter((breach) => breach.includes(`: ${name} (`))).toEqual([]);
});

test("no file names the folder in which this checkout lies", () => {
  expect(files.filter((path) => readFileSync(join(PROJECT, path), "utf8").includes(PROJECT))).toEqual([]);
});

const BAD: readonly (readonly [rule: string, path: string, text: string])[] = [
  ["file names are kebab-case", "engine/core/PlanBuilder.ts", ""],
  ["file names are kebab-case", "renderer/ui/node_card.tsx", ""],
  ["file names are kebab-case", "examples/My Pipeline.layerloom.yaml", ""],
  ["no barrel files", "engine/core/index.ts", ""],
  ["no barrel files", "engine/core/all.ts", 'export { plan } from "./plan.ts";'],
  ["no barrel files", "engine/core/all.ts", 'export * from "./plan.ts";'],
  ["no barrel files", "engine/core/all.ts", 'export type {\n  Plan,\n} from "./plan.ts";'],
  ["nothing is left for later", "engine/core/plan.ts", "// TODO: loops"],
  ["nothing is left for later", "renderer/ui/button.css", "/* FIXME */"],
  ["no path of anybody's machine", "docs/start.md", "cd /home/someone/layerloom"],
  ["no path of anybody's machine", "engine/cli/main.ts", 'const db = "/Users/someone/x.sqlite";'],
  ["no path of anybody's machine", "docs/windows.md", "C:\\Users\\someone"],
  ["no way round a lock", "engine/core/plan.ts", "// @ts-ignore"],
  [
    "no way round a lock",
    "engine/core/plan.ts",
    "// biome-ignore lint/style/noRestrictedImports: just this once",
  ],
  ["no way round a lock", "engine/core/plan.ts", "// biome-ignore lint/suspicious/noExplicitAny: easier"],
  ["no way round a lock", "engine/core/plan.ts", "// biome-ignore lint/plugin: the clock"],
];

const GOOD: readonly (readonly [path: string, text: string])[] = [
  ["engine/core/plan-builder.ts", 'export const plan = 1;\nimport { x } from "#contract/x.ts";'],
  ["test/core/plan.test.ts", "// the todo list of a user"],
  ["docs/start.md", "see https://example.org/home/page and GET /api/v1/runs"],
  ["renderer/ui/list.tsx", "// biome-ignore lint/a11y/useSemanticElements: a canvas has no list element"],
];

describe("the rules bite", () => {
  test.each(BAD)("%s: %s", (rule, path, text) => {
    expect(breaches(path, text).join("\n")).toContain(`: ${rule} (`);
  });

  test("every rule is shown to bite", () => {
    expect(new Set(BAD.map(([rule]) => rule))).toEqual(new Set(TIDY_RULES.map(({ name }) => name)));
  });

  test.each(GOOD)("and leave good files alone: %s", (path, text) => {
    expect(breaches(path, text)).toEqual([]);
  });
});
