/**
 * A list of 100 calls, killed by a real SIGKILL in the middle, again and again. No item whose end was recorded calls
 * again, and the result is that of a run that nobody killed.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunResult } from "#contract/run.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startCli } from "#test/cli/child.ts";
import { openWorld, type World } from "./world.ts";

const ITEMS = 100;
const AT_ONCE = 10;
const folder = mkdtempSync(join(tmpdir(), "layerloom-list-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PIPELINE = join(folder, "list.layerloom.yaml");
writeFileSync(
  PIPELINE,
  `layerloom: 1
name: list
inputs: { base: { type: string, required: true } }
nodes:
  call:
    uses: http
    forEach: [${Array.from({ length: ITEMS }, (_, item) => item).join(", ")}]
    maxConcurrent: ${AT_ONCE}
    with: { url: "\${{ inputs.base }}/\${{ item }}" }
output: "\${{ nodes.call.output.map(answer, answer.body.seen) }}"
`,
);

/** The run, and the items whose end it has on disk. */
function recorded(database: string): { readonly runId: string; readonly done: ReadonlySet<number> } {
  const store = openSqliteStore(database);
  try {
    const runId = store.runs(1)[0]?.id ?? "";
    const ends = store.events(runId, 0, 100_000).filter((event) => event.event === "ChildEnded");
    expect(new Set(ends.map(({ item }) => item)).size).toBe(ends.length);
    return { runId, done: new Set(ends.map(({ item }) => item)) };
  } finally {
    store.close();
  }
}

async function live(world: World, database: string, killAt: readonly number[]): Promise<unknown> {
  let args = ["run", PIPELINE, "--input", `base=${world.base}`];
  for (const target of [...killAt, Number.POSITIVE_INFINITY]) {
    const child = startCli([...args, "--db", database, "--json"], folder);
    world.onCall = (count) => {
      if (count >= target) child.process.kill("SIGKILL");
    };
    const { signal, lines, stderr } = await child.ended;
    if (signal !== "SIGKILL") {
      expect(stderr).toBe("");
      return (JSON.parse(lines.at(-1) ?? "null") as RunResult).run.output;
    }
    const { runId, done } = recorded(database);
    for (const item of done) expect(world.calls).toContain(`/${item}`);
    const before = world.calls.length;
    args = ["runs", "resume", runId];
    checks.push(() => {
      const again = world.calls.slice(before).filter((call) => done.has(Number(call.slice(1))));
      expect(again).toEqual([]);
    });
  }
  throw new Error("it was killed once more than it was to be");
}

const checks: (() => void)[] = [];

test("a list goes on where it was, whatever was under way", { timeout: 120_000 }, async () => {
  const world = await openWorld();
  try {
    const whole = await live(world, join(folder, "whole.db"), []);
    expect(world.calls).toHaveLength(ITEMS);
    world.calls.length = 0;
    const killed = await live(world, join(folder, "killed.db"), [1, 12, 40, 75, 100]);
    expect(killed).toEqual(whole);
    expect(checks.length).toBe(5);
    for (const check of checks) check();
    expect(new Set(world.calls).size).toBe(ITEMS);
    expect(world.calls.length).toBeLessThanOrEqual(ITEMS + 5 * AT_ONCE);
  } finally {
    await world.close();
  }
});
