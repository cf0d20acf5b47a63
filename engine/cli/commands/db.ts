/** `db …`: is the database whole, what are its backups, and going back to one. */
import { reportError } from "#cli/errors.ts";
import { print, printJson } from "#cli/output.ts";
import { commandLine, databasePath } from "#cli/paths.ts";
import { isThere, openSession } from "#cli/session.ts";
import { padded } from "#cli/view/width.ts";
import type { Backup } from "#contract/database.ts";
import { LayerloomError } from "#contract/errors.ts";
import { backupsOf, checkDatabaseFile, restoreClosed } from "#engine/open.ts";

export type DatabaseOptions = { readonly db?: string; readonly json?: boolean };

export async function checkWhole({ db, json = false }: DatabaseOptions): Promise<number> {
  const database = existing(db);
  const { findings, runs, events, values } = checkDatabaseFile(database);
  if (json) printJson({ type: "check", database, runs, events, values, findings });
  else if (findings.length === 0)
    print(
      `The database is whole: ${counted(runs, "run")}, ${counted(events, "journal row")}, ${counted(values, "large value")}.`,
    );
  else for (const { message } of findings) print(message);
  if (findings.length === 0) return 0;
  const damaged = new LayerloomError("DATABASE_DAMAGED", `the database is damaged: ${database}`, {
    hint: restoreHint(db, backupsOf(database)),
  });
  return reportError(damaged, json);
}

export async function listBackups({ db, json = false }: DatabaseOptions): Promise<number> {
  const backups = backupsOf(existing(db));
  for (const backup of backups) {
    const madeAt = new Date(backup.madeAt).toISOString();
    if (json) printJson({ type: "backup", ...backup, madeAt });
    else
      print(
        `${backup.name}  ${madeAt.slice(0, 16).replace("T", " ")}  ${padded(sizeWords(backup.size), 10)}`.trimEnd(),
      );
  }
  if (backups.length === 0 && !json) print("No backups yet. One is made daily while an engine is open.");
  return 0;
}

export async function restore(name: string, { db, json = false }: DatabaseOptions): Promise<number> {
  const database = databasePath(db);
  const options = { database, workspace: process.cwd() };
  const { keptAs } = (await restoreClosed(options, name)) ?? (await restoreThroughOwner(db, name));
  if (json) printJson({ type: "restored", name, keptAs });
  else {
    print(`Restored ${name}. What was there is kept as ${keptAs}.`);
    print("Runs that had not ended by then are paused; look at each before you resume it.");
  }
  return 0;
}

async function restoreThroughOwner(db: string | undefined, name: string): Promise<{ keptAs: string }> {
  const session = await openSession(db);
  try {
    return await session.api.restoreBackup({ name });
  } finally {
    await session.close();
  }
}

function existing(db: string | undefined): string {
  const database = databasePath(db);
  if (isThere(database) || backupsOf(database).length > 0) return database;
  throw new LayerloomError("NOT_FOUND", `there is no database at ${database}`, {
    hint: "Check the path after --db: it is relative to where you stand.",
  });
}

function restoreHint(db: string | undefined, [newest]: readonly Backup[]): string {
  if (!newest)
    return "There is no backup. Keep a copy of the file as it is; what can be read is still shown.";
  const command = commandLine("db", "restore", newest.name, ...(db === undefined ? [] : ["--db", db]));
  return `Go back to the newest backup with: ${command}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function sizeWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
