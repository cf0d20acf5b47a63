/**
 * Owns the translation of what SQLite and the file system throw into the project's database errors.
 * Must not know tables or statements.
 */
import { type ErrorCode, LayerloomError } from "#contract/errors.ts";

/** What was being done: a failed read and a failed write of the same kind need different advice. */
export type Doing = "open" | "read" | "write";

const HINTS = {
  DATABASE_UNREADABLE:
    "Check that the path is a file that this user may read and write, in a folder that it may write.",
  DATABASE_LOCKED: "Another program has the database open. Close it, or choose another one with --db FILE.",
  DATABASE_FOREIGN:
    "This file belongs to another program and was left as it was. Choose another one with --db FILE.",
  DATABASE_NEWER:
    "A newer Layerloom wrote this database. Install that version, or choose another one with --db FILE.",
  DATABASE_FULL:
    "Make room on the disk. Nothing of this step was written, and nothing written earlier is lost.",
  DATABASE_DAMAGED:
    "What can still be read is shown. `layerloom db backups` lists the backups, `layerloom db restore` goes back to one.",
} as const satisfies Partial<Record<ErrorCode, string>>;

export type DatabaseCode = keyof typeof HINTS;

export function databaseError(code: DatabaseCode, message: string, cause?: unknown): LayerloomError {
  const retryable = code === "DATABASE_LOCKED" || code === "DATABASE_FULL";
  return new LayerloomError(code, message, { hint: HINTS[code], retryable, cause });
}

/** The code of a SQLite result or of a Node system error (`SQLITE_FULL`, `EACCES`), or undefined. */
export function faultCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** Any thrown value as an error fit to show. Errors of our own pass unchanged. */
export function toDatabaseError(thrown: unknown, path: string, doing: Doing): LayerloomError {
  if (thrown instanceof LayerloomError) return thrown;
  const code = faultCode(thrown) ?? "";
  const detail = `${thrown instanceof Error ? thrown.message : String(thrown)}${code ? ` (${code})` : ""}`;
  const told = (kind: DatabaseCode, what: string) =>
    databaseError(kind, `${what}: ${path}: ${detail}`, thrown);

  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return told("DATABASE_LOCKED", "the database is locked");
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR_CORRUPTFS|IOERR_DATA)/.test(code))
    return told("DATABASE_DAMAGED", "the database is damaged");
  if (["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC", "EDQUOT"].includes(code))
    return told("DATABASE_FULL", "there is no room for the database");
  if (code.startsWith("SQLITE_IOERR") && doing !== "read")
    return told("DATABASE_FULL", "the database could not be written");
  if (/^SQLITE_(IOERR|CANTOPEN|READONLY|PERM|AUTH)/.test(code) || /^E[A-Z]+$/.test(code))
    return told("DATABASE_UNREADABLE", "the database cannot be used");
  // better-sqlite3 looks at the folder itself and has no code for it.
  if (doing === "open" && thrown instanceof TypeError && /directory does not exist/.test(thrown.message))
    return told("DATABASE_UNREADABLE", "the folder of the database does not exist");
  // A file of ours whose tables are not the ones its version promises.
  if (code === "SQLITE_ERROR" && doing === "open") return told("DATABASE_DAMAGED", "the database is damaged");
  return new LayerloomError("INTERNAL", `the database refused a statement: ${path}: ${detail}`, {
    cause: thrown,
  });
}

/** Runs `action`; whatever it throws leaves as a database error. */
export function guarded<T>(path: string, doing: Doing, action: () => T): T {
  try {
    return action();
  } catch (thrown) {
    throw toDatabaseError(thrown, path, doing);
  }
}
