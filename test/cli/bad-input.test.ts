/** What is given wrongly, and what cannot be written: one clear error with a hint, its exit code, nothing left behind. */
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Desk, type Ended, lines, PIPELINES } from "./command.ts";

const MAIN = resolve(import.meta.dirname, "../../engine/cli/main.ts");
const NO_DEVICES = !existsSync("/dev/full");

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

/** One error: its code, and a hint under it. */
function refused({ code, stdout, stderr }: Ended, errorCode: string, exit = 2): void {
  expect(stderr).toMatch(new RegExp(`^${errorCode}: .+\\n {2}hint: .+\\n$`));
  expect([code, stdout]).toEqual([exit, ""]);
}

/** With standard output as a file descriptor of ours. */
function startOnto(stdout: number, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: desk.folder,
    env: { ...process.env, LAYERLOOM_HOME: desk.folder, NO_COLOR: "1" },
    stdio: ["ignore", stdout, "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((done) => child.once("close", (code) => done({ code, stdout: "", stderr })));
}

describe.skipIf(NO_DEVICES)("standard output that takes nothing", () => {
  test.each([
    [["export", "q.yaml", "--to", "yaml"]],
    [["validate", "q.yaml"]],
    [["simulate", "q.yaml"]],
    [["run", "q.yaml"]],
    [["runs", "list"]],
    [["--help"]],
  ])("%j: OUTPUT_FAILED, exit 1", async (args) => {
    desk.write("q.yaml", PIPELINES.quick);
    const full = openSync("/dev/full", "w");
    const ended = await startOnto(full, args);
    closeSync(full);
    refused(ended, "OUTPUT_FAILED", 1);
  });

  test("with --json the error is an object; the run is recorded all the same", async () => {
    desk.write("q.yaml", PIPELINES.quick);
    const full = openSync("/dev/full", "w");
    const { code, stderr } = await startOnto(full, ["run", "q.yaml", "--json"]);
    closeSync(full);
    expect(code).toBe(1);
    expect(lines(stderr)).toMatchObject([{ type: "error", error: { code: "OUTPUT_FAILED" } }]);
    expect((await desk.run("runs", "list")).stdout).toContain("✓ completed");
  });

  test("a command that failed keeps its own code", async () => {
    desk.write("bad.yaml", PIPELINES.bad);
    const full = openSync("/dev/full", "w");
    const { code } = await startOnto(full, ["validate", "bad.yaml", "--json"]);
    closeSync(full);
    expect(code).toBe(2);
  });
});

describe("export --out", () => {
  const to = (out: string) => desk.run("export", "q.yaml", "--to", "yaml", "--out", out);
  beforeEach(() => {
    desk.write("q.yaml", PIPELINES.quick);
  });

  test("a folder that is not there, a folder, a file on the way", async () => {
    mkdirSync(join(desk.folder, "folder"));
    for (const out of ["none/x.yaml", "folder", "q.yaml/x.yaml"]) refused(await to(out), "FILE_UNREADABLE");
    expect(readdirSync(desk.folder).toSorted()).toEqual(["folder", "q.yaml"]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")("a read-only folder", async () => {
    mkdirSync(join(desk.folder, "kept"), { mode: 0o500 });
    refused(await to("kept/x.yaml"), "FILE_UNREADABLE");
  });

  test.skipIf(process.platform === "win32")("a pipe is written to and stays a pipe", async () => {
    const pipe = join(desk.folder, "pipe");
    execFileSync("sh", ["-c", 'mkfifo "$0"', pipe]);
    const reader = spawn("cat", [pipe]);
    let read = "";
    reader.stdout.on("data", (chunk: Buffer) => {
      read += chunk;
    });
    const closed = new Promise((done) => reader.once("close", done));
    expect(await to(pipe)).toEqual({ code: 0, stdout: "", stderr: "" });
    await closed;
    expect(read).toContain("name: quick");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test.skipIf(NO_DEVICES)("a device, and standard output by its name", async () => {
    expect((await to("/dev/null")).code).toBe(0);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
    refused(await to("/dev/full"), "OUTPUT_FAILED", 1);
    expect((await to("/dev/stdout")).stdout).toContain("name: quick");
  });
});

describe("no database", () => {
  const NEEDS_ONE = [
    ["runs", "list"],
    ["runs", "show", "r"],
    ["runs", "cancel", "r"],
    ["runs", "retry", "r"],
    ["runs", "resume", "r"],
    ["inbox"],
    ["decide", "r", "n", "approved"],
  ];

  test.each(NEEDS_ONE)("%s %s: NOT_FOUND where --db names none, and none is made", async (...args) => {
    const given = args.filter((arg) => arg !== undefined);
    refused(await desk.run(...given, "--db", "none/here.db"), "NOT_FOUND");
    refused(await desk.run(...given, "--db", "here.db"), "NOT_FOUND");
    expect(readdirSync(desk.folder)).toEqual([]);
  });

  test("the usual place: there are no runs, nobody waits, and nothing is made", async () => {
    expect(await desk.run("runs", "list")).toEqual({ code: 0, stdout: "No runs yet.\n", stderr: "" });
    expect(await desk.run("inbox")).toEqual({ code: 0, stdout: "Nobody is waiting for you.\n", stderr: "" });
    expect(await desk.run("inbox", "--json")).toEqual({ code: 0, stdout: "", stderr: "" });
    refused(await desk.run("runs", "show", "r"), "NOT_FOUND");
    expect(readdirSync(desk.folder)).toEqual([]);
  });
});

describe("what is no text", () => {
  const LATIN = Buffer.from(PIPELINES.quick.replace("hello", "h\u00e9llo"), "latin1");

  test("a pipeline, from a file and from standard input", async () => {
    writeFileSync(join(desk.folder, "latin.yaml"), LATIN);
    for (const command of ["validate", "run", "simulate"]) {
      refused(await desk.run(command, "latin.yaml"), "FILE_UNREADABLE");
    }
    const piped = spawn(process.execPath, [MAIN, "validate", "-"], { stdio: ["pipe", "ignore", "pipe"] });
    let stderr = "";
    piped.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    piped.stdin.end(LATIN);
    const code = await new Promise<number | null>((done) => piped.once("close", done));
    refused({ code, stdout: "", stderr }, "FILE_UNREADABLE");
    expect(stderr).toContain("<stdin>");
  });

  test("inputs", async () => {
    desk.write("q.yaml", PIPELINES.quick);
    writeFileSync(join(desk.folder, "in.json"), Buffer.from('{"who":"\u00e9"}', "latin1"));
    refused(await desk.run("simulate", "q.yaml", "--inputs", "in.json"), "FILE_UNREADABLE");
    desk.write("bom.json", '\ufeff{"who":"\u00e9"}');
    expect((await desk.run("simulate", "q.yaml", "--inputs", "bom.json")).stdout).toContain("hello \u00e9");
  });

  test("a folder in place of a file", async () => {
    desk.write("q.yaml", PIPELINES.quick);
    refused(await desk.run("run", "."), "FILE_UNREADABLE");
    refused(await desk.run("run", "q.yaml", "--inputs", "."), "FILE_UNREADABLE");
  });
});

describe("an invalid file", () => {
  const many = (count: number): string =>
    `layerloom: 1\nname: many\nnodes:\n${Array.from({ length: count }, (_, at) => `  n${at}: { uses: nope }\n`).join("")}edges: []\n`;

  test.each([
    ["run", "bad.yaml"],
    ["simulate", "bad.yaml"],
    ["simulate", "bad.yaml", "--input", "a=1"],
  ])("%s %s: first how many problems and where, then each", async (...args) => {
    desk.write("bad.yaml", PIPELINES.bad);
    const { code, stdout, stderr } = await desk.run(...args.filter((arg) => arg !== undefined));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^INVALID_PIPELINE: 2 problems in bad\.yaml\nbad\.yaml:4:\d+: UNKNOWN_ACTIVITY: /);
    expect(stderr).toMatch(/^bad\.yaml:6:\d+: UNKNOWN_NODE: /m);
  });

  test("export too, and on a database that is there; one problem is one", async () => {
    desk.write("q.yaml", PIPELINES.quick);
    await desk.run("run", "q.yaml");
    desk.write("cut.yaml", "nodes: [");
    desk.write("one.yaml", many(1));
    expect((await desk.run("export", "cut.yaml", "--to", "json")).stderr).toMatch(
      /^INVALID_PIPELINE: \d+ problems? in cut\.yaml\ncut\.yaml:1:\d+: /,
    );
    expect((await desk.run("run", "one.yaml")).stderr).toMatch(
      /^INVALID_PIPELINE: 1 problem in one\.yaml\none\.yaml:4:/,
    );
    const json = await desk.run("validate", "one.yaml", "--json");
    expect(lines(json.stderr)).toMatchObject([{ error: { message: "1 problem in one.yaml" } }]);
  });

  test("at most twenty; validate lists all, and the same hint three times", async () => {
    desk.write("many.yaml", many(30));
    const run = (await desk.run("run", "many.yaml")).stderr;
    expect(run).toMatch(/^INVALID_PIPELINE: 30 problems in many\.yaml\n/);
    expect(run.match(/^many\.yaml:\d+:\d+: UNKNOWN_ACTIVITY/gm)).toHaveLength(20);
    expect(run).toMatch(/\nand 10 more; `layerloom validate` lists them\n$/);
    const all = (await desk.run("validate", "many.yaml")).stderr;
    expect(all.match(/^many\.yaml:\d+:\d+: UNKNOWN_ACTIVITY/gm)).toHaveLength(30);
    expect(all.match(/^ {2}hint: /gm)).toHaveLength(3);
  });
});

describe("inputs", () => {
  beforeEach(() => {
    desk.write("q.yaml", PIPELINES.quick);
  });

  test.each(["{", "[1]", "null"])("%j is no object: INVALID_INPUT with a hint", async (text) => {
    desk.write("in.json", text);
    refused(await desk.run("run", "q.yaml", "--inputs", "in.json"), "INVALID_INPUT");
  });

  test("- is standard input, unless the pipeline is there", async () => {
    const { stdout } = await desk.start(["simulate", "q.yaml", "--inputs", "-"], '{"who":"pipe"}').ended;
    expect(stdout).toContain("hello pipe 1");
    refused(await desk.start(["run", "-", "--inputs", "-"], PIPELINES.quick).ended, "BAD_USAGE");
  });

  test.each(["__proto__", "constructor"])("%s is a name like any other", async (name) => {
    refused(await desk.run("run", "q.yaml", "--input", `${name}=1`), "UNKNOWN_INPUT");
    refused(await desk.run("simulate", "q.yaml", "--input", `${name}=1`), "UNKNOWN_INPUT");
  });

  test("a run that failed says what to look at", async () => {
    desk.write("f.yaml", PIPELINES.failing);
    for (const command of ["simulate", "run"]) {
      expect((await desk.run(command, "f.yaml")).stderr).toMatch(/^RUN_FAILED: .+\n {2}hint: .+\n$/);
    }
  });
});

describe("serve", () => {
  test("a workspace that is not there, or no folder", async () => {
    const file = desk.write("q.yaml", PIPELINES.quick);
    for (const workspace of ["/does/not/exist", file]) {
      refused(await desk.run("serve", "--workspace", workspace), "FILE_NOT_FOUND");
    }
    expect(readdirSync(desk.folder)).toEqual(["q.yaml"]);
  });

  test("a port in use leaves no database behind", async () => {
    const other = createServer();
    const port = await new Promise<number>((listening) => {
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        listening(typeof address === "object" && address ? address.port : 0);
      });
    });
    refused(await desk.run("serve", "--port", String(port)), "PORT_IN_USE");
    other.close();
    expect(readdirSync(desk.folder)).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("told to leave", () => {
  test.each([
    ["SIGHUP", 129],
    ["SIGTERM", 143],
  ] as const)("%s: exit %i, and how to go on", async (signal, exit) => {
    const place = mkdtempSync(join(desk.folder, "a place "));
    const db = join(place, "x.db");
    const args = ["run", desk.write("s.yaml", PIPELINES.slow), "--db", db];
    const run = desk.start([...args, "--json"]);
    await run.seen('"node":"long"');
    run.child.kill(signal);
    const { code, stderr } = await run.ended;
    expect(code).toBe(exit);
    const said = lines(stderr);
    expect(said).toMatchObject([{ type: "error", error: { message: expect.any(String), retryable: true } }]);
    expect(stderr).toContain("layerloom runs resume");
    expect(stderr).toContain(`--db '${db}'`);
    rmSync(place, { recursive: true });
  });
});
