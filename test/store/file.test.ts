/** What only a database in a file can promise: that it is there tomorrow, and that a file of others is left alone. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "#contract/errors.ts";
import { refuseOldNode } from "#store/runtime-check.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { applyPragmas, expectedPragmas } from "#store/sqlite/pragmas.ts";
import { startChild } from "./child.ts";
import { runRow } from "./contract-suite.ts";
import { groupCommit, openedRun, wholeGroups } from "./groups.ts";
import { temporaryFolder } from "./temp-folder.ts";

const folder = temporaryFolder();

/** Throws what opening throws, after checking that it is fit to show. */
function refusal(path: string): ErrorCode {
  try {
    openSqliteStore(path).close();
  } catch (thrown) {
    expect(thrown).toMatchObject({
      hint: expect.stringMatching(/\.$/),
      message: expect.stringContaining(path),
    });
    return (thrown as { code: ErrorCode }).code;
  }
  throw new Error(`${path} was opened`);
}

function filled(name: string, groups = 20): string {
  const path = folder.path(name);
  const store = openSqliteStore(path);
  store.commit({ created: [openedRun] });
  for (let group = 1; group <= groups; group += 1) store.commit(groupCommit(group));
  store.putDraft({ key: "k", text: "draft", baseHash: null, savedAt: 1 });
  store.close();
  return path;
}

const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("a file keeps", () => {
  test("everything over a close and an open, and leaves one file behind", () => {
    const path = filled("a.db");
    expect(readdirSync(dirname(path))).toEqual(["a.db"]);
    const store = openSqliteStore(path);
    expect(wholeGroups(store)).toBe(20);
    expect(store.run(openedRun.id)).toEqual(openedRun);
    expect(store.drafts()).toHaveLength(1);
    store.commit(groupCommit(21));
    expect(wholeGroups(store)).toBe(21);
    store.close();
  });

  test("a text once, the newest two checkpoints, and no scan to find open runs", () => {
    const path = filled("a.db");
    const store = openSqliteStore(path);
    store.commit({ created: [runRow("r2"), runRow("r3", { text: "other" })] });
    store.close();
    const db = new Database(path, { readonly: true });
    const count = (sql: string) => db.prepare(sql).pluck().get();
    expect(count("SELECT count(*) FROM texts")).toBe(2);
    expect(db.prepare("SELECT seq FROM checkpoints ORDER BY seq").pluck().all()).toEqual([19 * 7, 20 * 7]);
    const plan = db.prepare("EXPLAIN QUERY PLAN SELECT * FROM runs r WHERE r.open = 1 ORDER BY r.key").all();
    expect(plan).toEqual([expect.objectContaining({ detail: expect.stringContaining("INDEX open_runs") })]);
    db.close();
  });

  test("its settings, all of which are read back", () => {
    const path = filled("a.db");
    const db = new Database(path);
    applyPragmas(db, path);
    for (const [name, value] of Object.entries(expectedPragmas(false))) {
      expect([name, db.pragma(name, { simple: true })]).toEqual([name, value]);
    }
    expect(Object.keys(expectedPragmas(false))).toHaveLength(7);
    db.close();
  });

  test("a setting that does not take is an error, not a surprise", () => {
    const db = new Database(folder.path("a.db"));
    db.exec("BEGIN");
    const pragma = db.pragma.bind(db);
    db.pragma = (source, options) => (source.startsWith("synchronous =") ? [] : pragma(source, options));
    db.exec("COMMIT");
    pragma("synchronous = OFF");
    expect(() => applyPragmas(db, "a.db")).toThrowError(
      expect.objectContaining({ message: "the database does not accept synchronous = 2 (it says 0): a.db" }),
    );
    db.close();
  });
});

describe("a file that is not ours stays as it is", () => {
  test.each(["DELETE", "WAL"])("another program's database (%s)", (mode) => {
    const path = folder.path("foreign.db");
    const db = new Database(path);
    db.pragma(`journal_mode = ${mode}`);
    db.exec("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')");
    // As a crash of that program leaves it, with what it wrote last still in its log.
    const copy = folder.path("copy.db");
    for (const end of ["", "-wal"]) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    db.close();
    const files = readdirSync(folder.path("."));
    const before = files.map((name) => digest(folder.path(name)));
    for (const name of [path, copy]) expect(refusal(name)).toBe("DATABASE_FOREIGN");
    expect(readdirSync(folder.path("."))).toEqual(files);
    expect(files.map((name) => digest(folder.path(name)))).toEqual(before);
  });

  test("a text file, a short one, and a folder", () => {
    const text = folder.path("notes.txt");
    writeFileSync(text, "Just some notes.\n".repeat(100));
    writeFileSync(folder.path("short.txt"), "x");
    mkdirSync(folder.path("folder"));
    for (const name of ["notes.txt", "short.txt", "folder"]) {
      expect(refusal(folder.path(name))).toBe("DATABASE_UNREADABLE");
    }
    expect(readFileSync(text, "utf8")).toBe("Just some notes.\n".repeat(100));
    expect(readdirSync(folder.path("."))).toEqual(["folder", "notes.txt", "short.txt"]);
  });

  test("an empty path, a folder that is not there, a path through a file", () => {
    writeFileSync(folder.path("file"), "");
    for (const path of ["", folder.path("no/such/a.db"), folder.path("file/a.db")]) {
      expect(refusal(path)).toBe("DATABASE_UNREADABLE");
    }
  });

  test("an empty file becomes a database", () => {
    const path = folder.path("empty.db");
    writeFileSync(path, "");
    openSqliteStore(path).close();
    openSqliteStore(path).close();
  });
});

