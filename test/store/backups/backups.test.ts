/** Daily copies of the database: made on a thread of their own, whole or not at all, the newest seven kept. */
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkDatabaseFile, type Engine } from "#engine/open.ts";
import { backupPath, listBackups } from "#store/backups/backup-files.ts";
import { makeBackup } from "#store/backups/make-backup.ts";
import { type Bench, ended, engineBench } from "#test/runtime/engine.ts";

const DAY = 24 * 60 * 60 * 1_000;
const TEXT = "layerloom: 1\nname: one\nnodes: { a: { uses: transform, with: { value: 1 } } }\nedges: []\n";

let bench: Bench;
let engine: Engine | undefined;
beforeEach(() => {
  bench = engineBench();
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  bench.clean();
});

const folder = () => join(bench.folder, "backups");
const names = () => (existsSync(folder()) ? readdirSync(folder()).sort() : []);

async function runOnce(): Promise<void> {
  const open = bench.open();
  const { runId } = await open.api.startRun({ text: TEXT });
  await ended(open.api, runId);
  await open.close();
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it never came about");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("an engine makes one in a quiet moment when the newest is a day old, and not sooner", async () => {
  await runOnce();
  const today = backupPath(bench.database, new Date());
  engine = bench.open({ firstBackupAfterMs: 0 });
  await eventually(() => existsSync(today));
  await engine.close();
  expect(names()).toEqual([`engine-${new Date().toISOString().slice(0, 10)}.db`]);
  expect([statSync(today).mode & 0o777, statSync(folder()).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(checkDatabaseFile(today)).toMatchObject({ runs: 1, findings: [] });

  const { mtimeMs } = statSync(today);
  engine = bench.open({ firstBackupAfterMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(statSync(today).mtimeMs).toBe(mtimeMs);
  await engine.close();
  utimesSync(today, new Date(), new Date(Date.now() - DAY - 1));
  engine = bench.open({ firstBackupAfterMs: 0 });
  await eventually(() => statSync(today).mtimeMs > mtimeMs);
});

test("a database with nothing in it is not copied", async () => {
  engine = bench.open({ firstBackupAfterMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(names()).toEqual([]);
});

test("the newest seven are kept, of this database and no other", async () => {
  await runOnce();
  mkdirSync(folder());
  for (const other of ["other-2020-01-01.db", "engine-notes.db", "engine-2-2020-01-01.db"])
    writeFileSync(join(folder(), other), "");
  for (let day = 1; day <= 9; day += 1) makeBackup(bench.database, new Date(Date.UTC(2026, 0, day)));
  expect(names()).toEqual([
    "engine-2-2020-01-01.db",
    ...[3, 4, 5, 6, 7, 8, 9].map((day) => `engine-2026-01-0${day}.db`),
    "engine-notes.db",
    "other-2020-01-01.db",
  ]);
  expect(listBackups(bench.database)).toHaveLength(7);
});

test("what was kept before a change of the tables is a backup too", async () => {
  await runOnce();
  writeFileSync(`${bench.database}.v1.bak`, "");
  expect(listBackups(bench.database).map(({ name }) => name)).toEqual(["engine.db.v1.bak"]);
});

test("one that was cut off leaves nothing that counts, and is replaced", async () => {
  await runOnce();
  const at = new Date();
  mkdirSync(folder());
  writeFileSync(`${backupPath(bench.database, at)}.part`, "half a copy");
  expect(listBackups(bench.database)).toEqual([]);
  expect(makeBackup(bench.database, at)).toBe("made");
  expect(names()).toHaveLength(1);
});

test("a copy that is damaged takes no place, and the engine is told", async () => {
  await runOnce();
  const db = new Database(bench.database);
  db.exec("UPDATE events SET at = at + 1 WHERE seq = 2");
  db.close();
  engine = bench.open({ firstBackupAfterMs: 0, onDamaged: () => undefined });
  const { api } = engine;
  await eventually(async () => (await api.databaseState()).state === "read-only");
  expect(names()).toEqual([]);
});
