/** `breakers …`: which services are given a rest, and ending a rest early. */

import { lookAt } from "#cli/look.ts";
import { print, printJson } from "#cli/output.ts";
import { nothingYet, withExisting } from "#cli/session.ts";
import { padded } from "#cli/view/width.ts";
import { elapsed } from "#cli/view/words.ts";
import { printedBreaker } from "#contract/printed.ts";
import type { BreakerView } from "#contract/run.ts";

export type BreakersOptions = { readonly db?: string; readonly json?: boolean };

export async function listBreakers({ db, json = false }: BreakersOptions): Promise<number> {
  const breakers = nothingYet(db) ? [] : await lookAt({ db, json }, ({ api }) => api.breakers());
  for (const breaker of breakers) {
    if (json) printJson({ type: "breaker", ...printedBreaker(breaker) });
    else print(lineOf(breaker, Date.now()));
  }
  if (breakers.length === 0 && !json) print("No service has failed.");
  return 0;
}

export async function resetBreaker(service: string, { db, json = false }: BreakersOptions): Promise<number> {
  await withExisting(db, ({ api }) => api.resetBreaker({ service }));
  if (json) printJson({ type: "breaker", service, state: "closed", failures: 0 });
  else print(`${service} is called again.`);
  return 0;
}

function lineOf({ service, state, failures, until }: BreakerView, now: number): string {
  const rest =
    until === undefined ? "" : `, tried again ${until > now ? `in ${elapsed(until - now)}` : "next"}`;
  return `${padded(state, 9)}  ${service}  ${failures} failed in a row${rest}`;
}
