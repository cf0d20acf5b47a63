/** Lock 2, ambient time and randomness: the deterministic rooms cannot reach them, other rooms can. */
import { afterAll, describe, expect, test } from "vitest";
import { lint } from "./biome-report.ts";
import { makeSandbox } from "./sandbox.ts";

const DETERMINISTIC = ["engine/contract", "engine/core", "engine/expression"];

const AMBIENT = [
  "Date.now()",
  "Date.now",
  "new Date()",
  "new Date",
  "Date()",
  "Math.random()",
  "[Math.random]",
  "performance.now()",
  "crypto.randomUUID()",
  "crypto.getRandomValues(bytes)",
  "process.hrtime.bigint()",
  "globalThis.Date.now()",
  'text.localeCompare("b")',
  "count.toLocaleString()",
  'new Intl.Collator("en")',
];

const HARMLESS = ["new Date(at)", "Date.parse(text)", "Math.max(1, 2)", "text < other", "text.toLowerCase()"];

const DESTRUCTURED = ["const { now } = Date;", "const { random } = Math;"];

const lines = [...AMBIENT, ...HARMLESS].map((code, index) => `export const v${index} = ${code};\n`);
const text = [...lines, ...DESTRUCTURED.map((code) => `${code}\n`)].join("");

const sandbox = makeSandbox({
  ...Object.fromEntries(DETERMINISTIC.map((folder) => [`${folder}/ambient.ts`, text])),
  "engine/runtime/ambient.ts": text,
});
afterAll(() => sandbox.remove());

const findings = lint(sandbox.folder).filter(({ rule }) => rule === "plugin");
const flagged = (path: string) =>
  new Set(findings.filter((found) => found.path === path).map(({ line }) => line));

describe.each(DETERMINISTIC)("%s", (folder) => {
  const caught = flagged(`${folder}/ambient.ts`);
  const allCode = [...AMBIENT, ...HARMLESS, ...DESTRUCTURED];
  const lineOf = (code: string) => allCode.indexOf(code) + 1;

  test.each([...AMBIENT, ...DESTRUCTURED])("refuses %s", (code) => {
    expect(caught).toContain(lineOf(code));
  });

  test.each(HARMLESS)("allows %s", (code) => {
    expect(caught).not.toContain(lineOf(code));
  });
});

test("a host room may use the clock", () => {
  expect(flagged("engine/runtime/ambient.ts")).toEqual(new Set());
});
