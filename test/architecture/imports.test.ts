/** Lock 2, imports: Biome refuses every import that the plan of the house does not allow, and no other. */
import { afterAll, describe, expect, test } from "vitest";
import { type Finding, lint } from "./biome-report.ts";
import { RENDERER_FOLDERS, ROOMS, specifier } from "./house.ts";
import { makeSandbox } from "./sandbox.ts";

const ENGINE_SIDE = [
  "electron",
  "better-sqlite3",
  "fastify",
  "@anthropic-ai/sdk",
  "quickjs-emscripten",
  "ws",
];
const PACKAGES = [
  ...new Set([...[...ROOMS.values()].flatMap(({ packages }) => packages ?? []), ...ENGINE_SIDE, "react"]),
];
const NODE_MODULES = ["node:fs", "node:fs/promises", "fs"];
const UPWARD = ["..", "../sibling.ts", "../../engine/contract/target.ts"];
const ROOM_TARGETS = [...ROOMS.keys()].filter((room) => room !== "renderer");

interface Importer {
  readonly path: string;
  readonly allows: (target: string) => boolean;
  readonly targets: readonly string[];
}

function roomImporter(room: string): Importer {
  const { folder, mayImport, packages, nodeModules } = ROOMS.get(room)!;
  const allowed = new Set([room, ...mayImport].map((name) => specifier(name, "target.ts")));
  for (const name of packages ?? []) allowed.add(name);
  if (nodeModules)
    for (const name of NODE_MODULES.filter((each) => each.startsWith("node:"))) allowed.add(name);
  return {
    path: room === "open" ? "engine/open.ts" : `${folder}/importer.ts`,
    allows: (target) => allowed.has(target),
    targets: [
      ...ROOM_TARGETS.map((name) => specifier(name, "target.ts")).filter(
        (target) => !(room === "open" && target === "#engine/open.ts"),
      ),
      "#renderer/app/target.ts",
      ...UPWARD,
      ...(packages ? [...PACKAGES, ...NODE_MODULES] : []),
    ],
  };
}

function rendererImporter(folder: string): Importer {
  const friends = [folder, ...RENDERER_FOLDERS.get(folder)!];
  const allowed = new Set([
    ...friends.map((name) => `#renderer/${name}/target.ts`),
    specifier("contract", "target.ts"),
    "react",
    "zod",
  ]);
  return {
    path: `renderer/${folder}/importer.ts`,
    allows: (target) => allowed.has(target),
    targets: [
      ...ROOM_TARGETS.map((name) => specifier(name, "target.ts")),
      ...[...RENDERER_FOLDERS.keys()].map((name) => `#renderer/${name}/target.ts`),
      ...UPWARD,
      ...ENGINE_SIDE,
      ...NODE_MODULES,
      "react",
      "zod",
    ],
  };
}

const importers = [
  ...[...ROOMS.keys()].filter((room) => room !== "renderer").map(roomImporter),
  { ...roomImporter("open"), path: "engine/document-worker.ts" },
  ...[...RENDERER_FOLDERS.keys()].map(rendererImporter),
];

/** One import a line, so that a finding's line says which. */
const importerText = ({ targets }: Importer) =>
  targets.map((target, index) => `import { x as x${index} } from "${target}";\n`).join("");

const FORMS = {
  value: 'import { x } from "#store/target.ts";\nexport const y = x;\n',
  type: 'import type { X } from "#store/target.ts";\nexport type Y = X;\n',
  "side effect": 'import "#store/target.ts";\n',
  "re-export": 'export { x } from "#store/target.ts";\n',
  dynamic: 'export const y = () => import("#store/target.ts");\n',
} as const;

const good = 'import type { Y } from "#contract/target.ts";\n\nexport type X = Y;\n';

const sandbox = makeSandbox({
  ...Object.fromEntries(importers.map((importer) => [importer.path, importerText(importer)])),
  ...Object.fromEntries(
    Object.entries(FORMS).map(([name, text]) => [`engine/core/form-${name.replace(" ", "-")}.ts`, text]),
  ),
  "engine/contract/target.ts": "export type Y = string;\n",
  "engine/core/good.ts": good,
  "engine/store/cycle-a.ts": 'import { b } from "#store/cycle-b.ts";\n\nexport const a = () => b;\n',
  "engine/store/cycle-b.ts": 'import { a } from "./cycle-a.ts";\n\nexport const b = () => a;\n',
  "renderer/ui/cycle-a.ts": 'import type { B } from "#renderer/ui/cycle-b.ts";\n\nexport type A = B | 1;\n',
  "renderer/ui/cycle-b.ts": 'import type { A } from "#renderer/ui/cycle-a.ts";\n\nexport type B = A | 2;\n',
  "engine/store/index.ts": 'export { a } from "./cycle-a.ts";\nexport * from "./cycle-b.ts";\n',
  "engine/store/any.ts": "export const anything: any = 1;\n",
  "engine/store/default.ts": "export default 1;\n",
  "engine/store/BadName.ts": "export const x = 1;\n",
});
afterAll(() => sandbox.remove());

const findings = lint(sandbox.folder);
const IMPORT_RULES = ["noRestrictedImports", "noNodejsModules"];
const forbidsImport = ({ rule }: Finding) => IMPORT_RULES.includes(rule);
const rulesAt = (path: string) => findings.filter((found) => found.path === path).map(({ rule }) => rule);

describe.each(importers.map((importer) => [importer.path, importer] as const))("%s", (path, importer) => {
  const refused = new Set(
    findings
      .filter((found) => found.path === path && forbidsImport(found))
      .map(({ line }) => importer.targets[line - 1]!),
  );

  test("is refused what the plan forbids", () => {
    const forbidden = importer.targets.filter((target) => !importer.allows(target));
    expect(forbidden.length).toBeGreaterThan(0);
    expect(forbidden.filter((target) => !refused.has(target))).toEqual([]);
  });

  test("may import what the plan allows", () => {
    const allowed = importer.targets.filter(importer.allows);
    expect(allowed.filter((target) => refused.has(target))).toEqual([]);
  });
});

test.each(Object.keys(FORMS))("an import is refused in the form: %s", (form) => {
  expect(rulesAt(`engine/core/form-${form.replace(" ", "-")}.ts`)).toContain("noRestrictedImports");
});

test("a file that keeps the rules has no finding", () => {
  expect(rulesAt("engine/core/good.ts")).toEqual([]);
});

test.each([
  ["an import cycle by alias and path", "engine/store/cycle-a.ts", "noImportCycles"],
  ["an import cycle of types alone", "renderer/ui/cycle-a.ts", "noImportCycles"],
  ["a barrel file", "engine/store/index.ts", "noBarrelFile"],
  ["a star re-export", "engine/store/index.ts", "noReExportAll"],
  ["any", "engine/store/any.ts", "noExplicitAny"],
  ["a default export", "engine/store/default.ts", "noDefaultExport"],
])("%s is refused", (_, path, rule) => {
  expect(rulesAt(path)).toContain(rule);
});

// This rule's report names no file; BadName.ts is the only one here with such a name.
test("a file name that is not kebab-case is refused", () => {
  expect(findings.filter(({ rule }) => rule === "useFilenamingConvention")).toHaveLength(1);
});
