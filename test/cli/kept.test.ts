/** `cache` and `memory`: what runs keep for each other, alone with the database and through the engine that has it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk, lines, PIPELINES } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const KEEPING = `layerloom: 1
name: keeping
nodes:
  look: { uses: simulate, cache: { ttl: 1h }, remember: seen, with: { script: [{ output: { n: 1 }, usd: 0.25 }] } }
  note: { uses: memory.append, with: { name: log, value: "\${{ run.id }}" } }
edges:
  - look -> note
`;

const json = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await desk.run(...args, "--json", "--db", desk.db);
  expect([code, stderr]).toEqual([0, ""]);
  return lines(stdout);
};
const keep = () => json("run", desk.write("k.layerloom.yaml", KEEPING));

test("stored results are listed and cleared, and then made anew", async () => {
  await keep();
  const [stored] = await json("cache", "list");
  expect(stored).toMatchObject({
    type: "stored",
    pipeline: "keeping",
    node: "look",
    scope: "pipeline",
    saved: { usd: 0.25 },
  });
  const plain = await desk.run("run", "k.layerloom.yaml", "--db", desk.db);
  expect(plain.stdout).toMatch(/⚡︎ look cached · from .+ ago, saves \$0\.25\n/);
  expect((await desk.run("cache", "list", "--db", desk.db)).stdout).toMatch(
    / old .+ more .+ keeping \/ look\n/,
  );
  expect(await json("cache", "clear", "--node", "note")).toEqual([{ type: "cleared", removed: 0 }]);
  const cleared = await desk.run(
    "cache",
    "clear",
    "--pipeline",
    "keeping",
    "--node",
    "look",
    "--db",
    desk.db,
  );
  expect(cleared.stdout).toBe("1 stored result is forgotten.\n");
  expect((await keep()).at(-1)).toMatchObject({ run: { nodes: { look: { status: "succeeded" } } } });
});

test("memory is listed with its age, and shown with its history", async () => {
  await keep();
  await keep();
  const result = (await keep()).at(-1) as { run: { id: string } };
  const last = result.run.id;
  expect(await json("memory", "list")).toMatchObject([
    { type: "memory", name: "log", version: 3 },
    { type: "memory", name: "seen", version: 1 },
  ]);
  const [log, ...history] = await json("memory", "show", "log", "--history", "--limit", "2");
  expect(log).toMatchObject({ version: 3, value: [expect.any(String), expect.any(String), last] });
  expect(history.map(({ version, op, runId }) => [version, op, runId])).toEqual([
    [3, "append", last],
    [2, "append", expect.any(String)],
  ]);
  const shown = await desk.run("memory", "show", "seen", "--history", "--db", desk.db);
  expect(shown.stdout).toMatch(/^\{\n {2}"n": 1\n\}\n#1 .+ put .+ \{"n":1\}\n$/);
  expect((await desk.run("memory", "list", "--db", desk.db)).stdout).toMatch(
    /^log .+ old .+ version 3\nseen /,
  );
});

test("both work through the engine that has the database", async () => {
  await keep();
  const human = desk.start([
    "run",
    desk.write("h.layerloom.yaml", PIPELINES.human),
    "--json",
    "--db",
    desk.db,
  ]);
  await human.seen("HumanTaskOpened");
  expect(await json("memory", "list")).toHaveLength(2);
  expect(await json("cache", "clear")).toEqual([{ type: "cleared", removed: 1 }]);
  expect(await json("cache", "list")).toEqual([]);
  human.child.kill("SIGTERM");
  await human.ended;
});

test("nothing there is no failure, and a name that is not there is one with a way on", async () => {
  for (const [args, said] of [
    [["cache", "list"], "No stored results.\n"],
    [["cache", "clear"], "0 stored results are forgotten.\n"],
    [["memory", "list"], "Nothing is remembered.\n"],
  ] as const) {
    expect(await desk.run(...args)).toMatchObject({ code: 0, stdout: said, stderr: "" });
  }
  await json("run", desk.write("q.layerloom.yaml", PIPELINES.quick));
  const missing = await desk.run("memory", "show", "nobody", "--db", desk.db);
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  expect(missing.stderr).toMatch(/^NOT_FOUND: nothing is remembered under "nobody"\n {2}hint: .+memory list/);
  for (const wrong of [["cache"], ["cache", "list", "--limit", "0"], ["memory", "show"]] as const) {
    const { code, stderr } = await desk.run(...wrong);
    expect([code, stderr.split(":")[0]]).toEqual([2, "BAD_USAGE"]);
  }
});
