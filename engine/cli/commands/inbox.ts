/** `inbox` and `decide`: what waits for a person, and the person's answer. */

import { followToEnd } from "#cli/follow.ts";
import { lookAt } from "#cli/look.ts";
import { print, printJson } from "#cli/output.ts";
import { readJsonOption } from "#cli/read-input.ts";
import { nothingYet, openExisting } from "#cli/session.ts";
import { decideCommand, head } from "#cli/view/words.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { isFinal } from "#contract/events.ts";
import { printedTask } from "#contract/printed.ts";
import type { HumanTask } from "#contract/run.ts";

const RUNS_LOOKED_AT = 1_000;
const NO_TASKS = "Nobody is waiting for you.";

export type InboxOptions = { readonly db?: string; readonly json?: boolean };
export type DecideOptions = InboxOptions & { readonly comment?: string; readonly value?: string };

export async function inbox({ db, json = false }: InboxOptions): Promise<number> {
  if (nothingYet(db)) {
    if (!json) print(NO_TASKS);
    return 0;
  }
  return lookAt({ db, json }, async ({ api }) => {
    const tasks = await openTasks(api);
    for (const task of tasks) {
      if (json) printJson({ type: "task", ...printedTask(task) });
      else {
        print(`✋ ${task.pipeline} · ${task.node}: ${task.card.title}`);
        if (task.card.payload !== undefined && task.card.payload !== null)
          print(`   ${head(task.card.payload, 200)}`);
        print(`   decide with: ${decideCommand(task, db)}`);
      }
    }
    if (tasks.length === 0 && !json) print(NO_TASKS);
    return 0;
  });
}

/** The live inbox, and the tasks of runs that nobody runs at the moment. */
async function openTasks(api: EngineApi): Promise<readonly HumanTask[]> {
  const live = await api.inbox();
  const known = new Set(live.map((task) => task.runId));
  const left = (await api.listRuns({ limit: RUNS_LOOKED_AT })).filter(
    (run) => run.openTasks > 0 && !isFinal(run.status) && !known.has(run.id),
  );
  const views = await Promise.all(left.map((run) => api.getRun({ runId: run.id })));
  return [...live, ...views.flatMap((view) => view.tasks)].toSorted(
    (one, other) => one.openedAt - other.openedAt,
  );
}

/**
 * Records the decision. When another process owns the engine the run goes on there; otherwise it goes on here, to
 * its end or to the next person. 0 either way: the decision is what was asked for.
 */
export async function decide(
  runId: string,
  node: string,
  outcome: string,
  options: DecideOptions,
): Promise<number> {
  const { db, json = false, comment } = options;
  const value = options.value === undefined ? undefined : readJsonOption("--value", options.value);
  const session = await openExisting(db);
  let handedOver = false;
  try {
    await session.api.decide({ runId, node, outcome, comment, value });
    if (json) printJson({ type: "decided", runId, node, outcome });
    else print(`Decided: ${node} ${outcome}.`);
    if (!session.owner) return 0;
    if (!json) print("The run goes on here.");
    handedOver = true;
    await followToEnd(session, runId, { db, json, wait: false });
    return 0;
  } finally {
    if (!handedOver) await session.close();
  }
}
