/**
 * Owns the making of a backup: a whole, compacted, checked copy under its final name, or nothing. It takes as long as the
 * database is large, so it belongs on a thread of its own.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { checkDatabase } from "#store/sqlite/check.ts";
import { databaseError, guarded } from "#store/sqlite/faults.ts";
import { BUSY_TIMEOUT_MS } from "#store/sqlite/pragmas.ts";
import { backupPath, dropOldBackups } from "./backup-files.ts";

/** `empty`: nothing to keep. `no-room`: a copy would leave the database itself without room. */
export type BackupOutcome = "made" | "empty" | "no-room";

/** Throws DATABASE_DAMAGED when the copy, and so the database, is not as it was written. */
export function makeBackup(database: string, at: Date): BackupOutcome {
  const target = backupPath(database, at);
  const draft = `${target}.part`;
  const db = guarded(database, "open", () => {
    return new Database(database, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  });
  try {
    if (!guarded(database, "read", () => holdsAnything(db))) return "empty";
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const { bavail, bsize } = statfsSync(dirname(target));
    if (bavail * bsize < 2 * statSync(database).size) return "no-room";
    rmSync(draft, { force: true });
    closeSync(openSync(draft, "wx", 0o600));
    guarded(database, "read", () => db.prepare("VACUUM INTO ?").run(draft));
    refuseDamaged(draft, database);
    chmodSync(draft, 0o600);
    flush(draft);
    renameSync(draft, target);
    dropOldBackups(database);
    return "made";
  } finally {
    db.close();
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(draft + end, { force: true });
  }
}

function holdsAnything(db: Database.Database): boolean {
  return ["runs", "drafts", "memory"].some((table) => db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get());
}

function refuseDamaged(copy: string, database: string): void {
  const [first] = checkDatabase(copy).findings;
  if (first)
    throw databaseError("DATABASE_DAMAGED", `the database is damaged: ${database}: ${first.message}`);
}

function flush(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
