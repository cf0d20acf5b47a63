/** `export`: a pipeline in its canonical form, to standard output or a file. */
import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { namingFile } from "#cli/errors.ts";
import { print } from "#cli/output.ts";
import { readPipeline } from "#cli/read-input.ts";
import type { ExportFormat } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { exportText } from "#engine/open.ts";

/** Names of standard output. By name, since not every kind of it (a socket) can be opened a second time. */
const OWN_OUTPUT: ReadonlySet<string> = new Set(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

const NOT_ALLOWED = "Choose a place where you may write.";
/** What is wrong with the place, by the system's code; all else is the writing's own failure. */
const HINTS: Readonly<Record<string, string>> = {
  ENOENT: "Make its folder first.",
  ENOTDIR: "A part of its path is a file: choose another folder.",
  EISDIR: "It is a folder: name a file in it.",
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EROFS: NOT_ALLOWED,
  ELOOP: "It is a link that leads to itself: choose another file.",
  ENAMETOOLONG: "Choose a shorter name.",
};

export type ExportOptions = { readonly to: ExportFormat; readonly out?: string };

export async function exportPipeline(path: string, { to, out }: ExportOptions): Promise<number> {
  const { text, shown } = await readPipeline(path);
  let exported: string;
  try {
    exported = await exportText(text, to);
  } catch (thrown) {
    throw namingFile(thrown, shown);
  }
  if (out === undefined || OWN_OUTPUT.has(out)) print(exported.replace(/\n$/, ""));
  else await writeOut(out, exported.endsWith("\n") ? exported : `${exported}\n`);
  return 0;
}

async function writeOut(out: string, exported: string): Promise<void> {
  try {
    // A pipe or a device is written to; replacing it by a file would take it from whoever reads it.
    if (statSync(out, { throwIfNoEntry: false })?.isFile() === false) await writeFile(out, exported);
    else {
      const { default: writeFileAtomic } = await import("write-file-atomic");
      await writeFileAtomic(resolve(out), exported);
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // After the comma it names the draft that is written first, which nobody asked for.
    const [why] = message.split(",");
    const hint = HINTS[code ?? ""];
    if (hint === undefined) {
      throw new LayerloomError("OUTPUT_FAILED", `${out} cannot be written: ${why}`, {
        hint: "Choose another place with --out.",
        cause,
      });
    }
    throw new LayerloomError("FILE_UNREADABLE", `${out} cannot be written: ${why}`, { hint, cause });
  }
}
