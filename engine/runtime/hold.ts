/**
 * Owns the time in which nothing can be recorded: since when and why, what is shown of the runs meanwhile, and when the
 * database is tried again. Performs nothing and commits nothing: the host does.
 */
import type { DatabaseHealth } from "#contract/database.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Clock } from "#ports/clock.ts";
import type { Store } from "#ports/store.ts";
import { LiveRun } from "./live-run.ts";
import { readRun } from "./recover.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class Hold {
  readonly #clock: Clock;
  readonly #again: () => void;
  #error: LayerloomError | undefined;
  #state: DatabaseHealth["state"] = "ok";
  #pause = FIRST_PAUSE_MS;
  #cancelTry: (() => void) | undefined;

  /** `again`: the host should try to commit. */
  constructor(clock: Clock, again: () => void) {
    this.#clock = clock;
    this.#again = again;
  }

  /** Why nothing may be started now. */
  get error(): LayerloomError | undefined {
    return this.#error;
  }

  get health(): DatabaseHealth {
    return { state: this.#state, ...(this.#error ? { error: this.#error.toShape() } : {}) };
  }

  /** Called after each commit that found no room; the pauses grow. */
  untilRoom(error: LayerloomError): void {
    this.#error ??= error;
    this.#state = "full";
    if (this.#cancelTry) return;
    this.#cancelTry = this.#clock.at(this.#clock.now() + this.#pause, () => {
      this.#cancelTry = undefined;
      this.#again();
    });
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }

  /** Nothing will be recorded any more by this engine. */
  forGood(error: LayerloomError): void {
    this.#rest();
    this.#error = error;
    this.#state = error.code === "DATABASE_DAMAGED" ? "read-only" : this.#state;
  }

  end(): void {
    this.#rest();
    this.#error = undefined;
    this.#state = "ok";
    this.#pause = FIRST_PAUSE_MS;
  }

  #rest(): void {
    this.#cancelTry?.();
    this.#cancelTry = undefined;
  }
}

/** The run as the store has it: what is only in memory has not happened for anybody who looks. */
export function asCommitted(run: LiveRun, store: Store): LiveRun {
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

/** No room now, and perhaps again later. */
export function isFull(thrown: unknown): thrown is LayerloomError {
  return thrown instanceof LayerloomError && thrown.code === "DATABASE_FULL";
}

/** Anything that stopped an engine, as what later callers are refused with. */
export function asRefusal(thrown: unknown): LayerloomError {
  if (thrown instanceof LayerloomError) return thrown;
  return new LayerloomError("INTERNAL", "the engine has stopped after a fault of its own", { cause: thrown });
}
