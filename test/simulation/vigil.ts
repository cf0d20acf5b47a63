/** What has to hold while nothing is under way but what sleeps, after a backup was put back, and at the end of a world. */
import { createExpressionLanguage } from "#expression/expression.ts";
import type { Store } from "#ports/store.ts";
import { Program } from "#runtime/program.ts";
import { readRun } from "#runtime/recover.ts";
import { worldRegistry } from "./activities.ts";
import { Broken } from "./broken.ts";
import type { Chronicle } from "./chronicle.ts";
import { Dice } from "./dice.ts";
import { type Life, overriding } from "./life.ts";
import type { Watch } from "./watch.ts";
import type { RunWitness } from "./witness.ts";

const language = createExpressionLanguage();

/** The engine holds what goes on and nothing else, and whoever could go on does. Throws Broken. */
export function checkQuiet(life: Life, { witnesses }: Chronicle, watch: Watch): void {
  watch.executions.checkQuiet(life);
  for (const [id, run] of witnesses) {
    const held = life.host.runs.get(id);
    if (held === undefined) {
      if (!run.ended) throw new Broken("liveness", `${id} goes on and the engine has forgotten it`);
      continue;
    }
    if (run.ended) throw new Broken("end", `${id} has ended and the engine still holds it`);
    if (run.parent !== null && witnesses.get(run.parent.runId)?.ended)
      throw new Broken("liveness", `${id} goes on though its parent has ended`);
    const running = run.running();
    const lost = running.find((node) => !held.attempts.has(node));
    if (lost !== undefined) throw new Broken("liveness", `${lost} of ${id} is running and nobody runs it`);
    checkQueue(run, running.length, watch);
  }
}

/** Nothing stands in the queue without a reason: no slot of its run is free, its service rests, or money is set aside. */
function checkQueue(run: RunWitness, running: number, { rests, purse }: Watch): void {
  if (run.state.paused || run.state.ending !== null || running >= run.plan.maxConcurrent) return;
  const idle = run.queued().find((node) => !rests.holds(run, node) && !purse.holds(run));
  if (idle !== undefined) throw new Broken("idle", `${idle} of ${run.id} is queued and could run`);
}

/** The store holds what was witnessed, and every run can be read out of it again. Throws Broken. */
export function checkStore(store: Store, { witnesses }: Chronicle, watch: Watch): void {
  const stranger = store.runs(1_000).find(({ id }) => !witnesses.has(id));
  if (stranger) throw new Broken("journal", `the store holds ${stranger.id}, which was never written`);
  watch.rests.check(store.breakers());
  watch.ledger.checkNewest();
  for (const [id, run] of witnesses) {
    const row = store.run(id);
    run.compareRow(row, watch.tasksOf(run));
    if (row === undefined) continue;
    const written = store.events(id, 0, Number.MAX_SAFE_INTEGER);
    if (JSON.stringify(written) !== JSON.stringify(run.events))
      throw new Broken("journal", `the journal of ${id} in the store is not what was written`);
    const program = new Program(run.definition, worldRegistry(NO_STAGE), language);
    const whole = overriding(store, { checkpoint: () => undefined });
    for (const source of [store, whole]) run.compare(readRun(row, program, source).state);
  }
}

const NO_STAGE = { dice: new Dice(0), mood: { failing: 0, deaf: 0, hanging: 0, slow: 0 } } as never;
