/**
 * The attempts that were really begun, over all lives: each for a reason that is on disk, none twice, none for longer
 * than its run waits for it.
 */
import type { Begun } from "./activities.ts";
import { Broken } from "./broken.ts";
import type { Ledger } from "./ledger.ts";
import type { Life } from "./life.ts";
import { isBound } from "./purse.ts";
import type { RunWitness } from "./witness.ts";

type Execution = { readonly begun: Begun; readonly life: Life };
type Context = Begun["context"];

export class Executions {
  readonly #witnesses: ReadonlyMap<string, RunWitness>;
  readonly #ledger: Ledger;
  readonly #all = new Map<string, Execution[]>();
  /** Begun and not yet answered. */
  readonly #active = new Set<Execution>();

  constructor(witnesses: ReadonlyMap<string, RunWitness>, ledger: Ledger) {
    this.#witnesses = witnesses;
    this.#ledger = ledger;
  }

  /** How many times the attempt had begun before. */
  begin(life: Life, begun: Begun): number {
    const key = keyOf(begun.context);
    const before = this.#all.get(key) ?? [];
    const execution = { begun, life };
    this.#all.set(key, [...before, execution]);
    this.#active.add(execution);
    this.#ledger.began(key, begun.sees);
    return before.length;
  }

  /** Right after it has begun. */
  check(life: Life, { context, pure, sees }: Begun): void {
    const { runId, node, activation, attempt } = context;
    const key = keyOf(context);
    const executions = this.#all.get(key) ?? [];
    const run = this.#witnesses.get(runId);
    if (executions.filter((execution) => execution.life === life).length > 1)
      throw new Broken("double", `${key} is dispatched twice in one life`);
    const of = `${node}#${activation}`;
    if (run?.completed.has(of)) throw new Broken("repeated", `${key} begins though ${of} is completed`);
    if (pure && !(run && isBound(run, this.#witnesses))) return;
    if (!run?.started.has(`${of}/${attempt}`))
      throw new Broken("barrier", `${key} begins before its start is on disk`);
    const allowed = 1 + (run.allowed.get(of) ?? 0);
    if (run.definition.nodes[node]?.retrySafe === false && executions.length > allowed)
      throw new Broken("unsafe", `${key} begins again and nobody allowed it`);
    this.#checkSight(run, node, sees);
    const running = life.host.runs.get(runId)?.attempts.size ?? 0;
    if (running > run.plan.maxConcurrent)
      throw new Broken(
        "slots",
        `${running} attempts of ${runId} at once, ${run.plan.maxConcurrent} are allowed`,
      );
  }

  /** What an attempt reads is the newest output on disk. An item sees what its parent's node would see. */
  #checkSight(run: RunWitness, node: string, sees: unknown): void {
    const seer = (run.isItem && this.#witnesses.get(run.parent?.runId ?? "")) || run;
    const expected = this.#ledger.sight(seer, node);
    if (expected !== undefined && JSON.stringify(sees) !== expected)
      throw new Broken("sight", `${node} of ${seer.id} sees ${JSON.stringify(sees)}, not ${expected}`);
  }

  end(life: Life, context: Context): void {
    const key = keyOf(context);
    for (const execution of this.#active)
      if (execution.life === life && keyOf(execution.begun.context) === key) this.#active.delete(execution);
  }

  /** Whoever still works on something that was taken back has been told so. */
  checkQuiet(life: Life): void {
    for (const execution of this.#active) {
      const { runId, node, activation, attempt, signal } = execution.begun.context;
      const over = execution.life !== life || signal.aborted;
      if (over) this.#active.delete(execution);
      else if (!this.#witnesses.get(runId)?.runs(node, activation, attempt))
        throw new Broken(
          "runaway",
          `${keyOf(execution.begun.context)} goes on and the run does not wait for it`,
        );
    }
  }
}

export function keyOf({ runId, node, activation, attempt }: Context): string {
  return `${runId}/${node}#${activation}/${attempt}`;
}
