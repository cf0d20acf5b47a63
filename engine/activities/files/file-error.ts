/** Says in people's words what the file system refused. */
import { LayerloomError } from "#contract/errors.ts";
import { systemCodeOf } from "#ports/failure.ts";

export const MAX_FILE_BYTES = 16 * 1024 * 1024;

export function readError(path: string, error: unknown): unknown {
  const code = systemCodeOf(error);
  if (error instanceof LayerloomError || code === undefined) return error;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new LayerloomError("FILE_NOT_FOUND", `${path}: not found`, { cause: error });
  return new LayerloomError("FILE_UNREADABLE", `${path}: ${wordsFor(code)}`, { cause: error });
}

/** No code of its own: whether it is worth another try depends on the system's code alone. */
export function writeError(path: string, error: unknown): unknown {
  const code = systemCodeOf(error);
  if (error instanceof LayerloomError || code === undefined) return error;
  return new Error(`${path}: cannot be written: ${wordsFor(code)}`, { cause: error });
}

export function tooLarge(path: string, bytes: number): LayerloomError {
  return new LayerloomError(
    "OUTPUT_TOO_LARGE",
    `${path}: ${bytes} bytes are more than the ${MAX_FILE_BYTES} that a node may read or write at once`,
    { hint: "Split the file." },
  );
}

function wordsFor(code: string): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `permission denied (${code})`;
    case "EISDIR":
      return "it is a folder";
    case "ELOOP":
      return "it is a symbolic link";
    case "ENOSPC":
    case "EDQUOT":
      return `the disk is full (${code})`;
    case "ENOTDIR":
    case "EEXIST":
      return `a file stands where a folder is needed (${code})`;
    default:
      return code;
  }
}
