/** Owns where the backups of a database are, how they are called, and how many are kept. Must not open any. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Backup } from "#contract/database.ts";

const KEPT = 7;
const DATED = /^-\d{4}-\d\d-\d\d\.db$/;
const BEFORE_MIGRATION = /^\.v\d+\.bak$/;

function backupFolder(database: string): string {
  return join(dirname(database), "backups");
}

/** One a day: a second one replaces the first. */
export function backupPath(database: string, at: Date): string {
  return join(backupFolder(database), `${stem(database)}-${at.toISOString().slice(0, 10)}.db`);
}

/** The newest first. What was kept before a change of the tables is among them. */
export function listBackups(database: string): readonly Backup[] {
  return [...dailyNames(database), ...migrationNames(database)]
    .flatMap((name) => {
      const stats = statSync(pathOf(database, name), { throwIfNoEntry: false });
      return stats ? [{ name, madeAt: stats.mtimeMs, size: stats.size }] : [];
    })
    .sort((a, b) => b.madeAt - a.madeAt);
}

/** Of a name that is in the list, and of no other. */
export function pathOf(database: string, name: string): string {
  return isDaily(database, name) ? join(backupFolder(database), name) : join(dirname(database), name);
}

export function dropOldBackups(database: string): void {
  for (const name of dailyNames(database).sort().reverse().slice(KEPT))
    rmSync(pathOf(database, name), { force: true });
}

function dailyNames(database: string): string[] {
  const folder = backupFolder(database);
  return existsSync(folder) ? readdirSync(folder).filter((name) => isDaily(database, name)) : [];
}

function migrationNames(database: string): string[] {
  const folder = dirname(database);
  const own = basename(database);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter(
    (name) => name.startsWith(own) && BEFORE_MIGRATION.test(name.slice(own.length)),
  );
}

function isDaily(database: string, name: string): boolean {
  const own = stem(database);
  return name.startsWith(own) && DATED.test(name.slice(own.length));
}

function stem(database: string): string {
  return basename(database).replace(/\.db$/, "");
}
