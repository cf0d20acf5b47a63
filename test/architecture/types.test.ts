/**
 * Lock 1: project references. A room cannot even see a room that it may not import, and cannot name what its
 * surroundings do not have: no clock and no process in the core, no DOM in the engine, no Node in the renderer.
 */
import { afterAll, describe, expect, test } from "vitest";
import { ROOMS, specifier } from "./house.ts";
import { makeSandbox } from "./sandbox.ts";

const NODE_ONLY = ["process.pid", "Buffer.alloc(1)"];
const BROWSER_ONLY = ["document.title", "window.innerWidth"];
const HOST_ONLY = ["setTimeout(() => {}, 1)", "performance.now()", "console.log(1)", "crypto.randomUUID()"];

const FORBIDDEN_GLOBALS = {
  language: [...NODE_ONLY, ...BROWSER_ONLY, ...HOST_ONLY],
  node: BROWSER_ONLY,
  browser: NODE_ONLY,
} as const;

/** Options that the shared configuration promises, each with a line that only it refuses. */
const STRICTNESS: Readonly<Record<string, string>> = {
  strict: "export const strict: string = null;",
  noUncheckedIndexedAccess: "export const first: number = ([] as number[])[0];",
  exactOptionalPropertyTypes: "export const exact: { a?: number } = { a: undefined };",
  erasableSyntaxOnly: "export enum Colour { red }",
  noUnusedLocals: "function unused() {}",
  noUnusedParameters: "export function ignores(given: number) {}",
  noImplicitOverride: "class A { m() {} }\nexport class B extends A { m() {} }",
  verbatimModuleSyntax: 'import { Y } from "#contract/target.ts";\nexport type Z = Y;',
};

const rooms = [...ROOMS.entries()];
const targets = rooms.map(([name]) => name);
const importer = (folder: string, target: string) => `${folder}/imports-${target}.ts`;

const files: Record<string, string> = { "engine/open.ts": "export const x = 1;\n" };
for (const [name, { folder, globals }] of rooms) {
  files[name === "open" ? "engine/open.ts" : `${folder}/target.ts`] =
    "export const x = 1;\nexport type Y = string;\n";
  if (name === "open") continue;
  for (const target of targets.filter((each) => each !== name)) {
    const text = `export { x } from "${specifier(target, "target.ts")}";\n`;
    files[importer(folder, target)] = text;
  }
  FORBIDDEN_GLOBALS[globals].forEach((code, index) => {
    files[`${folder}/global-${index}.ts`] = `export const value = () => ${code};\n`;
  });
}
for (const [option, text] of Object.entries(STRICTNESS)) files[`engine/core/${option}.ts`] = `${text}\n`;

const sandbox = makeSandbox(files);
afterAll(() => sandbox.remove());

const { output } = sandbox.run("tsc", "-b", "--pretty", "false");
const errorsIn = (path: string) => output.split("\n").filter((line) => line.startsWith(`${path}(`));

/** TypeScript follows references of references; what lies behind a permitted room is Biome's to refuse. */
function within(name: string, reached = new Set<string>()): Set<string> {
  for (const next of ROOMS.get(name)?.mayImport ?? []) {
    if (!reached.has(next)) within(next, reached.add(next));
  }
  return reached;
}

const closed = rooms.filter(([name]) => name !== "open");

describe.each(closed.map(([name, room]) => [room.folder, name, room] as const))(
  "%s",
  (folder, name, room) => {
    const reachable = within(name);
    const forbidden = targets.filter((target) => target !== name && !reachable.has(target));

    test("cannot see the rooms that lie behind none of its own", () => {
      expect(forbidden.length).toBeGreaterThan(0);
      const seen = forbidden.filter((target) => errorsIn(importer(folder, target)).length === 0);
      expect(seen).toEqual([]);
    });

    test("sees the rooms that it may import", () => {
      const errors = room.mayImport.flatMap((target) => errorsIn(importer(folder, target)));
      expect(errors).toEqual([]);
    });

    test.each(FORBIDDEN_GLOBALS[room.globals])("cannot name %s", (code) => {
      const path = `${folder}/global-${FORBIDDEN_GLOBALS[room.globals].indexOf(code as never)}.ts`;
      expect(errorsIn(path).join("\n")).toMatch(/error TS(2304|2503|2580|2584|2591):/);
    });
  },
);

test.each(Object.keys(STRICTNESS))("%s is on", (option) => {
  expect(errorsIn(`engine/core/${option}.ts`)).not.toEqual([]);
});
