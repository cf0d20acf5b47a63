/**
 * Owns the way from a path to a store that may be trusted: the file is ours, the connection is set as promised, the
 * tables are the newest. Must not know what is stored.
 */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import Database from "better-sqlite3";
import type { LayerloomError } from "#contract/errors.ts";
import type { Store } from "#ports/store.ts";
import { listBackups } from "#store/backups/backup-files.ts";
import { refuseOldNode } from "#store/runtime-check.ts";
import { databaseError, guarded } from "./faults.ts";
import { APPLICATION_ID, type FileIdentity, identify, inspectFile, statIfThere } from "./file-check.ts";
import { migrate, refuseNewer } from "./migrations.ts";
import { applyPragmas, BUSY_TIMEOUT_MS } from "./pragmas.ts";
import { SqliteStore } from "./sqlite-store.ts";

const IN_MEMORY = ":memory:";

/** Files that this process has open: a second look at one would drop the locks of the first (see `inspectFile`). */
const openFiles = new Set<FileIdentity>();

/**
 * `path` or ":memory:". `onDamage` is told when it turns out to be damaged while it is used. Throws DATABASE_UNREADABLE, _FOREIGN, _NEWER, _LOCKED, _DAMAGED or _FULL.
 */
export function openSqliteStore(path: string, onDamage?: (error: LayerloomError) => void): Store {
  refuseOldNode();
  if (path === IN_MEMORY) return prepare(new Database(IN_MEMORY), IN_MEMORY, () => {});
  if (path.trim() === "") throw databaseError("DATABASE_UNREADABLE", "the path of the database is empty");
  const file = resolve(path);
  const there = statIfThere(file);
  if (there && openFiles.has(identify(there))) {
    throw databaseError("DATABASE_LOCKED", `this process already has the database open: ${file}`);
  }
  inspectFile(file);
  return guarded(file, "open", () => {
    const db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    const identity = identify(statSync(file));
    openFiles.add(identity);
    return prepare(db, file, () => openFiles.delete(identity), onDamage);
  });
}

/** An empty file is a new database, unless there was something in it: then it was cut to nothing. Throws DATABASE_DAMAGED. */
export function refuseEmptied(path: string): void {
  const stats = statIfThere(path);
  if (stats?.size !== 0 || listBackups(path).length === 0) return;
  throw databaseError("DATABASE_DAMAGED", `the database is empty, and there are backups of it: ${path}`);
}

function prepare(
  db: Database.Database,
  path: string,
  onClose: () => void,
  onDamage?: (error: LayerloomError) => void,
): Store {
  try {
    refuseNewer(db, path);
    claim(db, path);
    applyPragmas(db, path);
    migrate(db, path);
    return new SqliteStore(db, path, onClose, onDamage);
  } catch (thrown) {
    db.close();
    onClose();
    throw thrown;
  }
}

/**
 * Writes our mark into an empty database. It happens before the write-ahead log is switched on, so that the mark is
 * in the file's first page whatever is killed when, and `inspectFile` can rely on it.
 */
function claim(db: Database.Database, path: string): void {
  const markOf = () => db.pragma("application_id", { simple: true });
  if (markOf() === APPLICATION_ID) return;
  const step = db.transaction(() => {
    if (markOf() === APPLICATION_ID) return;
    // Another program was quicker than we with a file that was empty a moment ago.
    if (db.prepare("SELECT 1 FROM sqlite_schema").get()) {
      throw databaseError("DATABASE_FOREIGN", `not a Layerloom database: ${path}`);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
  });
  step.immediate();
}
