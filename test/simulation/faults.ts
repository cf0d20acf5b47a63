/** The faults of a scenario that are still to come. Performs none. */
import type { Fault } from "./scenario.ts";

/** Those that strike within a journal write; the others strike between two. */
const IN_WRITE: readonly Fault["what"][] = ["full", "crash"];

const POSTPONED = 4;

export class Faults {
  #pending: Fault[];

  constructor(faults: readonly Fault[]) {
    this.#pending = [...faults];
  }

  /** Due in the write with this number. A crash between writes waits for the turn that follows. */
  ofWrite(write: number): readonly Fault[] {
    const due = this.#take(({ at, what }) => at <= write && IN_WRITE.includes(what));
    for (const fault of due)
      if (fault.what === "crash" && fault.when === "between") this.#pending.push({ ...fault, at: 0 });
    return due;
  }

  /** Due after so many writes. */
  ofTurn(writes: number): readonly Fault[] {
    return this.#take(({ at, what }) => at <= writes && (at === 0 || !IN_WRITE.includes(what)));
  }

  /** To after a few more writes. */
  postpone(fault: Fault): void {
    this.#pending.push({ ...fault, at: fault.at + POSTPONED });
  }

  #take(which: (fault: Fault) => boolean): readonly Fault[] {
    const taken = this.#pending.filter(which);
    if (taken.length > 0) this.#pending = this.#pending.filter((fault) => !taken.includes(fault));
    return taken;
  }
}
