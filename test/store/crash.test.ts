/** Real processes, real SIGKILL, real full disks: what was committed stays, what was not is not there in part. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import type { Store } from "#ports/store.ts";
import { APPLICATION_ID } from "#store/sqlite/file-check.ts";
import { MIGRATIONS, type Migration, migrate, schemaVersion } from "#store/sqlite/migrations.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { applyPragmas } from "#store/sqlite/pragmas.ts";
import { SqliteStore } from "#store/sqlite/sqlite-store.ts";
import { startChild } from "./child.ts";
import { GROUP, groupCommit, openedRun, wholeGroups } from "./groups.ts";
import { temporaryFolder } from "./temp-folder.ts";

const folder = temporaryFolder();
const commitForEver = new URL("./children/commit-for-ever.ts", import.meta.url);
const migrateAndDie = new URL("./children/migrate-and-die.ts", import.meta.url);

describe("killed in the middle of commits", () => {
  test.each([1, 2, 3, 10, 50, 200, 1500])(
    "after it said so %i times, all it said is there",
    async (times) => {
      const path = folder.path("a.db");
      const child = startChild(commitForEver, [path]);
      for (let line = 0; line < times; line += 1) await child.nextLine();
      child.process.kill("SIGKILL");
      expect(await child.ended).toEqual({ code: null, signal: "SIGKILL", stderr: "" });
      const store = openSqliteStore(path);
      const groups = wholeGroups(store);
      const said = Number(child.lines.at(-1)) / GROUP;
      expect(said).toBeGreaterThanOrEqual(times);
      // It may have died between the commit and saying so.
      expect([said, said + 1]).toContain(groups);
      store.commit(groupCommit(groups + 1));
      expect(wholeGroups(store)).toBe(groups + 1);
      store.close();
    },
  );

  test.each([
    ["its file is still empty", ""],
    ["it bears our mark", `PRAGMA application_id = ${APPLICATION_ID}`],
    ["its log is switched on", `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA journal_mode = WAL`],
  ])("while a new database is being made, when %s: the next one makes it", (_, sql) => {
    const path = folder.path("a.db");
    const db = new Database(path);
    db.exec(sql);
    db.close();
    const store = openSqliteStore(path);
    store.commit({ created: [openedRun] });
    expect(wholeGroups(store)).toBe(0);
    store.close();
  });
});

describe("a migration", () => {
  const second: Migration = {
    version: MIGRATIONS.length + 1,
    up: (db) => db.exec("ALTER TABLE runs ADD COLUMN priority REAL; DROP TABLE drafts"),
  };
  const filled = () => {
    const path = folder.path("a.db");
    const store = openSqliteStore(path);
    store.commit({ created: [openedRun] });
    store.commit(groupCommit(1));
    store.close();
    return path;
  };

  test("that is killed half-way never happened, and happens the next time", async () => {
    const path = filled();
    const child = startChild(migrateAndDie, [path]);
    expect(await child.ended).toMatchObject({ signal: "SIGKILL" });
    const store = openSqliteStore(path);
    expect(wholeGroups(store)).toBe(1);
    expect(store.drafts()).toEqual([]);
    store.close();

    const db = new Database(path);
    expect(schemaVersion(db)).toBe(MIGRATIONS.length);
    migrate(db, path, [...MIGRATIONS, second]);
    expect(schemaVersion(db)).toBe(second.version);
    expect(db.prepare("SELECT priority FROM runs").pluck().all()).toEqual([null]);
    db.close();
  });

  test("keeps a whole copy of what was there, and replaces one that was cut off", () => {
    const path = filled();
    const backup = `${path}.v${MIGRATIONS.length}.bak`;
    writeFileSync(backup, "half a copy");
    const db = new Database(path);
    migrate(db, path, [...MIGRATIONS, second]);
    migrate(db, path, [...MIGRATIONS, second]);
    db.close();
    const store = openSqliteStore(backup);
    expect(wholeGroups(store)).toBe(1);
    store.close();
  });

  test("that fails leaves the version before it", () => {
    const path = filled();
    const db = new Database(path);
    const bad: Migration = {
      version: second.version,
      up: (target) => target.exec("DROP TABLE drafts; nonsense"),
    };
    expect(() => migrate(db, path, [...MIGRATIONS, bad])).toThrow(/nonsense/);
    expect(schemaVersion(db)).toBe(MIGRATIONS.length);
    expect(db.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(0);
    db.close();
  });

  test("from nothing makes no copy", () => {
    expect(existsSync(`${filled()}.v0.bak`)).toBe(false);
  });
});

/** Commits groups from `from` on until the store has no room; says how many groups are in. */
function fill(store: Store, from: number): number {
  for (let group = from; ; group += 1) {
    try {
      store.commit(groupCommit(group));
    } catch (thrown) {
      const expected = { code: "DATABASE_FULL", retryable: true, hint: expect.stringContaining("room") };
      expect(thrown).toBeInstanceOf(LayerloomError);
      expect(thrown).toMatchObject(expected);
      return group - 1;
    }
  }
}

