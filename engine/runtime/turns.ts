/**
 * Owns the order of an engine's work. Jobs are done in turn, then what the queue lets begin; after each batch comes one
 * commit, and after it what had to wait for the disk. Knows nothing of runs.
 */
import { LayerloomError } from "#contract/errors.ts";

/** Jobs a turn may do before it commits and lets the event loop breathe. */
const JOBS_PER_TURN = 256;

export type TurnsOptions = {
  /** Begins one thing more; false when nothing may begin now. */
  begin(): boolean;
  /** False while nothing can be recorded: what was gathered is kept, and committed later. */
  commit(): boolean;
  /** Why nothing can be recorded now, if so: then nothing more is done, and what comes meanwhile queues up. */
  held(): LayerloomError | undefined;
  /** A job or a commit threw what it should not. */
  failed(thrown: unknown): void;
};

type Caller = { acted: boolean; readonly resolve: () => void; readonly reject: (error: unknown) => void };

export class Turns {
  readonly #options: TurnsOptions;
  #jobs: (() => void)[] = [];
  #afterCommit: (() => void)[] = [];
  /** Whoever acted and waits until it is on disk. */
  readonly #callers = new Set<Caller>();
  #scheduled = false;
  #stopped = false;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Nothing is left to do or to commit. While nothing can be recorded: nothing is about to be tried. */
  get idle(): boolean {
    if (this.#options.held()) return !this.#scheduled;
    return this.#jobs.length === 0 && this.#afterCommit.length === 0 && !this.#scheduled;
  }

  /** Nothing to do at this moment. */
  get quiet(): boolean {
    return this.#jobs.length === 0 && !this.#scheduled && !this.#options.held();
  }

  /** Done in the order of the engine's own work. Within a job the turn is under way; elsewhere `schedule` must follow. */
  push(job: () => void): void {
    this.#jobs.push(job);
  }

  post(job: () => void): void {
    this.#jobs.push(job);
    this.schedule();
  }

  /** Once all that was recorded until now is on disk. */
  afterCommit(act: () => void): void {
    this.#afterCommit.push(act);
  }

  /**
   * As `post`; settles once it is on disk, and tells the caller what `act` throws instead of ending the engine. Rejects
   * when the engine stops before.
   */
  act(act: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#stopped) {
      reject(this.#options.held() ?? hasStopped());
      return promise;
    }
    const caller: Caller = { acted: false, resolve, reject };
    this.#callers.add(caller);
    this.post(() => {
      try {
        act();
        caller.acted = true;
      } catch (error) {
        this.#callers.delete(caller);
        reject(error);
      }
    });
    return promise;
  }

  schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => this.#turn());
  }

  flush(): boolean {
    const acts = this.#afterCommit;
    this.#afterCommit = [];
    if (!this.#record()) {
      this.#afterCommit = [...acts, ...this.#afterCommit];
      return false;
    }
    for (const act of acts) act();
    return true;
  }

  /** What was gathered is recorded where that can be, and nothing more begins. */
  close(): void {
    if (this.#stopped) return;
    this.#record();
    this.stop(this.#options.held() ?? hasStopped());
  }

  /** Nothing more is done or recorded. Callers who still wait are told so. */
  stop(error: LayerloomError): void {
    this.#stopped = true;
    for (const { reject } of this.#callers) reject(error);
    this.#callers.clear();
  }

  #record(): boolean {
    if (!this.#options.commit()) return false;
    for (const caller of this.#callers) {
      if (!caller.acted) continue;
      this.#callers.delete(caller);
      caller.resolve();
    }
    return true;
  }

  #turn(): void {
    this.#scheduled = false;
    if (this.#stopped) return;
    try {
      const more = this.#options.held() ? true : this.#work();
      if (this.flush() && (more || this.#jobs.length > 0)) this.schedule();
    } catch (error) {
      this.#options.failed(error);
    }
  }

  /** True when the budget of the turn ended before the work did. */
  #work(): boolean {
    let next = 0;
    try {
      for (let done = 0; done < JOBS_PER_TURN; done++) {
        const job = this.#jobs[next];
        if (job) {
          next += 1;
          job();
        } else if (!this.#options.begin()) return false;
      }
      return true;
    } finally {
      this.#jobs = this.#jobs.slice(next);
    }
  }
}

/** What whoever still waits for an engine is told. */
export function hasStopped(): LayerloomError {
  return new LayerloomError("CONNECTION_LOST", "the engine has stopped", { retryable: true });
}
