/** Real damage to a real file: it is recognised, opened for looking, and a backup of it can be put in its place. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LayerloomError } from "#contract/errors.ts";
import { checkDatabaseFile, type Engine } from "#engine/open.ts";
import { backupPath } from "#store/backups/backup-files.ts";
import { makeBackup } from "#store/backups/make-backup.ts";
import { type Bench, ended, engineBench, until } from "#test/runtime/engine.ts";

let bench: Bench;
let engines: Engine[] = [];
beforeEach(() => {
  bench = engineBench();
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  engines = [];
  bench.clean();
});

function open(options: Parameters<Bench["open"]>[0] = {}): Engine {
  const engine = bench.open({ firstBackupAfterMs: 3_600_000, ...options });
  engines.push(engine);
  return engine;
}

async function close(engine: Engine): Promise<void> {
  engines = engines.filter((other) => other !== engine);
  await engine.close();
}

const QUICK = `layerloom: 1
name: quick
nodes:
  big: { uses: simulate, with: { script: [{ output: "${"x".repeat(2_000)}" }] } }
  after: { uses: transform, with: { value: 1 } }
edges: [big -> after]
`;
const WAITING = `layerloom: 1
name: waiting
nodes:
  first: { uses: transform, with: { value: 1 } }
  ask: { uses: human, with: { title: Sure? } }
edges: [first -> ask]
`;

/** Ended runs and one that waits; the engine is closed again. */
async function filled(runs = 40): Promise<{ ended: string; waiting: string }> {
  const engine = open();
  let last = "";
  for (let run = 0; run < runs; run += 1) last = (await engine.api.startRun({ text: QUICK })).runId;
  const { runId: waiting } = await engine.api.startRun({ text: WAITING });
  await until(engine.api, waiting, ({ tasks }) => tasks.length === 1);
  await ended(engine.api, last);
  await close(engine);
  return { ended: last, waiting };
}

function change(sql: string): void {
  const db = new Database(bench.database);
  db.exec(sql);
  db.close();
}

function findings() {
  return checkDatabaseFile(bench.database).findings;
}

/** Overwrites whole pages, but for the first one and the roots of the tables. */
function flipBytes(): void {
  const db = new Database(bench.database, { readonly: true });
  const roots = new Set(db.prepare<[], number>("SELECT rootpage FROM sqlite_schema").pluck().all());
  db.close();
  const bytes = readFileSync(bench.database);
  for (let page = 2; page * 4096 <= bytes.length; page += 1)
    if (!roots.has(page)) bytes.fill(0xa5, (page - 1) * 4096, page * 4096);
  writeFileSync(bench.database, bytes);
}

describe("a check", () => {
  test("of a whole database finds nothing and counts what is there", async () => {
    await filled(3);
    expect(checkDatabaseFile(bench.database)).toMatchObject({ runs: 4, values: 1, findings: [] });
  });

  test.each([
    [
      "a changed row",
      "UPDATE events SET json = replace(json, 'big', 'bag') WHERE seq = 4",
      "journal",
      /is not as it was written, at row/,
    ],
    ["a lost row", "DELETE FROM events WHERE seq = 4", "journal", /at row/],
    [
      "a changed pipeline",
      "UPDATE texts SET text = text || ' '",
      "value",
      /^the pipeline text \w{64} is not/,
    ],
    ["a changed value", "UPDATE blobs SET json = '\"y\"'", "value", /^the value \w{64} is not/],
  ])("finds %s", async (_, sql, what, message) => {
    await filled(3);
    change(sql);
    expect(findings()[0]).toMatchObject({ what, message: expect.stringMatching(message) });
  });

  test("finds pages that were overwritten, and a file that was cut", async () => {
    await filled();
    const whole = readFileSync(bench.database);
    flipBytes();
    expect(findings()[0]?.what).toBe("page");
    writeFileSync(bench.database, whole.subarray(0, 5 * 4096));
    expect(findings()[0]?.what).toBe("page");
  });
});