describe("a database that cannot be used says why", () => {
  test("one that a newer program wrote", () => {
    const path = filled("a.db");
    const db = new Database(path);
    db.pragma("user_version = 999");
    db.close();
    const before = digest(path);
    expect(refusal(path)).toBe("DATABASE_NEWER");
    expect(digest(path)).toBe(before);
  });

  test("one that another connection holds, and one that this process has open already", () => {
    const path = filled("a.db");
    const db = new Database(path);
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x)");
    expect(refusal(path)).toBe("DATABASE_LOCKED");
    db.exec("ROLLBACK");
    db.close();
    const store = openSqliteStore(path);
    symlinkSync(path, folder.path("link.db"));
    expect(refusal(path)).toBe("DATABASE_LOCKED");
    expect(refusal(folder.path("link.db"))).toBe("DATABASE_LOCKED");
    expect(wholeGroups(store)).toBe(20);
    store.close();
  });

  test("a commit that another connection keeps out can be repeated", () => {
    const path = filled("a.db");
    const store = openSqliteStore(path);
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");
    const locked = { code: "DATABASE_LOCKED", retryable: true };
    expect(() => store.commit(groupCommit(21))).toThrowError(expect.objectContaining(locked));
    other.exec("ROLLBACK");
    other.close();
    store.commit(groupCommit(21));
    expect(wholeGroups(store)).toBe(21);
    store.close();
  });

  test("one that is damaged: cut short, without its tables, with pages overwritten", () => {
    const short = filled("short.db");
    truncateSync(short, 60);
    expect(refusal(short)).toBe("DATABASE_DAMAGED");

    const bare = filled("bare.db");
    const db = new Database(bare);
    db.exec("DROP TABLE events");
    db.close();
    expect(refusal(bare)).toBe("DATABASE_DAMAGED");

    // Opening does not read all of it (it must not, however long the history); using it does.
    const overwritten = filled("overwritten.db", 200);
    const bytes = readFileSync(overwritten);
    bytes.fill(0xa5, 4096);
    writeFileSync(overwritten, bytes);
    const store = openSqliteStore(overwritten);
    const damaged = expect.objectContaining({ code: "DATABASE_DAMAGED" });
    expect(() => store.events(openedRun.id, 0, 10)).toThrowError(damaged);
    expect(() => store.commit({ created: [runRow("r2")] })).toThrowError(damaged);
    store.close();
  });

  test("a row that is no JSON", () => {
    const path = filled("a.db");
    const db = new Database(path);
    db.exec("UPDATE events SET json = '{nonsense' WHERE seq = 3");
    db.close();
    const store = openSqliteStore(path);
    expect(store.events(openedRun.id, 3, 2).map(({ seq }) => seq)).toEqual([4, 5]);
    const damaged = expect.objectContaining({ code: "DATABASE_DAMAGED" });
    expect(() => store.events(openedRun.id, 0, 10)).toThrowError(damaged);
    store.close();
  });

  test.runIf(process.getuid)("a file, and a folder, that this user may not write", async () => {
    const path = filled("a.db");
    chmodSync(path, 0o444);
    chmodSync(dirname(path), 0o555);
    const attempt = async (...args: string[]) => {
      const child = startChild(new URL("./children/open-as-nobody.ts", import.meta.url), args);
      const line = await child.nextLine();
      return line ? JSON.parse(line) : (await child.ended).stderr;
    };
    const unreadable = { code: "DATABASE_UNREADABLE", hint: expect.stringContaining("write") };
    expect(await attempt(path)).toMatchObject(unreadable);
    expect(await attempt(folder.path("new.db"))).toMatchObject(unreadable);
    expect(await attempt(path, "owner")).toMatchObject(unreadable);
    chmodSync(path, 0o666);
    expect(await attempt(path)).toMatchObject(unreadable);
    chmodSync(path, 0o000);
    expect(await attempt(path)).toMatchObject(unreadable);
    chmodSync(dirname(path), 0o755);
  });

  test("a Node that would crash on the add-on is refused first", () => {
    refuseOldNode(10);
    expect(() => refuseOldNode(9)).toThrowError(expect.objectContaining({ code: "RUNTIME_TOO_OLD" }));
  });
});