describe("a full disk", () => {
  test("SQLITE_FULL: nothing of the commit is there, and it goes on when there is room", () => {
    const path = folder.path("a.db");
    openSqliteStore(path).close();
    const db = new Database(path);
    applyPragmas(db, path);
    db.pragma("max_page_count = 60");
    const store = new SqliteStore(db, path, () => {});
    store.commit({ created: [openedRun] });
    const groups = fill(store, 1);
    expect(groups).toBeGreaterThan(5);
    expect(wholeGroups(store)).toBe(groups);
    expect(fill(store, groups + 1)).toBe(groups);
    db.pragma("max_page_count = 1000000");
    store.commit(groupCommit(groups + 1));
    store.close();
    const again = openSqliteStore(path);
    expect(wholeGroups(again)).toBe(groups + 1);
    again.close();
  });

  test.runIf(process.platform !== "win32")(
    "a write that fails: the error is one line, the rest is whole",
    async () => {
      const path = folder.path("a.db");
      // A limit on the size of a file makes write() fail as a broken disk does (EFBIG), for any user.
      const child = startChild(commitForEver, [path], `trap '' XFSZ; ulimit -f 1000; exec "$@"`);
      expect(await child.ended).toMatchObject({ code: 0, stderr: "" });
      expect(JSON.parse(child.lines.at(-1) ?? "")).toMatchObject({
        code: "DATABASE_FULL",
        hint: expect.stringContaining("room"),
      });
      const said = Number(child.lines.at(-2)) / GROUP;
      const store = openSqliteStore(path);
      expect(wholeGroups(store)).toBe(said);
      store.commit(groupCommit(said + 1));
      expect(wholeGroups(store)).toBe(said + 1);
      store.close();
    },
  );

  test.runIf(canMount())("a real one: it fills, it is told, it goes on after room is made", () => {
    const disk = folder.path("disk");
    mkdirSync(disk);
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
    try {
      const ballast = `${disk}/ballast`;
      writeFileSync(ballast, Buffer.alloc(1_000_000));
      const store = openSqliteStore(`${disk}/a.db`);
      store.commit({ created: [openedRun] });
      const groups = fill(store, 1);
      expect(groups).toBeGreaterThan(5);
      expect(wholeGroups(store)).toBe(groups);
      expect(() =>
        store.putDraft({ key: "k", text: "x".repeat(1_000_000), baseHash: null, savedAt: 1 }),
      ).toThrowError(expect.objectContaining({ code: "DATABASE_FULL" }));
      rmSync(ballast);
      store.commit(groupCommit(groups + 1));
      expect(wholeGroups(store)).toBe(groups + 1);
      store.close();
      const again = openSqliteStore(`${disk}/a.db`);
      expect(wholeGroups(again)).toBe(groups + 1);
      again.close();
    } finally {
      execFileSync("/bin/umount", [disk]);
    }
  });
});

/** Root can, where the container lets it; elsewhere the two tests above have to do. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const probe = folder.path("probe");
  mkdirSync(probe);
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("/bin/umount", [probe], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
