/**
 * A list of calls that failed in the middle is tried again, and killed by a real SIGKILL amid the second attempt. No item
 * that was done in either attempt calls again, and in the end all of them are there.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { RunResult } from "#contract/run.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startCli } from "#test/cli/child.ts";
import { openWorld } from "./world.ts";

const ITEMS = 40;
const AT_ONCE = 4;
const BAD = 20;
const folder = mkdtempSync(join(tmpdir(), "layerloom-retry-"));
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
const database = join(folder, "list.db");

/** The newest run, and the items that it has on disk as done. */
function recorded(): { readonly runId: string; readonly done: ReadonlySet<number>; readonly taken: number } {
  const store = openSqliteStore(database);
  try {
    const runId = store.runs(1)[0]?.id ?? "";
    const events = store.events(runId, 0, 100_000);
    const ends = events.flatMap((event) =>
      event.event === "ChildTakenOver" || (event.event === "ChildEnded" && event.status === "completed")
        ? [event.item]
        : [],
    );
    expect(new Set(ends).size).toBe(ends.length);
    const taken = events.filter(({ event }) => event === "ChildTakenOver").length;
    return { runId, done: new Set(ends), taken };
  } finally {
    store.close();
  }
}

test("what either attempt had done is never done again", { timeout: 120_000 }, async () => {
  const world = await openWorld();
  try {
    world.status = (path) => (path === `/${BAD}` ? 400 : 200);
    const run = (...args: string[]) => startCli([...args, "--db", database, "--json"], folder);
    const first = run("run", PIPELINE, "--input", `base=${world.base}`);
    expect((await first.ended).code).toBe(1);
    const failed = recorded();
    expect(failed.done.size).toBeGreaterThanOrEqual(BAD - AT_ONCE);

    world.status = () => 200;
    let before = world.calls.length;
    const second = run("runs", "retry", failed.runId);
    world.onCall = (count) => {
      if (count >= before + 8) second.process.kill("SIGKILL");
    };
    expect((await second.ended).signal).toBe("SIGKILL");
    const cutOff = recorded();
    expect(cutOff.runId).not.toBe(failed.runId);
    expect(cutOff.taken).toBe(failed.done.size);
    const repeated = (done: ReadonlySet<number>): readonly string[] =>
      world.calls.slice(before).filter((call) => done.has(Number(call.slice(1))));
    expect(repeated(failed.done)).toEqual([]);

    world.onCall = () => {};
    before = world.calls.length;
    const { code, lines } = await run("runs", "resume", cutOff.runId).ended;
    expect(code).toBe(0);
    expect(repeated(cutOff.done)).toEqual([]);
    const { output, nodes } = (JSON.parse(lines.at(-1) ?? "null") as RunResult).run;
    expect(output).toEqual(Array.from({ length: ITEMS }, (_, item) => `/${item}`));
    expect(nodes.call?.items).toMatchObject({
      total: ITEMS,
      done: ITEMS,
      failed: 0,
      taken: failed.done.size,
    });
  } finally {
    await world.close();
  }
});
