/**
 * A disk that is really full, under a run that is really under way: it waits, starts nothing, tells why, and goes on by
 * itself when there is room, as if nothing had happened.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { JournalEvent } from "#contract/events.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startCli, stderrOf } from "#test/cli/child.ts";
import { canMount, smallDisk } from "./small-disk.ts";
import { openWorld } from "./world.ts";

const PIPELINE = fileURLToPath(new URL("./disturbed.layerloom.yaml", import.meta.url));
const CALLS = 40 * 6;
/** What may be on its way to the world when the disk fills: no more than the graph has side by side. */
const SIDE_BY_SIDE = 2;

const folder = mkdtempSync(join(tmpdir(), "layerloom-full-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function journal(database: string): readonly JournalEvent[] {
  const store = openSqliteStore(database);
  try {
    return store.runs(1).flatMap(({ id }) => store.events(id, 0, 1_000_000));
  } finally {
    store.close();
  }
}

describe.runIf(canMount())("a full disk", () => {
  test("pauses the run; with room it goes on to its end, each call made once, the journal whole", {
    timeout: 120_000,
  }, async () => {
    const world = await openWorld();
    const disk = smallDisk(16);
    try {
      const database = join(disk.folder, "a.db");
      const child = startCli(
        ["run", PIPELINE, "--input", `base=${world.base}`, "--db", database, "--json"],
        folder,
      );
      world.onCall = (count) => {
        if (count === 60 || count === 150) disk.fill();
      };
      for (const filledAt of [60, 150]) {
        while (world.calls.length < filledAt) await sleep(10);
        await sleep(1_500);
        const made = world.calls.length;
        expect(made).toBeLessThanOrEqual(filledAt + SIDE_BY_SIDE);
        // Looking goes on beside it, and whoever wants to start something is told why not.
        const listed = await startCli(["runs", "list", "--db", database], folder).ended;
        expect(listed).toMatchObject({ code: 0, stderr: expect.stringContaining("You can look") });
        expect(listed.lines).toHaveLength(1);
        const refused = await startCli(["run", PIPELINE, "--input", "base=x", "--db", database], folder)
          .ended;
        expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DATABASE_FULL: /) });
        expect(world.calls).toHaveLength(made);
        disk.free();
        while (world.calls.length === made) await sleep(10);
      }
      const { code, lines, stderr: said } = await child.ended;
      expect(code).toBe(0);
      expect(
        said
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).type),
      ).toEqual(["held", "going-on", "held", "going-on"]);
      expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ run: { status: "completed" } });
      expect(world.calls).toHaveLength(CALLS);
      expect(new Set(world.calls).size).toBe(CALLS);
      const events = journal(database);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(lines).toHaveLength(events.length + 1);
      expect(events.filter(({ event }) => event === "AttemptLost")).toEqual([]);
    } finally {
      disk.remove();
      await world.close();
    }
  });

  test("Ctrl+C leaves with the reason, and the next start goes on from what was recorded", {
    timeout: 60_000,
  }, async () => {
    const world = await openWorld();
    const disk = smallDisk(16);
    try {
      const database = join(disk.folder, "a.db");
      const child = startCli(["run", PIPELINE, "--input", `base=${world.base}`, "--db", database], folder);
      const stderr = stderrOf(child);
      world.onCall = (count) => {
        if (count === 50) disk.fill();
      };
      await stderr.said("goes on by itself");
      child.process.kill("SIGINT");
      const { code, stderr: said } = await child.ended;
      expect(code).toBe(1);
      const hint =
        /DATABASE_FULL: .*\n {2}hint: Make room, then go on with: layerloom runs resume (\w+) --db/;
      expect(said).toMatch(hint);
      disk.free();
      const before = journal(database);
      expect(before.at(-1)?.event).not.toBe("RunEnded");
      const id = hint.exec(said)?.[1] ?? "";
      const resumed = await startCli(["runs", "resume", id, "--db", database, "--json"], folder).ended;
      expect(resumed).toMatchObject({ code: 0, stderr: "" });
      const after = journal(database);
      expect(after.slice(0, before.length)).toEqual(before);
      // Those that were on their way were cut off, and made again.
      expect(new Set(world.calls).size).toBe(CALLS);
      expect(world.calls.length).toBeLessThanOrEqual(CALLS + SIDE_BY_SIDE);
    } finally {
      disk.remove();
      await world.close();
    }
  });
});
