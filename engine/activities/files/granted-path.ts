/**
 * The lock on the file activities: turns a path from a pipeline into a real one inside a granted folder, or refuses.
 * What counts is where a path really leads, after `..` and symbolic links; how it is spelled does not.
 * The last step is checked again when the file is opened (`O_NOFOLLOW`), against a link put there in between.
 */
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { LayerloomError } from "#contract/errors.ts";
import { systemCodeOf } from "#ports/failure.ts";

/** The real path. What does not exist yet is appended to the real path of its nearest existing ancestor. */
export async function grantedPath(folders: readonly string[], path: string): Promise<string> {
  const base = folders[0];
  if (base === undefined) throw refused(path, "no folder is granted to this run");
  if (path.includes("\0")) throw refused(path.replaceAll("\0", "\\0"), "a path holds no NUL");
  const real = await realPathOf(isAbsolute(path) ? resolve(path) : resolve(base, path), path);
  for (const folder of folders) {
    if (isInside(await realFolder(folder), real)) return real;
  }
  throw refused(path, "it leads outside the granted folders");
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    return resolve(folder);
  }
}

async function realPathOf(absolute: string, path: string): Promise<string> {
  const missing: string[] = [];
  for (let existing = absolute; ; existing = dirname(existing)) {
    try {
      return join(await realpath(existing), ...missing);
    } catch (error) {
      const code = systemCodeOf(error);
      if (code !== "ENOENT") throw refused(path, `it cannot be followed (${code ?? "unknown error"})`);
      if (await exists(existing)) throw refused(path, "it is a symbolic link that leads nowhere");
      if (dirname(existing) === existing) throw refused(path, "it leads nowhere");
      missing.unshift(basename(existing));
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

function refused(path: string, why: string): LayerloomError {
  return new LayerloomError("FILE_NOT_GRANTED", `${path}: ${why}`, {
    hint: "Files can be read and written in the folder that the run was started in and in folders granted to the engine.",
  });
}
