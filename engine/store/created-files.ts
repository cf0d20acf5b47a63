/** What an opening that fails must not leave behind: the files of a database that were not there before it. */
import { existsSync, rmSync, statSync } from "node:fs";
import { LayerloomError } from "#contract/errors.ts";

const SIDE_FILES = ["", "-wal", "-shm", "-journal", ".owner", ".endpoint.json"] as const;

/**
 * Looks before an opening; the answer removes what has come since. Call it only while nobody else can have opened the
 * database: it is foreign, unreadable, or was never there.
 */
export function noteFiles(database: string): () => void {
  const missing = SIDE_FILES.map((suffix) => database + suffix).filter((path) => !existsSync(path));
  return () => {
    for (const path of missing) rmSync(path, { force: true });
  };
}

/** A second name of the same file would get locks and logs of its own. Throws DATABASE_UNREADABLE. */
export function refuseSecondName(database: string): void {
  const links = statSync(database, { throwIfNoEntry: false })?.nlink ?? 1;
  if (links <= 1 || statSync(database).isDirectory()) return;
  throw new LayerloomError("DATABASE_UNREADABLE", `${database} has ${links} names (hard links)`, {
    hint: "Use a symbolic link, or a copy, in place of the second name.",
  });
}
