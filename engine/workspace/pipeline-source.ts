/** Reads the file of a sub-pipeline: from the folder of the file that names it, and only inside granted folders. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { LayerloomError } from "#contract/errors.ts";

export type PipelineSource = { readonly text: string; readonly file: string | null };

/** What a caller of the engine may send as a text. */
const SIZE_LIMIT = 8 * 1024 * 1024;

/** `from`: the naming file, from the first folder if it is relative. Links are followed before the check. */
export function readPipelineSource(
  path: string,
  from: string | null,
  folders: readonly string[],
): PipelineSource {
  const [base = "."] = folders;
  const start = from === null ? base : dirname(resolve(base, from));
  let file: string;
  let bytes: Uint8Array;
  try {
    file = realpathSync(resolve(start, path));
    if (!folders.some((folder) => isInside(realpathSync(folder), file))) throw outside(path);
    bytes = readWhole(file, path);
  } catch (cause) {
    if (cause instanceof LayerloomError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code !== "ENOENT")
      throw new LayerloomError("FILE_UNREADABLE", `${path} cannot be read: ${code}`, { cause });
    throw new LayerloomError("FILE_NOT_FOUND", `there is no file ${path}`, {
      cause,
      hint: "The path starts from the folder of the pipeline that names it.",
    });
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), file };
  } catch (cause) {
    throw new LayerloomError("FILE_UNREADABLE", `${path} is not UTF-8`, { cause });
  }
}

/** Never waits: a pipe that nobody writes to would hold the engine up for ever. */
function readWhole(file: string, path: string): Uint8Array {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(opened);
    if (!stats.isFile()) throw new LayerloomError("FILE_UNREADABLE", `${path} is not a file`);
    if (stats.size > SIZE_LIMIT)
      throw new LayerloomError("FILE_UNREADABLE", `${path} has more than ${SIZE_LIMIT / 1024 / 1024} MiB`, {
        hint: "A pipeline file is never that large: is it the right one?",
      });
    return readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}

function isInside(folder: string, file: string): boolean {
  const way = relative(folder, file);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string): LayerloomError {
  return new LayerloomError("FILE_NOT_GRANTED", `${path} lies outside of what this run may read`, {
    hint: "Keep it beside the pipeline that names it, or in the folder that the run was started in.",
  });
}
