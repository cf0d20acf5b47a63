/** Lock 3: knip finds dead files, dead exports, dead and unlisted dependencies. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeSandbox } from "./sandbox.ts";

const sandbox = makeSandbox({
  "engine/cli/main.ts":
    'import { alive } from "#contract/words.ts";\nimport "unlisted-package";\n\nalive();\n',
  "engine/contract/words.ts":
    "export const alive = () => dead;\nexport const dead = 1;\nexport type Dead = 1;\n",
  "engine/core/nobody-imports-me.ts": "export const orphan = 1;\n",
  "renderer/runs/nobody-imports-me.tsx": "export const orphan = 1;\n",
  "engine/contract/only-a-test.ts": "export const tested = 1;\n",
  "test/contract/some.test.ts": 'import { tested } from "#contract/only-a-test.ts";\n\ntested.toFixed();\n',
});
afterAll(() => sandbox.remove());

const manifestPath = join(sandbox.folder, "package.json");
const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as {
  devDependencies: Record<string, string>;
};
manifest.devDependencies["nobody-needs-me"] = "1.0.0";
writeFileSync(manifestPath, JSON.stringify(manifest));

const { code, output } = sandbox.run("knip", "--no-progress", "--reporter", "compact");

/** The lines of one section of the report, which begins with its title. */
function section(title: string): string {
  const start = output.indexOf(title);
  if (start < 0) return "";
  const rest = output.slice(start + title.length);
  const end = rest.search(/\n(?:Unused|Unlisted|Unresolved|Configuration|Duplicate) /);
  return end < 0 ? rest : rest.slice(0, end);
}

test("the check fails", () => {
  expect(code).toBe(1);
});

test.each([
  ["a dead file of the engine", "Unused files", "engine/core/nobody-imports-me.ts"],
  ["a dead file of the renderer", "Unused files", "renderer/runs/nobody-imports-me.tsx"],
  ["a dead export", "Unused exports", "dead"],
  ["a dead type", "Unused exported types", "Dead"],
  ["a dependency that nobody imports", "Unused devDependencies", "nobody-needs-me"],
  ["a package that package.json does not list", "Unlisted dependencies", "unlisted-package"],
])("finds %s", (_, title, name) => {
  expect(section(title)).toContain(name);
});

test("what is imported is not reported", () => {
  expect(section("Unused files")).not.toContain("words.ts");
  expect(section("Unused exports")).not.toContain("alive");
});
