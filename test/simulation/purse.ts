/**
 * The money that attempts really cost, whether anybody recorded it or not: no tree of runs may cost more than its budget,
 * and who waits for money waits for somebody. Must not look into the host.
 */
import type { Usage } from "#contract/events.ts";
import { Broken } from "./broken.ts";
import type { RunWitness } from "./witness.ts";

export class Purse {
  readonly #witnesses: ReadonlyMap<string, RunWitness>;
  /** By run, without its children. US dollars; multiples of 1/64, so that sums are exact. */
  readonly #spent = new Map<string, number>();

  constructor(witnesses: ReadonlyMap<string, RunWitness>) {
    this.#witnesses = witnesses;
  }

  /** An attempt has come to its end, in this life or in one that is over. */
  spend(runId: string, usage: Usage | undefined): void {
    const usd = usage?.usd ?? 0;
    if (usd > 0) this.#spent.set(runId, (this.#spent.get(runId) ?? 0) + usd);
  }

  /** After each write. Throws Broken. */
  check(): void {
    for (const run of this.#witnesses.values()) {
      const limit = run.definition.budget?.usd;
      if (limit === undefined) continue;
      const cost = this.#sum(run, ({ id }) => this.#spent.get(id) ?? 0);
      if (cost > limit) throw new Broken("budget", `${run.id} cost ${cost} of its ${limit} dollars`);
      const { usd, reservedUsd, unsettledUsd } = run.state;
      if (usd + reservedUsd + unsettledUsd > limit)
        throw new Broken("budget", `${run.id} counts ${usd} + ${reservedUsd} + ${unsettledUsd} of ${limit}`);
    }
  }

  /** Has a node of the run a reason to wait for money? Somebody runs who may leave some over. */
  holds(run: RunWitness): boolean {
    for (let tree: RunWitness | undefined = run; tree; tree = this.#witnesses.get(tree.parent?.runId ?? ""))
      if (tree.definition.budget && this.#sum(tree, ({ state }) => state.reservedUsd) > 0) return true;
    return false;
  }

  /** Over a run and all below it. */
  #sum(top: RunWitness, of: (run: RunWitness) => number): number {
    let sum = 0;
    for (const run of this.#witnesses.values()) if (this.#isWithin(run, top)) sum += of(run);
    return sum;
  }

  #isWithin(run: RunWitness, top: RunWitness): boolean {
    for (let at: RunWitness | undefined = run; at; at = this.#witnesses.get(at.parent?.runId ?? ""))
      if (at === top) return true;
    return false;
  }
}

/** Has the run a budget, or one above it? Then its attempts are paid for. */
export function isBound(run: RunWitness, witnesses: ReadonlyMap<string, RunWitness>): boolean {
  for (let at: RunWitness | undefined = run; at; at = witnesses.get(at.parent?.runId ?? ""))
    if (at.definition.budget) return true;
  return false;
}
