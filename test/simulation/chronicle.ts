/**
 * What is written down of a world while it goes: a line for each event and fault, the journals as they were witnessed, and
 * the first promise that was broken. Looks into no engine.
 */
import { Broken } from "./broken.ts";
import type { RunWitness } from "./witness.ts";

export class Chronicle {
  readonly trace: string[] = [];
  /** By run id, in the order in which the runs began. */
  readonly witnesses = new Map<string, RunWitness>();
  #broken: Broken | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get broken(): Broken | undefined {
    return this.#broken;
  }

  get runs(): readonly RunWitness[] {
    return [...this.witnesses.values()];
  }

  tell(what: string): void {
    this.trace.push(`${this.#now()} ${what}`);
  }

  fail(kind: string, message: string): void {
    this.keep(new Broken(kind, message));
  }

  keep(broken: Broken): void {
    this.#broken ??= broken;
  }

  /** What is broken is kept; the engine must not take it for an error of its own. */
  guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof Broken) this.keep(error);
      else this.fail("fatal", error instanceof Error ? (error.stack ?? "") : String(error));
    }
  }
}