describe("an engine on a damaged database", () => {
  test("with overwritten pages is for looking only: nothing can be started, and it says why", async () => {
    await filled();
    flipBytes();
    const damage: LayerloomError[] = [];
    const { api } = open({ recover: "all", onDamaged: (error) => damage.push(error) });
    await expect(api.startRun({ text: QUICK })).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
    expect(await api.databaseState()).toMatchObject({
      state: "read-only",
      error: { code: "DATABASE_DAMAGED", hint: expect.stringContaining("backup") },
    });
    expect(damage[0]).toMatchObject({ code: "DATABASE_DAMAGED" });
  });

  test("with a cut file shows what is left of the history", async () => {
    const { ended: runId } = await filled();
    truncateSync(bench.database, statSync(bench.database).size - 2 * 4096);
    const { api } = open({ recover: "all" });
    await expect(api.startRun({ text: QUICK })).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
    expect((await api.listRuns({})).some(({ id }) => id === runId)).toBe(true);
    expect((await api.databaseState()).state).toBe("read-only");
  });

  test("with a broken chain in a run that has to go on, and the run is shown as far as it is whole", async () => {
    const { waiting, ended: other } = await filled(3);
    change(
      `UPDATE events SET json = replace(json, 'ask', 'axe') WHERE run = (SELECT key FROM runs WHERE id = '${waiting}')`,
    );
    const { api } = open({ recover: "all" });
    expect(await api.databaseState()).toMatchObject({
      state: "read-only",
      error: { message: expect.stringContaining(`the run ${waiting} is not as it was written, at row`) },
    });
    await expect(api.resumeRun({ runId: waiting })).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
    expect((await api.getRun({ runId: other })).summary.status).toBe("completed");
    expect((await api.getRun({ runId: waiting })).summary.id).toBe(waiting);
    expect((await api.getEvents({ runId: waiting })).length).toBeGreaterThan(3);
  });

  test("that is damaged while it is open stops, and stays open for looking", async () => {
    const { waiting } = await filled(3);
    const damage: LayerloomError[] = [];
    const { api } = open({ recover: "all", onDamaged: (error) => damage.push(error) });
    // A second connection stands for the disk: the engine cannot know that it was SQL.
    change("UPDATE events SET json = '{nonsense' WHERE seq = 2");
    await expect(api.getEvents({ runId: waiting })).rejects.toMatchObject({ code: "DATABASE_DAMAGED" });
    expect((await api.databaseState()).state).toBe("read-only");
    expect(damage).toHaveLength(1);
    await expect(api.decide({ runId: waiting, node: "ask", outcome: "approved" })).rejects.toMatchObject({
      code: "DATABASE_DAMAGED",
    });
  });

  test("with the text of one run unreadable goes on with the others, and resuming that one says why", async () => {
    const { waiting } = await filled(1);
    const other = open();
    const { runId } = await other.api.startRun({ text: WAITING.replace("waiting", "other") });
    await until(other.api, runId, ({ tasks }) => tasks.length === 1);
    await close(other);
    change("UPDATE texts SET text = 'nonsense: [' WHERE text LIKE '%name: waiting%'");
    const { api } = open({ recover: "all" });
    expect((await api.inbox()).map((task) => task.runId)).toEqual([runId]);
    await expect(api.resumeRun({ runId: waiting })).rejects.toMatchObject({
      message: expect.stringContaining("can no longer be read"),
    });
    expect((await api.databaseState()).state).toBe("ok");
  });

  test("that was emptied while there are backups of it is not taken for a new one", async () => {
    await filled(2);
    makeBackup(bench.database, new Date());
    writeFileSync(bench.database, "");
    const { api } = open();
    expect((await api.databaseState()).state).toBe("read-only");
    expect(await api.listRuns({})).toEqual([]);
  });

  test.each([1, 2, 5, 20, 60])(
    "whose log was cut after %i kB has a whole past, or says that it is damaged",
    async (kilobytes) => {
      const engine = open();
      for (let run = 0; run < 30; run += 1) await engine.api.startRun({ text: QUICK });
      const { runId } = await engine.api.startRun({ text: WAITING });
      await until(engine.api, runId, ({ tasks }) => tasks.length === 1);
      // As a kill leaves them: the file and its log.
      const copy = join(bench.folder, "copy");
      mkdirSync(copy);
      for (const end of ["", "-wal"]) copyFileSync(bench.database + end, join(copy, `engine.db${end}`));
      await close(engine);
      for (const end of ["", "-wal", "-shm"]) rmSync(bench.database + end, { force: true });
      copyFileSync(join(copy, "engine.db"), bench.database);
      copyFileSync(join(copy, "engine.db-wal"), `${bench.database}-wal`);
      truncateSync(`${bench.database}-wal`, statSync(`${bench.database}-wal`).size - kilobytes * 1024);
      const again = open({ recover: "all" });
      const { state } = await again.api.databaseState();
      await close(again);
      if (state === "ok") expect(findings()).toEqual([]);
      else expect(state).toBe("read-only");
    },
  );
});

