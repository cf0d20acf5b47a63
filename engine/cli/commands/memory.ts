/** `memory …`: what pipelines remember, and how it came to be so. */

import { lookAt } from "#cli/look.ts";
import { print, printJson } from "#cli/output.ts";
import { nothingYet } from "#cli/session.ts";
import { padded } from "#cli/view/width.ts";
import { elapsed, head } from "#cli/view/words.ts";
import { printedMemory } from "#contract/printed.ts";

export type MemoryOptions = { readonly db?: string; readonly json?: boolean };

const HEAD = 100;

export async function listMemory({ db, json = false }: MemoryOptions): Promise<number> {
  const names = nothingYet(db) ? [] : await lookAt({ db, json }, ({ api }) => api.memoryNames());
  const width = Math.max(4, ...names.map(({ name }) => name.length));
  for (const memory of names) {
    const { name, version, at } = memory;
    if (json) printJson({ type: "memory", ...printedMemory(memory) });
    else print(`${padded(name, width)}  ${padded(`${elapsed(Date.now() - at)} old`, 14)} version ${version}`);
  }
  if (names.length === 0 && !json) print("Nothing is remembered.");
  return 0;
}

export async function showMemory(
  name: string,
  options: MemoryOptions & { readonly history?: boolean; readonly limit?: number },
): Promise<number> {
  const { db, json = false, limit } = options;
  const { value, history } = await lookAt({ db, json }, ({ api }) => api.memoryHistory({ name, limit }));
  const newest = history[0];
  if (json) {
    const { version, at } = newest ? printedMemory(newest) : {};
    printJson({ type: "memory", name, version, at, value });
    if (options.history)
      for (const change of history) printJson({ type: "change", name, ...printedMemory(change) });
    return 0;
  }
  print(typeof value === "string" ? value : JSON.stringify(value, undefined, 2));
  if (!options.history) return 0;
  for (const { version, at, op, value: changed, runId } of history) {
    const when = new Date(at).toISOString().slice(0, 19).replace("T", " ");
    print(
      `${padded(`#${version}`, 6)} ${when}  ${padded(op, 6)} ${padded(runId ?? "-", 12)}  ${head(changed, HEAD)}`,
    );
  }
  return 0;
}
