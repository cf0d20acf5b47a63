/**
 * Owns the shape of the database over time. A migration and its version number are committed together, so a file is
 * always wholly old or wholly new. Released migrations are never edited: a change is a new one at the end.
 */
import { closeSync, openSync, rmSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { databaseError } from "./faults.ts";
import { FIRST_SCHEMA, GUESS_SCHEMA, LEVEL_SCHEMA, RECOVERY_SCHEMA } from "./schema.ts";

export type Migration = { readonly version: number; readonly up: (db: Database) => void };

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, up: (db) => db.exec(FIRST_SCHEMA) },
  { version: 2, up: (db) => db.exec(RECOVERY_SCHEMA) },
  { version: 3, up: (db) => db.exec(LEVEL_SCHEMA) },
  { version: 4, up: (db) => db.exec(GUESS_SCHEMA) },
];

export function schemaVersion(db: Database): number {
  return Number(db.pragma("user_version", { simple: true }));
}

/** Nothing is to be changed before it can be read. */
export function isNewest(db: Database): boolean {
  return schemaVersion(db) === MIGRATIONS.at(-1)?.version;
}

/** Throws DATABASE_NEWER, before anything is written, for a version that this program does not know. */
export function refuseNewer(db: Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const known = migrations.at(-1)?.version ?? 0;
  const found = schemaVersion(db);
  if (found > known) {
    throw databaseError(
      "DATABASE_NEWER",
      `the database has version ${found}, this program knows ${known}: ${path}`,
    );
  }
}

/** Brings the database to the newest version; a file that already holds data is first copied to `<path>.v<old>.bak`. */
export function migrate(db: Database, path: string, migrations: readonly Migration[] = MIGRATIONS): void {
  const from = schemaVersion(db);
  const due = migrations.filter((migration) => migration.version > from);
  if (due.length === 0) return;
  if (from > 0 && !db.memory) backUp(db, `${path}.v${from}.bak`);
  for (const migration of due) {
    const step = db.transaction(() => {
      // Another process may have been quicker between the look above and this lock.
      if (schemaVersion(db) >= migration.version) return;
      migration.up(db);
      db.pragma(`user_version = ${migration.version}`);
    });
    step.immediate();
  }
}

/** A whole, compacted copy. One left by an attempt that was cut off may be incomplete, so it is replaced. */
function backUp(db: Database, target: string): void {
  rmSync(target, { force: true });
  closeSync(openSync(target, "wx", 0o600));
  db.prepare("VACUUM INTO ?").run(target);
}