describe("restoring", () => {
  test("keeps the damaged files, goes on from the backup, and leaves open runs paused", async () => {
    const { waiting } = await filled();
    const { name } = backup();
    await close(open());
    const before = readFileSync(bench.database);
    flipBytes();
    const flipped = readFileSync(bench.database);
    const { api } = open({ recover: "all" });
    const states: unknown[] = [];
    api.watchEngine(({ database }) => states.push(database?.state));
    await api.getEvents({ runId: waiting }).catch(() => undefined);
    await api.listRuns({}).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states).toContain("read-only");
    expect((await api.databaseState()).backups.map((entry) => entry.name)).toEqual([name]);
    const { keptAs } = await api.restoreBackup({ name });
    expect(readFileSync(keptAs)).toEqual(flipped);
    expect(before).not.toEqual(flipped);
    expect((await api.databaseState()).state).toBe("ok");
    expect(await api.listRuns({ limit: 100 })).toHaveLength(41);
    expect((await api.getRun({ runId: waiting })).summary.status).toBe("paused");
    await api.resumeRun({ runId: waiting });
    await api.decide({ runId: waiting, node: "ask", outcome: "approved" });
    expect((await ended(api, waiting)).summary.status).toBe("completed");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states.at(-1)).toBeUndefined();
    expect(statSync(bench.database).mode & 0o777).toBe(0o600);
  });

  test("refuses a name that is none, and a backup that is damaged itself; nothing is moved", async () => {
    await filled(3);
    const { name, path } = backup();
    const db = new Database(path);
    db.exec("UPDATE events SET at = at + 1 WHERE seq = 1");
    db.close();
    const { api } = open();
    await expect(api.restoreBackup({ name: "../engine.db" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(api.restoreBackup({ name })).rejects.toMatchObject({
      code: "DATABASE_DAMAGED",
      message: expect.stringContaining("the backup"),
    });
    expect((await api.databaseState()).state).toBe("ok");
    expect(readdirSync(bench.folder).filter((file) => file.includes("damaged-"))).toEqual([]);
  });

  test("is refused while runs of a whole database are under way", async () => {
    const { waiting } = await filled(1);
    const { name } = backup();
    const { api } = open({ recover: "all" });
    await expect(api.restoreBackup({ name })).rejects.toMatchObject({ code: "CONFLICT" });
    await api.decide({ runId: waiting, node: "ask", outcome: "approved" });
    await ended(api, waiting);
    await api.restoreBackup({ name });
    expect((await api.getRun({ runId: waiting })).summary.status).toBe("paused");
  });

  test("that was cut off is ended by the next opening, with the log of the old file out of the way", async () => {
    await filled(3);
    const { path } = backup();
    copyFileSync(path, `${bench.database}.restoring`);
    writeFileSync(`${bench.database}.restoring.part`, "half of a second one");
    writeFileSync(`${bench.database}-wal`, "the log of the old file");
    const { api } = open();
    expect(await api.listRuns({})).toHaveLength(4);
    const kept = readdirSync(bench.folder).filter((file) => file.includes(".damaged-"));
    expect(kept.filter((file) => file.endsWith("-wal"))).toHaveLength(1);
    expect(kept.filter((file) => !/-(wal|shm)$/.test(file))).toHaveLength(1);
    expect(existsSync(`${bench.database}.restoring`)).toBe(false);
  });
});

function backup(): { name: string; path: string } {
  const at = new Date();
  expect(makeBackup(bench.database, at)).toBe("made");
  const path = backupPath(bench.database, at);
  expect(dirname(path)).toBe(join(bench.folder, "backups"));
  return { name: path.slice(dirname(path).length + 1), path };
}
