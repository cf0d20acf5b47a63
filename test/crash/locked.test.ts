/**
 * Another program has the database locked for longer than anybody waits (a backup tool, a database shell): the run waits,
 * tells why, and goes on by itself as soon as the lock is gone, as if nothing had happened.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startCli, stderrOf } from "#test/cli/child.ts";
import { startChild } from "#test/store/child.ts";
import { openWorld } from "./world.ts";

const PIPELINE = fileURLToPath(new URL("./disturbed.layerloom.yaml", import.meta.url));
const LOCK = new URL("./children/lock.ts", import.meta.url);
const CALLS = 40 * 6;

const folder = mkdtempSync(join(tmpdir(), "layerloom-locked-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(["IMMEDIATE", "EXCLUSIVE"])(
  "BEGIN %s elsewhere: the run waits, others are told why, and it goes on",
  { timeout: 120_000 },
  async (how) => {
    const world = await openWorld();
    const database = join(folder, `${how}.db`);
    const args = ["run", PIPELINE, "--input", `base=${world.base}`, "--db", database, "--json"];
    try {
      const child = startCli(args, folder);
      const stderr = stderrOf(child);
      while (world.calls.length < 60) await sleep(5);
      const lock = startChild(LOCK, [database, how]);
      expect(await lock.nextLine()).toBe("locked");
      await stderr.said('"type":"held"');
      const made = world.calls.length;

      // Looking goes on, and whoever wants something recorded is told why not.
      const shown = await startCli(["runs", "list", "--db", database, "--json"], folder).ended;
      expect(shown.code).toBe(0);
      expect(JSON.parse(shown.stderr)).toMatchObject({ type: "held", error: { code: "DATABASE_LOCKED" } });
      expect(JSON.parse(shown.lines[0] ?? "")).toMatchObject({
        pipeline: "disturbed",
        // As it is on disk: it may just have come to its person, or to its pause.
        status: expect.stringMatching(/^(running|waiting)$/),
      });
      const refused = await startCli(args, folder).ended;
      expect([refused.code, refused.lines]).toEqual([2, []]);
      expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: "DATABASE_LOCKED" } });
      expect(world.calls).toHaveLength(made);

      lock.process.kill("SIGTERM");
      expect((await lock.ended).code).toBe(0);
      const { code, lines, stderr: said } = await child.ended;
      expect(code).toBe(0);
      const notes = said
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(notes).toMatchObject([
        { type: "held", error: { code: "DATABASE_LOCKED" } },
        { type: "going-on" },
      ]);
      expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ run: { status: "completed" } });
      expect(made).toBeLessThan(CALLS);
      expect(world.calls).toHaveLength(CALLS);
      expect(new Set(world.calls).size).toBe(CALLS);
      const store = openSqliteStore(database);
      const [run, ...others] = store.runs(10);
      const events = store.events(run?.id ?? "", 0, 1_000_000);
      store.close();
      expect(others).toEqual([]);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(({ event }) => event === "AttemptLost")).toEqual([]);
    } finally {
      await world.close();
    }
  },
);
