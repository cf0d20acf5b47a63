/** FORMAT.md §2, command by command, as a shell sees it: output, errors, exit codes. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Quote } from "#contract/quote.ts";
import { Desk, lines, PIPELINES } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const noStack = (text: string): void => expect(text).not.toMatch(/^\s+at .+:\d+/m);

test("a small pipeline runs without loading what threads need", async () => {
  const spy = `import { registerHooks } from "node:module";
registerHooks({ resolve(name, context, next) { console.error(name); return next(name, context); } });`;
  desk.write("spy.mjs", spy);
  desk.write("q.layerloom.yaml", PIPELINES.quick);
  const { NODE_OPTIONS } = process.env;
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(join(desk.folder, "spy.mjs"))}`;
  try {
    const { code, stderr } = await desk.run("run", "q.layerloom.yaml", "--db", desk.db);
    expect(code).toBe(0);
    expect(stderr).toContain("#engine/open.ts");
    expect(stderr).not.toMatch(/node:worker_threads|document-thread/);
  } finally {
    if (NODE_OPTIONS === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = NODE_OPTIONS;
  }
});

describe("usage", () => {
  test.each([
    [[], "Which command"],
    [["nope"], "unknown command"],
    [["run"], "missing required argument"],
    [["run", "x", "--nope"], "unknown option"],
    [["run", "x", "--provider", "other"], "Allowed choices"],
    [["serve", "--port", "99999"], "port"],
    [["simulate", "x", "--faults", "2"], "from 0 to 1"],
    [["export", "x"], "--to"],
    [["runs"], "Which command"],
    [["decide", "r", "n"], "missing required argument"],
  ] as const)("%j is BAD_USAGE, exit 2", async (args, words) => {
    const { code, stdout, stderr } = await desk.run(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^BAD_USAGE: .+\n {2}hint: .+\n$/);
    expect(stderr).toContain(words);
  });

  test("with --json an error is one object on standard error", async () => {
    const { code, stderr } = await desk.run("run", "--json", "--nope");
    expect(code).toBe(2);
    expect(lines(stderr)).toMatchObject([{ type: "error", error: { code: "BAD_USAGE" } }]);
  });

  test("help and version are no errors", async () => {
    expect(await desk.run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("simulate") });
    expect(await desk.run("--version")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("run", () => {
  test("plain: a line a change, how it ended, the output; exit 0", async () => {
    const { code, stdout, stderr } = await desk.run("run", desk.write("q.layerloom.yaml", PIPELINES.quick));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/✓ greet succeeded/);
    expect(stdout).toMatch(/✓ completed · run \w+ · /);
    expect(stdout.trimEnd().endsWith("hello world 1")).toBe(true);
    expect(existsSync(join(desk.folder, "layerloom.db"))).toBe(true);
  });

  test("--json: events in order without a gap, the result last", async () => {
    const { stdout } = await desk.run("run", desk.write("q.layerloom.yaml", PIPELINES.quick), "--json");
    const printed = lines(stdout);
    const events = printed.slice(0, -1);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: "event", event: "RunStarted" });
    expect(events.at(-1)).toMatchObject({ type: "event", event: "RunEnded" });
    expect(printed.at(-1)).toMatchObject({
      type: "result",
      run: { status: "completed", output: "hello world 1", nodes: { greet: { status: "succeeded" } } },
    });
  });

  test("inputs: JSON where it parses, text where the pipeline wants text, one over the other", async () => {
    const file = desk.write("q.layerloom.yaml", PIPELINES.quick);
    const inputs = desk.write("in.json", '{"who":"file","count":7}');
    const { stdout } = await desk.run("run", file, "--inputs", inputs, "--input", "who=5", "--json");
    expect(lines(stdout).at(-1)).toMatchObject({ run: { output: "hello 5 7" } });
    const inOne = await desk.run("simulate", file, "--input", "who=you", "count=2", "--json");
    expect(lines(inOne.stdout).at(-1)).toMatchObject({ run: { output: "hello you 2" } });
  });

  test.each([
    [["--input", "who"], "BAD_USAGE"],
    [["--input", "nobody=1"], "UNKNOWN_INPUT"],
    [["--input", "count=many"], "INVALID_INPUT"],
    [["--inputs", "none.json"], "FILE_NOT_FOUND"],
  ] as const)("inputs %j: %s, exit 2", async (args, errorCode) => {
    const { code, stderr } = await desk.run("run", desk.write("q.layerloom.yaml", PIPELINES.quick), ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`${errorCode}: `);
    noStack(stderr);
  });

  test("- reads standard input", async () => {
    const { ended } = desk.start(["run", "-", "--json"], PIPELINES.quick);
    expect(lines((await ended).stdout).at(-1)).toMatchObject({ run: { status: "completed" } });
  });

  test("a file that is not there, and one that is wrong: exit 2, no database left behind", async () => {
    const missing = await desk.run("run", "none.layerloom.yaml");
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("FILE_NOT_FOUND: ")]);
    desk.write("bad.layerloom.yaml", PIPELINES.bad);
    const bad = await desk.run("run", "bad.layerloom.yaml");
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/^bad\.layerloom\.yaml:4:\d+: UNKNOWN_ACTIVITY: /m);
    expect(bad.stderr).toMatch(/^bad\.layerloom\.yaml:6:\d+: UNKNOWN_NODE: /m);
    noStack(bad.stderr);
    expect(existsSync(join(desk.folder, "layerloom.db"))).toBe(false);
  });

  test("a failed run: exit 1, the reason on standard error", async () => {
    const { code, stderr, stdout } = await desk.run("run", desk.write("f.layerloom.yaml", PIPELINES.failing));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^RUN_FAILED: .*it broke/);
    expect(stdout).toMatch(/✕ failed/);
  });

  test("--no-wait leaves with 3; inbox, decide and resume do the rest", async () => {
    const file = desk.write("h.layerloom.yaml", PIPELINES.human);
    const first = await desk.run("run", file, "--no-wait", "--json", "--db", desk.db);
    expect(first.code).toBe(3);
    const result = lines(first.stdout).at(-1) as { run: { id: string; status: string } };
    expect(result.run.status).toBe("waiting");

    const inbox = await desk.run("inbox", "--json", "--db", desk.db);
    const openedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines(inbox.stdout)).toMatchObject([
      { type: "task", runId: result.run.id, node: "ask", openedAt },
    ]);
    expect((await desk.run("inbox", "--db", desk.db)).stdout).toContain(
      `layerloom decide ${result.run.id} ask`,
    );

    const wrong = await desk.run("decide", result.run.id, "ask", "perhaps", "--db", desk.db);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("UNKNOWN_OUTCOME: ")]);
    const noJson = await desk.run(
      "decide",
      result.run.id,
      "ask",
      "approved",
      "--value",
      "{",
      "--db",
      desk.db,
    );
    expect(noJson.code).toBe(2);
    const right = await desk.run(
      "decide",
      result.run.id,
      "ask",
      "approved",
      "--comment",
      "fine",
      "--db",
      desk.db,
    );
    expect([right.code, right.stderr]).toEqual([0, ""]);

    const resumed = await desk.run("runs", "resume", result.run.id, "--json", "--db", desk.db);
    expect(resumed.code).toBe(0);
    expect(lines(resumed.stdout).at(-1)).toMatchObject({ run: { status: "completed", output: "finished" } });
    expect((await desk.run("decide", result.run.id, "ask", "approved", "--db", desk.db)).code).toBe(2);
  });

  test("Ctrl+C cancels: exit 130, the result says so", async () => {
    const file = desk.write("s.layerloom.yaml", PIPELINES.slow);
    const run = desk.start(["run", file, "--json", "--db", desk.db]);
    await run.seen('"node":"long"');
    run.child.kill("SIGINT");
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    expect(lines(stdout).at(-1)).toMatchObject({ type: "result", run: { status: "cancelled" } });
  });

  test("SIGTERM leaves the run to be resumed", async () => {
    const run = desk.start(["run", desk.write("s.layerloom.yaml", PIPELINES.slow), "--db", desk.db]);
    await run.seen("long running");
    run.child.kill("SIGTERM");
    const { code, stderr } = await run.ended;
    expect(code).toBe(143);
    expect(stderr).toContain("layerloom runs resume");
    const list = await desk.run("runs", "list", "--json", "--db", desk.db);
    const startedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(lines(list.stdout)).toMatchObject([
      { type: "run", status: "running", pipeline: "slow", startedAt },
    ]);
  });

  test("a reader that goes away does not hurt the run", async () => {
    const file = desk.write("q.layerloom.yaml", PIPELINES.quick);
    const run = desk.start(["run", file, "--json", "--db", desk.db]);
    run.child.stdout?.destroy();
    const { code, stderr } = await run.ended;
    expect([code, stderr]).toEqual([0, ""]);
    const list = await desk.run("runs", "list", "--json", "--db", desk.db);
    expect(lines(list.stdout)).toMatchObject([{ status: "completed" }]);
  });
});

describe("without an engine", () => {
  test("simulate: virtual time from 1970, nothing on disk, the same result for the same seed", async () => {
    const file = desk.write("s.layerloom.yaml", PIPELINES.slow);
    const [one, two] = [
      await desk.run("simulate", file, "--json"),
      await desk.run("simulate", file, "--json"),
    ];
    expect(one.code).toBe(0);
    expect(one.stdout).toBe(two.stdout);
    const printed = lines(one.stdout);
    expect(printed[0]).toMatchObject({ at: "1970-01-01T00:00:00.000Z", event: "RunStarted" });
    expect(printed.at(-1)).toMatchObject({ run: { status: "completed", durationMs: 20_000 } });
    expect(existsSync(join(desk.folder, "layerloom.db"))).toBe(false);
    expect((await desk.run("simulate", file)).stdout).toContain("✓ succeeded");
  });

  test("validate: places, codes and hints; 2 when any file is wrong", async () => {
    desk.write("good.layerloom.yaml", PIPELINES.quick);
    desk.write("bad.layerloom.yaml", PIPELINES.bad);
    const { code, stdout, stderr } = await desk.run(
      "validate",
      "good.layerloom.yaml",
      "bad.layerloom.yaml",
      "gone.yaml",
    );
    expect(code).toBe(2);
    expect(stdout).toBe("good.layerloom.yaml: ok\n");
    expect(stderr).toMatch(/^bad\.layerloom\.yaml:4:\d+: UNKNOWN_ACTIVITY: .+\n {2}hint: /m);
    expect(stderr).toContain("FILE_NOT_FOUND: ");
    const json = await desk.run("validate", "good.layerloom.yaml", "bad.layerloom.yaml", "--json");
    expect(lines(json.stdout)).toMatchObject([
      { type: "validation", file: "good.layerloom.yaml", valid: true, problems: [] },
      { valid: false, problems: [{ place: { file: "bad.layerloom.yaml", line: 4 } }, {}] },
    ]);
    expect(lines(json.stderr)).toMatchObject([{ type: "error", error: { code: "INVALID_PIPELINE" } }]);
    expect((await desk.run("validate", "good.layerloom.yaml")).code).toBe(0);
  });

  test("export: each form, to standard output or a file; what is exported reads again", async () => {
    desk.write("q.layerloom.yaml", PIPELINES.quick);
    const json = await desk.run("export", "q.layerloom.yaml", "--to", "json");
    expect(JSON.parse(json.stdout)).toMatchObject({ layerloom: 1, name: "quick" });
    expect(
      (await desk.run("export", "q.layerloom.yaml", "--to", "yaml", "--out", "out.layerloom.yaml")).stdout,
    ).toBe("");
    expect(readFileSync(join(desk.folder, "out.layerloom.yaml"), "utf8")).toContain("name: quick");
    expect((await desk.run("validate", "out.layerloom.yaml")).code).toBe(0);
    desk.write("bad.layerloom.yaml", "nodes: [");
    expect((await desk.run("export", "bad.layerloom.yaml", "--to", "json")).code).toBe(2);
  });
});

describe("history", () => {
  test("list, show, retry, cancel", async () => {
    const file = desk.write("f.layerloom.yaml", PIPELINES.failing);
    const failed = lines((await desk.run("run", file, "--json", "--db", desk.db)).stdout).at(-1) as {
      run: { id: string };
    };
    const { id } = failed.run;
    expect((await desk.run("runs", "list", "--db", desk.db)).stdout).toMatch(new RegExp(`${id} +✕ failed`));
    const shown = await desk.run("runs", "show", id, "--events", "--json", "--db", desk.db);
    expect(lines(shown.stdout)[0]).toMatchObject({ event: "RunStarted" });
    expect(lines(shown.stdout).at(-1)).toMatchObject({ type: "result", run: { id, status: "failed" } });
    expect((await desk.run("runs", "show", id, "--db", desk.db)).stdout).toContain("it broke");
    const again = await desk.run("runs", "retry", id, "--json", "--db", desk.db);
    expect(again.code).toBe(1);
    expect(lines(again.stdout).at(-1)).not.toMatchObject({ run: { id } });
    const cancel = await desk.run("runs", "cancel", id, "--db", desk.db);
    expect([cancel.code, cancel.stderr]).toEqual([2, expect.stringContaining("RUN_ENDED: ")]);
    const nobody = await desk.run("runs", "show", "nobody", "--db", desk.db);
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("NOT_FOUND: ")]);
  });

  test("a file that is no database is refused and left alone", async () => {
    const db = desk.write("no.db", "this is not a database, however long it may be ".repeat(50));
    const { code, stderr } = await desk.run("runs", "list", "--db", db);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^DATABASE_\w+: /);
    noStack(stderr);
    expect(readFileSync(db, "utf8")).toContain("this is not a database");
  });
});

describe("quote", () => {
  test("tells what it would come to, and starts nothing", async () => {
    desk.write("q.layerloom.yaml", PIPELINES.quick);
    const plain = await desk.run("quote", "q.layerloom.yaml");
    expect([plain.code, plain.stderr]).toEqual([0, ""]);
    expect(plain.stdout).toMatch(/^node +runs +tries .*\n[\s\S]*\nAt worst {2}\$0\.00/);
    const { code, stdout } = await desk.run("quote", "q.layerloom.yaml", "--json");
    expect([code, lines(stdout)]).toMatchObject([0, [{ type: "quote", worst: { usd: 0 } }]]);
    expect(existsSync(desk.db)).toBe(false);
  });

  test("learns from earlier runs on the database", async () => {
    desk.write(
      "slow.layerloom.yaml",
      "layerloom: 1\nname: slow\nnodes: { a: { uses: code, with: { source: return 1 } } }\n",
    );
    const ask = async (): Promise<unknown> => {
      const { stdout } = await desk.run("quote", "slow.layerloom.yaml", "--db", desk.db, "--json");
      const [{ nodes }] = lines(stdout) as unknown as [Quote];
      return nodes[0]?.expected?.ms;
    };
    await desk.run("run", "slow.layerloom.yaml", "--db", desk.db);
    expect(await ask()).toEqual({ value: expect.any(Number), basis: "history" });
  });

  test("refuses what cannot run, exit 2", async () => {
    desk.write("bad.layerloom.yaml", "layerloom: 1\nname: bad\nnodes: { a: { uses: nonsense } }\n");
    desk.write("q.layerloom.yaml", PIPELINES.quick);
    const bad = await desk.run("quote", "bad.layerloom.yaml");
    expect([bad.code, bad.stdout]).toEqual([2, ""]);
    expect(bad.stderr).toMatch(/bad\.layerloom\.yaml:3:\d+: UNKNOWN_ACTIVITY: .+\n {2}hint: /);
    const input = await desk.run("quote", "q.layerloom.yaml", "--input", "stranger=1");
    expect([input.code, input.stderr]).toEqual([2, expect.stringContaining("UNKNOWN_INPUT")]);
    const gone = await desk.run("quote", "q.layerloom.yaml", "--db", "none.db");
    expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining("NOT_FOUND")]);
  });
});
