/** The command finds the right Node, the right code and the right folder, and ends as the engine ends. */
import { spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const PROJECT = join(import.meta.dirname, "..", "..");
const STUB = `
const [command = "", ...rest] = process.argv.slice(2);
console.log(JSON.stringify({ code: "CODE", node: process.version, cwd: process.cwd(), rest, pid: process.pid }));
if (command === "exit") process.exitCode = Number(rest[0]);
if (command === "stay") setInterval(() => {}, 1000);
`;

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "layerloom-bin-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout or an installed package with a stub for an engine. */
function install(name: string, code: { source?: boolean; built?: boolean; node?: boolean }): string {
  const root = join(folder, name);
  for (const part of ["bin", "engine/cli", "dist/cli"]) mkdirSync(join(root, part), { recursive: true });
  copyFileSync(join(PROJECT, "bin/layerloom.mjs"), join(root, "bin/layerloom.mjs"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  const stub = (kind: string) => STUB.replace("CODE", kind);
  if (code.source)
    writeFileSync(join(root, "engine/cli/main.ts"), `const typed: number = 1;${stub("source")}`);
  if (code.built) writeFileSync(join(root, "dist/cli/main.js"), stub("built"));
  if (code.node) symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
  return root;
}

/** Makes Node believe that it is 20, whose N-API is 9; not inherited by a child. */
const AS_NODE_20 = [
  "--import",
  `data:text/javascript,${encodeURIComponent(
    'Object.defineProperty(process, "versions", { value: { ...process.versions, napi: "9", node: "20.20.0" } })',
  )}`,
];

interface Said {
  readonly code: string;
  readonly cwd: string;
  readonly rest: string[];
  readonly pid: number;
}

function run(root: string, args: string[], options: { flags?: string[]; env?: NodeJS.ProcessEnv } = {}) {
  const env = { ...process.env, INIT_CWD: undefined, npm_lifecycle_event: undefined, ...options.env };
  const command = [...(options.flags ?? []), join(root, "bin/layerloom.mjs"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { status, stderr, said: stdout ? (JSON.parse(stdout) as Said) : undefined };
}

/** Only where npm brings Node 24: on other systems there is no second Node to hand over to. */
const bundled = process.execPath.includes("node_modules");

test("a checkout runs its sources, built or not", () => {
  const root = install("checkout", { source: true, built: true });
  const { status, said, stderr } = run(root, ["exit", "3", "a b"]);
  expect({ status, code: said?.code, rest: said?.rest, stderr }).toEqual({
    status: 3,
    code: "source",
    rest: ["3", "a b"],
    stderr: "",
  });
});

test("a package runs what was built", () => {
  expect(run(install("package", { built: true }), []).said?.code).toBe("built");
});

test("with nothing to run it says what to do", () => {
  const { status, stderr } = run(install("empty", {}), []);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^NOT_BUILT: .*\n {2}hint: .*npm run build\n$/);
});

test("an old Node without Node 24 at hand is a clear error", () => {
  const { status, stderr } = run(install("old", { source: true }), [], { flags: AS_NODE_20 });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^NODE_TOO_OLD: .*Node 20\.20\.0\n {2}hint: .*\n$/);
});

test.runIf(bundled)("an old Node hands over to Node 24 and ends as that ends", () => {
  const root = install("handover", { source: true, node: true });
  const { status, said, stderr } = run(root, ["exit", "4", "a b"], { flags: AS_NODE_20 });
  expect({ status, code: said?.code, rest: said?.rest, stderr }).toEqual({
    status: 4,
    code: "source",
    rest: ["4", "a b"],
    stderr: "",
  });
});

test.runIf(bundled).each(["SIGTERM", "SIGINT", "SIGKILL"] as const)(
  "%s ends the engine behind the hand-over too",
  async (signal) => {
    const root = install(`signal-${signal.toLowerCase()}`, { source: true, node: true });
    const command = [...AS_NODE_20, join(root, "bin/layerloom.mjs"), "stay"];
    const outer = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const said = await new Promise<Said>((resolve) => {
      outer.stdout.once("data", (text) => resolve(JSON.parse(String(text)) as Said));
    });
    expect(said.pid).not.toBe(outer.pid);
    // The pipe closes when both processes that hold its other end are gone.
    const closed = new Promise<NodeJS.Signals | null>((resolve) => {
      outer.once("close", (_, by) => resolve(by));
    });
    outer.kill(signal);
    expect(await closed).toBe(signal);
  },
);

test("under npm run, paths are relative to where the person stands", () => {
  const root = install("standing", { source: true });
  const elsewhere = realpathSync(tmpdir());
  const underNpm = { INIT_CWD: elsewhere, npm_lifecycle_event: "layerloom" };
  expect(run(root, [], { env: underNpm }).said?.cwd).toBe(elsewhere);
  expect(run(root, [], { env: { ...underNpm, npm_lifecycle_event: "test" } }).said?.cwd).toBe(root);
});
