/**
 * Owns the settings of a connection. SQLite ignores a PRAGMA that it does not know or cannot honour without a word,
 * so each one is read back. Must not know tables.
 */
import type { Database } from "better-sqlite3";
import { databaseError } from "./faults.ts";

export const BUSY_TIMEOUT_MS = 5000;

/** Whoever had to be waited for in vain is not waited for so long again, until it has let go: the engine has to answer meanwhile. */
export const SHORT_BUSY_TIMEOUT_MS = 50;

/** name → [what to set, what must come back]. The order matters: the journal mode comes first. */
const SETTINGS = {
  journal_mode: ["WAL", "wal"],
  synchronous: ["FULL", 2],
  foreign_keys: ["ON", 1],
  busy_timeout: [BUSY_TIMEOUT_MS, BUSY_TIMEOUT_MS],
  trusted_schema: ["OFF", 0],
  cell_size_check: ["ON", 1],
  mmap_size: [0, 0],
} as const;

export function applyPragmas(db: Database, path: string): void {
  for (const [name, [value]] of Object.entries(SETTINGS)) db.pragma(`${name} = ${value}`);
  for (const [name, expected] of Object.entries(expectedPragmas(db.memory))) {
    const found: unknown = db.pragma(name, { simple: true });
    if (found === expected) continue;
    // SQLite says nothing at all for mmap_size where it was built without mmap, and always for :memory:.
    if (name === "mmap_size" && found === undefined) continue;
    throw databaseError(
      "DATABASE_UNREADABLE",
      `the database does not accept ${name} = ${expected} (it says ${String(found)}): ${path}`,
    );
  }
}

/** What reading each PRAGMA back must give. A database in memory has no write-ahead log. */
export function expectedPragmas(inMemory: boolean): Readonly<Record<string, string | number>> {
  const expected = Object.entries(SETTINGS).map(([name, [, back]]) => [name, back] as const);
  return { ...Object.fromEntries(expected), journal_mode: inMemory ? "memory" : "wal" };
}
