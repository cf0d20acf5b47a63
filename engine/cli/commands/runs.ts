/** `runs …`: the history of a database, and steering one run of it. */

import { followToEnd, goOn } from "#cli/follow.ts";
import { lookAt } from "#cli/look.ts";
import { print, printJson } from "#cli/output.ts";
import { readJsonOption } from "#cli/read-input.ts";
import { nothingYet, openExisting, withExisting } from "#cli/session.ts";
import { printNodes } from "#cli/view/node-list.ts";
import { printSummary } from "#cli/view/summary.ts";
import { padded } from "#cli/view/width.ts";
import { elapsed, glyph, money, word } from "#cli/view/words.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { isFinal } from "#contract/events.ts";
import { printedRun } from "#contract/printed.ts";

const NO_RUNS = "No runs yet.";

export type RunsOptions = { readonly db?: string; readonly json?: boolean };

export async function listRuns(
  options: RunsOptions & { readonly limit?: number; readonly parent?: string },
): Promise<number> {
  if (nothingYet(options.db)) {
    if (!options.json) print(NO_RUNS);
    return 0;
  }
  return lookAt(options, async ({ api }) => {
    const runs = await api.listRuns({ limit: options.limit ?? 50, parent: options.parent });
    const width = Math.max(...runs.map(({ id }) => id.length), 0);
    for (const run of runs) {
      if (options.json) printJson({ type: "run", ...printedRun(run) });
      else {
        const took = run.endedAt === undefined ? "" : elapsed(run.endedAt - run.startedAt);
        const started = new Date(run.startedAt).toISOString().slice(0, 19).replace("T", " ");
        const status = padded(`${glyph(run.status)} ${word(run.status)}`, 12);
        print(
          `${padded(run.id, width)}  ${status} ${started}  ${padded(took, 8)} ${padded(money(run.cost), 8)} ${padded("▲".repeat(run.highestLevel ?? 0), 4)} ${run.pipeline}`.trimEnd(),
        );
      }
    }
    if (runs.length === 0 && !options.json) print(NO_RUNS);
    return 0;
  });
}

export async function showRun(
  runId: string,
  options: RunsOptions & { readonly events?: boolean },
): Promise<number> {
  return lookAt(options, async ({ api }) => {
    if (options.events) {
      for (let after = 0; ; ) {
        const events = await api.getEvents({ runId, after, limit: 1_000 });
        for (const event of events) printJson(event);
        const last = events.at(-1);
        if (!last) break;
        after = last.seq;
      }
    }
    const result = await api.getResult({ runId });
    if (options.json) printJson(result);
    else {
      const { tasks } = await api.getRun({ runId });
      printNodes(result);
      printSummary(result, tasks, options.db);
    }
    return 0;
  });
}

export async function resumeRun(
  runId: string,
  options: RunsOptions & { readonly wait: boolean },
): Promise<number> {
  const session = await openExisting(options.db);
  const { json = false } = options;
  let from: number;
  try {
    from = await goOn(session, runId);
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
  // A run that has ended shows its end: resuming twice is no mistake.
  return followToEnd(session, runId, { db: options.db, json, wait: options.wait }, from);
}

export async function cancelRun(
  runId: string,
  options: RunsOptions & { readonly node?: string },
): Promise<number> {
  return withExisting(options.db, async (session) => {
    const { node } = options;
    await session.api.cancelRun({ runId, node });
    if (node !== undefined) {
      if (options.json) printJson({ type: "cancelled", runId, node });
      else print(`Cancelled ${node} of ${runId}.`);
      return 0;
    }
    const result = await session.api.getResult({ runId });
    if (options.json) printJson(result);
    else print(`${isFinal(result.run.status) ? "Cancelled" : "Cancelling"} ${runId}.`);
    return 0;
  });
}

type AgainOptions = RunsOptions & { readonly wait: boolean };

export function retryRun(runId: string, options: AgainOptions & { readonly from?: string }): Promise<number> {
  return startAgain({ runId, from: options.from }, options);
}

export async function forkRun(
  runId: string,
  options: AgainOptions & { readonly from: string; readonly output: string },
): Promise<number> {
  const { from, output } = options;
  return startAgain({ runId, from, edited: { [from]: readJsonOption("--output", output) } }, options);
}

async function startAgain(
  request: Parameters<EngineApi["retryRun"]>[0],
  options: AgainOptions,
): Promise<number> {
  const session = await openExisting(options.db);
  let again: string;
  try {
    again = (await session.api.retryRun(request)).runId;
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
  return followToEnd(session, again, { db: options.db, json: options.json ?? false, wait: options.wait });
}
