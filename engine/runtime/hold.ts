/**
 * Owns the time in which nothing can be recorded: since when and why, what is shown of the runs meanwhile, and when the
 * database is tried again. What is committed is the host's.
 */
import type { DatabaseHealth } from "#contract/database.ts";
import { type ErrorCode, LayerloomError } from "#contract/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type { Store } from "#ports/store.ts";
import { LiveRun } from "./live-run.ts";
import { readRun } from "./recover.ts";

const FIRST_PAUSE_MS = 1_000;

/** What passes by itself, and the longest pause before it is tried again: a lock goes sooner than room comes. */
const PASSING: Readonly<Partial<Record<ErrorCode, Passing>>> = {
  DATABASE_FULL: { state: "full", longestPauseMs: 30_000 },
  DATABASE_LOCKED: { state: "locked", longestPauseMs: 2_000 },
};

type Passing = { readonly state: DatabaseHealth["state"]; readonly longestPauseMs: number };

export type HoldOptions = {
  readonly clock: Clock;
  readonly store: Store;
  runs(): Iterable<LiveRun>;
  /** The host should try to commit. */
  again(): void;
  /** Recording stopped, or goes on: these runs look different now. */
  shown(runs: readonly LiveRun[]): void;
};

export class Hold {
  readonly #options: HoldOptions;
  #error: LayerloomError | undefined;
  #state: DatabaseHealth["state"] = "ok";
  #pause = FIRST_PAUSE_MS;
  #cancelTry: (() => void) | undefined;

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  /** Why nothing may be started now. */
  get error(): LayerloomError | undefined {
    return this.#error;
  }

  get health(): DatabaseHealth {
    return { state: this.#state, ...(this.#error ? { error: this.#error.toShape() } : {}) };
  }

  /** What `commit` gives; undefined when it met what passes: then the host is asked to try again, after growing pauses. */
  guard<T>(commit: () => T): T | undefined {
    const before = this.#error;
    try {
      const committed = commit();
      if (before) this.#end();
      return committed;
    } catch (error) {
      if (!(error instanceof LayerloomError)) throw error;
      const passing = PASSING[error.code];
      if (!passing) throw error;
      this.untilItPasses(error, passing);
      return undefined;
    }
  }

  /** Nothing will be recorded any more by this engine. */
  forGood(error: LayerloomError): void {
    this.rest();
    this.#error = error;
    this.#state =
      error.code === "DATABASE_DAMAGED" ? "read-only" : (PASSING[error.code]?.state ?? this.#state);
    this.#show();
  }

  /** The next try comes after a pause, each longer than the one before. */
  untilItPasses(error: LayerloomError, { state, longestPauseMs }: Passing): void {
    const news = this.#error?.code !== error.code;
    if (news) {
      this.#error = error;
      this.#state = state;
    }
    if (!this.#cancelTry) {
      const { clock, again } = this.#options;
      this.#cancelTry = clock.at(clock.now() + this.#pause, () => {
        this.#cancelTry = undefined;
        again();
      });
      this.#pause = Math.min(longestPauseMs, this.#pause * 2);
    }
    if (news) this.#show();
  }

  #end(): void {
    this.rest();
    this.#error = undefined;
    this.#state = "ok";
    this.#pause = FIRST_PAUSE_MS;
    this.#show();
  }

  /** While nothing is recorded, runs are shown as they are on disk. */
  #show(): void {
    const { error } = this.health;
    const runs = [...this.#options.runs()];
    for (const run of runs) {
      let committed: LiveRun | undefined;
      run.held = error && {
        error,
        committed: () => {
          committed ??= asCommitted(run, this.#options.store);
          committed.held = run.held;
          return committed;
        },
      };
    }
    this.#options.shown(runs);
  }

  /** No more tries. */
  rest(): void {
    this.#cancelTry?.();
    this.#cancelTry = undefined;
  }
}

/** The run as the store has it: what is only in memory has not happened for anybody who looks. */
function asCommitted(run: LiveRun, store: Store): LiveRun {
  if (run.pending.length === 0) return run;
  const committed = readCommitted(run, store);
  committed.parent = run.parent;
  for (const child of run.children) committed.children.add(child);
  return committed;
}

function readCommitted({ id, row, program, settings }: LiveRun, store: Store): LiveRun {
  try {
    const stored = store.run(id);
    if (stored) return readRun(stored, program, store);
  } catch {
    // Damaged: less is shown, never more.
  }
  return new LiveRun(row, settings, program);
}

/** Anything that stopped an engine, as what later callers are refused with. */
export function asRefusal(thrown: unknown): LayerloomError {
  if (thrown instanceof LayerloomError) return thrown;
  return new LayerloomError("INTERNAL", "the engine has stopped after a fault of its own", { cause: thrown });
}
