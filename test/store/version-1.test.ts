/**
 * A database that the first version wrote (`fixtures/version-1.db`: a run that ended, one that waits for a person after a
 * loop, a draft): it is brought to today's tables wholly or not at all, and its runs go on.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDatabaseFile, openEngine } from "#engine/open.ts";
import { MIGRATIONS, migrate, schemaVersion } from "#store/sqlite/migrations.ts";
import { RECOVERY_SCHEMA } from "#store/sqlite/schema.ts";
import { ended } from "#test/runtime/engine.ts";
import { startChild } from "./child.ts";

const FIXTURE = fileURLToPath(new URL("./fixtures/version-1.db", import.meta.url));
const ENDED = "81f3758560c5";
const WAITING = "03eea753f0f0";
const STATEMENTS = RECOVERY_SCHEMA.split(/(?<=;)\n/).length;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-v1-"));
  path = join(folder, "a.db");
  copyFileSync(FIXTURE, path);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("its ended run shows as it did, its waiting run goes on, and new rows are chained to the old", async () => {
  const engine = openEngine({ database: path, workspace: folder, recover: "all" });
  const { api } = engine;
  const { run } = await api.getResult({ runId: ENDED });
  expect(run).toMatchObject({
    status: "completed",
    nodes: { flaky: { attempts: 2 }, ask: { outcome: "approved" } },
  });
  expect(await api.listDrafts()).toHaveLength(1);
  expect(await api.inbox()).toMatchObject([{ runId: WAITING, node: "ask", activation: 2 }]);
  await api.decide({ runId: WAITING, node: "ask", outcome: "approved", comment: "at last" });
  const { summary } = await ended(api, WAITING);
  expect(summary.status).toBe("completed");
  const events = await api.getEvents({ runId: WAITING });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect((await api.getResult({ runId: WAITING })).run.nodes).toMatchObject({
    after: { status: "succeeded" },
  });
  await engine.close();
  expect(checkDatabaseFile(path).findings).toEqual([]);
  const db = new Database(path, { readonly: true });
  const linked = db.prepare("SELECT min(seq) FROM events WHERE link IS NOT NULL").pluck().get();
  expect(linked).toBeGreaterThan(23);
  expect(schemaVersion(db)).toBe(MIGRATIONS.at(-1)?.version);
  db.close();
});

test("the copy that is kept of it is the old database, and can be gone back to", async () => {
  const engine = openEngine({ database: path, workspace: folder });
  expect(statSync(`${path}.v1.bak`).mode & 0o777).toBe(0o600);
  const db = new Database(`${path}.v1.bak`, { readonly: true });
  expect(schemaVersion(db)).toBe(1);
  db.close();
  await engine.api.restoreBackup({ name: "a.db.v1.bak" });
  expect((await engine.api.getRun({ runId: WAITING })).summary.status).toBe("paused");
  await engine.close();
});

test("left at version 2, between the two changes, it goes on from there", async () => {
  const db = new Database(path);
  migrate(db, path, MIGRATIONS.slice(0, 2));
  expect(schemaVersion(db)).toBe(2);
  db.close();
  const engine = openEngine({ database: path, workspace: folder });
  const runs = await engine.api.listRuns({});
  expect(runs.map(({ id, highestLevel }) => [id, highestLevel])).toEqual([
    [WAITING, undefined],
    [ENDED, undefined],
  ]);
  await engine.close();
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith(".bak"))
      .sort(),
  ).toEqual(["a.db.v1.bak", "a.db.v2.bak"]);
});

test("guesses that version 3 counted are those that rested on the last output", () => {
  const db = new Database(path);
  migrate(db, path, MIGRATIONS.slice(0, 3));
  db.exec("INSERT INTO guesses VALUES ('p', 'a', 'b', 2, 5)");
  migrate(db, path);
  expect(db.prepare("SELECT * FROM guesses").all()).toEqual([
    { pipeline: "p", source: "a", node: "b", basis: "last", confirmed: 2, refuted: 5 },
  ]);
  db.close();
});

test("killed after any statement of the change, it is wholly old, and wholly new after the next opening", {
  timeout: 60_000,
}, async () => {
  const child = new URL("./children/die-on-the-way-to-version-2.ts", import.meta.url);
  const tables = (): unknown => {
    const db = new Database(path, { readonly: true });
    const sql = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
    const rows = db.prepare("SELECT * FROM events ORDER BY run, seq").all();
    const version = schemaVersion(db);
    db.close();
    return { sql, rows, version };
  };
  const before = tables();
  expect(STATEMENTS).toBeGreaterThan(8);
  for (let done = 0; done <= STATEMENTS; done += 2) {
    expect(await startChild(child, [path, String(done)]).ended).toMatchObject({ signal: "SIGKILL" });
    expect(tables()).toEqual(before);
  }
  const engine = openEngine({ database: path, workspace: folder });
  expect((await engine.api.getRun({ runId: WAITING })).tasks).toHaveLength(1);
  await engine.close();
  expect(tables()).toMatchObject({ version: MIGRATIONS.at(-1)?.version });
  expect(readFileSync(FIXTURE).length).toBeLessThan(100_000);
});
