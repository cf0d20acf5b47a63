/**
 * Runs that somebody has asked for and that are not on disk yet. Nothing of one begins before its row and its first
 * event are committed. So whoever is told its id finds it after any crash; and where it cannot be recorded it is taken
 * back as if nobody had asked. What beginning means is the host's.
 */
import type { LiveRun } from "./live-run.ts";

type Asked = {
  readonly begin: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export class Starts {
  #asked = new Map<LiveRun, Asked>();

  /** Settles once the run is on disk and has begun; rejects with what kept it from being recorded. */
  add(run: LiveRun, begin: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#asked.set(run, { begin, resolve, reject });
    return promise;
  }

  /** They are on disk. */
  begin(): void {
    for (const { begin, resolve } of this.#take().values()) {
      begin();
      resolve();
    }
  }

  /** They cannot be recorded. Returns them: nothing may be left of them. */
  refuse(error: unknown): Iterable<LiveRun> {
    const asked = this.#take();
    for (const { reject } of asked.values()) reject(error);
    return asked.keys();
  }

  #take(): ReadonlyMap<LiveRun, Asked> {
    const asked = this.#asked;
    if (asked.size > 0) this.#asked = new Map();
    return asked;
  }
}
