/**
 * Owns the rule that a database has one engine at a time, and how a second process finds the first.
 *
 * The lock is SQLite's own exclusive lock on `<db>.owner`, held as an open transaction: the operating system drops it
 * with the process, however that dies. Node has no file locks of its own. `<db>.endpoint.json` (readable by its user
 * alone) says who the owner is and where it listens; without the lock behind it, it means nothing. It stays when the
 * owner leaves, with nobody in it: so its room on the disk is there when the disk is full.
 * Must not open the database itself, nor ever open `<db>.owner` by other means: that would drop the lock.
 */
import {
  closeSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { LayerloomError } from "#contract/errors.ts";
import { refuseOldNode } from "./runtime-check.ts";
import { faultCode, toDatabaseError } from "./sqlite/faults.ts";

export type Endpoint = { readonly url: string; readonly token: string };

export type Ownership =
  | { readonly owned: true; publish(endpoint: Endpoint): void; release(): void }
  /** `endpoint` is undefined while the owner listens nowhere; `pid` while it is only just starting. */
  | { readonly owned: false; readonly endpoint: Endpoint | undefined; readonly pid: number | undefined };

/**
 * When two start at once each can block the other for a moment: a second, patient try lets exactly one win. Where the
 * owner is known it is short; it is there at all because the notice may be a dead owner's whose pid lives again.
 */
const SECOND_TRY_MS = { ownerKnown: 50, ownerUnknown: 500 } as const;

/** A connection that nobody refers to is closed by the garbage collector, and its lock is gone. */
const heldLocks = new Set<Database.Database>();

type Notice = { readonly pid: number; readonly endpoint: Endpoint | undefined };
const NOBODY = {};
/** Whatever a notice says fits. */
const NOTICE_BYTES = 1_024;

/** Throws DATABASE_UNREADABLE when the folder is not there or may not be written. */
export function takeOwnership(dbPath: string): Ownership {
  if (dbPath === ":memory:") return { owned: true, publish: () => {}, release: () => {} };
  refuseOldNode();
  const path = realPath(dbPath);
  const noticePath = `${path}.endpoint.json`;
  const patience = () => SECOND_TRY_MS[livingOwner(noticePath) ? "ownerKnown" : "ownerUnknown"];
  const lock = tryLock(path, 0) ?? tryLock(path, patience());
  if (!lock) return { owned: false, endpoint: undefined, pid: undefined, ...livingOwner(noticePath) };

  heldLocks.add(lock);
  let held = true;
  const post = (endpoint?: Endpoint) => {
    if (!held) throw new LayerloomError("INTERNAL", `the ownership of ${path} was given up`);
    writeNotice(noticePath, { pid: process.pid, endpoint });
  };
  const release = () => {
    if (!held) return;
    held = false;
    // While the lock is held: afterwards the notice might be the next owner's.
    try {
      writeNotice(noticePath, NOBODY);
    } catch {
      rmSync(noticePath, { force: true });
    }
    heldLocks.delete(lock);
    lock.close();
  };
  try {
    post();
  } catch (thrown) {
    release();
    throw toDatabaseError(thrown, path, "open");
  }
  return { owned: true, publish: post, release };
}

function tryLock(path: string, waitMs: number): Database.Database | undefined {
  const file = `${path}.owner`;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(file, { timeout: waitMs });
    // Nothing is ever written to this file, so it needs no journal beside it.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return lock;
  } catch (thrown) {
    lock?.close();
    if (faultCode(thrown)?.startsWith("SQLITE_BUSY")) return undefined;
    throw toDatabaseError(thrown, file, "open");
  }
}

/** What the notice says, unless it is a dead owner's. */
function livingOwner(noticePath: string): Notice | undefined {
  try {
    const notice = JSON.parse(readFileSync(noticePath, "utf8")) as Partial<Notice> | null;
    if (typeof notice?.pid !== "number" || !isAlive(notice.pid)) return undefined;
    const { url, token } = notice.endpoint ?? {};
    const known = typeof url === "string" && typeof token === "string";
    return { pid: notice.pid, endpoint: known ? { url, token } : undefined };
  } catch {
    // Not there, cut short, or another user's: then there is nothing to go by but the lock.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return faultCode(thrown) === "EPERM";
  }
}

/**
 * A reader sees the old notice or the new one, never half of one. On a full disk it is written over the old one, whose
 * room it takes (half of one is then read as none); where there is none either, nobody can attach.
 */
function writeNotice(noticePath: string, notice: Notice | typeof NOBODY): void {
  const text = JSON.stringify(notice).padEnd(NOTICE_BYTES);
  const draft = `${noticePath}.${process.pid}`;
  rmSync(draft, { force: true });
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    renameSync(draft, noticePath);
  } catch (thrown) {
    rmSync(draft, { force: true });
    if (toDatabaseError(thrown, noticePath, "write").code !== "DATABASE_FULL") throw thrown;
    writeOver(noticePath, text);
  }
}

function writeOver(path: string, text: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, "r+");
    writeSync(file, text, 0);
  } catch {
    // Not there, or its room was given away.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** One name a database, whatever symbolic links lead to it. */
function realPath(dbPath: string): string {
  const path = resolve(dbPath);
  try {
    return realpathSync(path);
  } catch {
    // Not there yet: at least its folder has one name.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch (thrown) {
    throw toDatabaseError(thrown, path, "open");
  }
}
