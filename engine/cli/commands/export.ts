/** `export`: a pipeline in its canonical form, to standard output or a file. */
import { resolve } from "node:path";
import { namingFile } from "#cli/errors.ts";
import { print } from "#cli/output.ts";
import { readPipeline } from "#cli/read-input.ts";
import type { ExportFormat } from "#contract/engine-api.ts";
import { exportText } from "#engine/open.ts";

export type ExportOptions = { readonly to: ExportFormat; readonly out?: string };

export async function exportPipeline(path: string, { to, out }: ExportOptions): Promise<number> {
  const { text, shown } = await readPipeline(path);
  let exported: string;
  try {
    exported = await exportText(text, to);
  } catch (thrown) {
    throw namingFile(thrown, shown);
  }
  if (out === undefined) print(exported.replace(/\n$/, ""));
  else {
    const { default: writeFileAtomic } = await import("write-file-atomic");
    await writeFileAtomic(resolve(out), exported.endsWith("\n") ? exported : `${exported}\n`);
  }
  return 0;
}
