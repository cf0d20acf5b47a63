/**
 * Writes one file of a granted folder. A replaced file is whole at every moment, after a crash as well: written
 * beside, brought to the disk, then renamed over. An appended one grows by a single write.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { LayerloomError } from "#contract/errors.ts";
import { systemCodeOf } from "#ports/failure.ts";
import { writeError } from "./file-error.ts";

/** Parent folders are made. `real` has been granted, so they lie in the granted folder too. */
export async function replaceFile(real: string, path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(real), { recursive: true });
    const mode = await modeToKeep(real, path);
    const beside = join(dirname(real), `.${basename(real)}.${randomUUID()}.tmp`);
    try {
      const file = await open(beside, "wx", mode);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, real);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
    await syncFolder(dirname(real));
  } catch (error) {
    throw writeError(path, error);
  }
}

export async function appendToFile(real: string, path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(real), { recursive: true });
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(
      real,
      O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0),
      0o666,
    );
    try {
      if (!(await file.stat()).isFile()) throw notRegular(path);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

async function modeToKeep(real: string, path: string): Promise<number> {
  try {
    const existing = await stat(real);
    if (!existing.isFile()) throw notRegular(path);
    return existing.mode & 0o777;
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return 0o666;
    throw error;
  }
}

/** Makes the rename itself durable. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function notRegular(path: string): LayerloomError {
  return new LayerloomError("ACTIVITY_FAILED", `${path}: not a regular file`);
}
