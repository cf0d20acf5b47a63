/**
 * Owns the stores that can only be looked at: of a damaged file, and of a whole one on a full disk. Whatever would write
 * throws why not.
 */
import Database from "better-sqlite3";
import type { LayerloomError } from "#contract/errors.ts";
import type { Store } from "#ports/store.ts";
import { guarded } from "./faults.ts";
import { inspectFile } from "./file-check.ts";
import { isNewest, refuseNewer } from "./migrations.ts";
import { BUSY_TIMEOUT_MS } from "./pragmas.ts";
import { SqliteStore } from "./sqlite-store.ts";

/**
 * A damaged database, for looking only: what can still be read is, lists that cannot are empty, and all else says why.
 * `error` is what opening it threw.
 */
export function openDamaged(path: string, error: LayerloomError): Store {
  const inner = openForReading(path);
  return forLooking(inner ?? ({ close: () => {} } as Store), error, (key, read) => {
    try {
      const value = read();
      if (inner) return value;
    } catch {
      // Told below, in the words of the first error.
    }
    if (LISTS.has(key)) return [];
    throw error;
  });
}

/**
 * A whole database on a full disk, for looking only: nothing is written, not even what SQLite itself wants beside an open
 * file. `error` is what opening it threw, and is thrown again where there is nothing to look at.
 */
export function openFull(path: string, error: LayerloomError): Store {
  if (inspectFile(path) !== "ours") throw error;
  return guarded(path, "open", () => {
    const db = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    try {
      // Alone with the file it keeps the index of its log in memory.
      db.pragma("locking_mode = EXCLUSIVE");
      refuseNewer(db, path);
      if (!isNewest(db)) throw error;
      return forLooking(new SqliteStore(db, path, () => {}), error, (_key, read) => read());
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  });
}

function forLooking(
  store: Store,
  error: LayerloomError,
  look: (key: string | symbol, read: () => unknown) => unknown,
): Store {
  return new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      return (...args: readonly unknown[]) => {
        if (WRITES.has(key)) throw error;
        if (key === "close") return target.close();
        return look(key, () => (typeof member === "function" ? member.apply(target, args) : undefined));
      };
    },
  });
}

const WRITES: ReadonlySet<string | symbol> = new Set([
  "commit",
  "putDraft",
  "dropDraft",
  "clearResults",
  "forgetGuesses",
]);
const LISTS: ReadonlySet<string | symbol> = new Set([
  "runs",
  "openRuns",
  "results",
  "memoryNames",
  "breakers",
  "drafts",
]);

function openForReading(path: string): Store | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    // Otherwise SQLite reads nothing at all of a file that was cut short.
    db.unsafeMode();
    db.pragma("writable_schema = ON");
    return new SqliteStore(db, path, () => {});
  } catch {
    db?.close();
    return undefined;
  }
}
