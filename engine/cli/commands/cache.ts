/** `cache …`: the results that nodes may take instead of running. */

import { lookAt } from "#cli/look.ts";
import { print, printJson } from "#cli/output.ts";
import { nothingYet, withExisting } from "#cli/session.ts";
import { padded } from "#cli/view/width.ts";
import { elapsed, money } from "#cli/view/words.ts";
import type { StoredResultView } from "#contract/engine-api.ts";
import { printedResult } from "#contract/printed.ts";

export type CacheOptions = {
  readonly pipeline?: string;
  readonly node?: string;
  readonly db?: string;
  readonly json?: boolean;
};

const NOTHING = "No stored results.";
const SHOWN = 50;

export async function listResults(options: CacheOptions & { readonly limit?: number }): Promise<number> {
  const { pipeline, node, db, json = false, limit = SHOWN } = options;
  const results = nothingYet(db)
    ? []
    : await lookAt({ db, json }, ({ api }) => api.listResults({ pipeline, node, limit }));
  for (const result of results) {
    if (json) printJson({ type: "stored", ...printedResult(result) });
    else print(lineOf(result, Date.now()));
  }
  if (results.length === 0 && !json) print(NOTHING);
  return 0;
}

export async function clearResults({ pipeline, node, db, json = false }: CacheOptions): Promise<number> {
  const { removed } = nothingYet(db)
    ? { removed: 0 }
    : await withExisting(db, ({ api }) => api.clearResults({ pipeline, node }));
  if (json) printJson({ type: "cleared", removed });
  else print(removed === 1 ? "1 stored result is forgotten." : `${removed} stored results are forgotten.`);
  return 0;
}

function lineOf({ key, scope, pipeline, node, storedAt, expiresAt, saved }: StoredResultView, now: number) {
  const left = expiresAt <= now ? "expired" : `for ${elapsed(expiresAt - now)} more`;
  const age = `${elapsed(now - storedAt)} old`;
  const shared = scope === "pipeline" ? "" : ` (${scope})`;
  return `${key.slice(0, 12)}  ${padded(age, 14)} ${padded(left, 20)} ${padded(money(saved), 8)} ${pipeline} / ${node}${shared}`;
}
