/**
 * Owns putting a backup in the place of a database. The files that were there are kept under another name, and a kill at
 * any moment leaves the old database or the new one: a copy that is complete (`<db>.restoring`) is put in place by the
 * next opening. The caller owns the database and does not have it open.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { LayerloomError } from "#contract/errors.ts";
import { listBackups, pathOf } from "./backups/backup-files.ts";
import { checkDatabase } from "./sqlite/check.ts";
import { databaseError, guarded } from "./sqlite/faults.ts";

const PARTS = ["-wal", "-shm", ""] as const;

/** Throws NOT_FOUND for what is no backup, DATABASE_DAMAGED for a bad one; then nothing was changed. Says where the old files are. */
export function restoreFile(database: string, name: string, now: Date): { readonly keptAs: string } {
  if (!listBackups(database).some((backup) => backup.name === name)) {
    throw new LayerloomError("NOT_FOUND", `there is no backup "${name}" of ${database}`, {
      field: "name",
      hint: "`layerloom db backups` lists what there is.",
    });
  }
  const backup = pathOf(database, name);
  const [finding] = checkDatabase(backup).findings;
  if (finding) throw databaseError("DATABASE_DAMAGED", `the backup ${backup} is damaged: ${finding.message}`);
  return guarded(database, "write", () => {
    const draft = `${database}.restoring.part`;
    copyFileSync(backup, draft, constants.COPYFILE_FICLONE);
    chmodSync(draft, 0o600);
    flush(draft);
    renameSync(draft, restoring(database));
    return { keptAs: putInPlace(database, now) };
  });
}

/** Ends a restore that was cut off. Call it before the database is looked at. */
export function finishRestore(database: string, now: Date): void {
  rmSync(`${database}.restoring.part`, { force: true });
  if (existsSync(restoring(database))) guarded(database, "open", () => putInPlace(database, now));
}

/** The log goes first: SQLite must never find it beside the new file. */
function putInPlace(database: string, now: Date): string {
  const keptAs = freeName(`${database}.damaged-${now.toISOString().replaceAll(":", "").slice(0, 17)}`);
  for (const part of PARTS) if (existsSync(database + part)) renameSync(database + part, keptAs + part);
  renameSync(restoring(database), database);
  return keptAs;
}

const restoring = (database: string) => `${database}.restoring`;

/** A restore that was cut off within the same second may have used the name. */
function freeName(wanted: string): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (PARTS.every((part) => !existsSync(name + part))) return name;
  }
}

function flush(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
