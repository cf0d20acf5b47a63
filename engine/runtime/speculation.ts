/**
 * Guesses: while a node runs, the pure nodes that it names under `speculate` are started ahead, on the output that it
 * gave last or on what it has given so far of the new one, which refutes a guess that it does not agree with. When such a
 * node is really dispatched, equal settings confirm the guess and its result is the attempt's; others refute it. A guess
 * runs outside of the journal and commits nothing; only its end and its cost are recorded.
 * What dies with the process was a guess: nobody misses it, and its cost is not known.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { EventOf, Usage } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import { usageOf } from "#ports/failure.ts";
import type { GuessCount, Store } from "#ports/store.ts";
import { type AttemptHost, type AttemptIdentity, type AttemptOutcome, performAttempt } from "./attempt.ts";
import { AwakeCount } from "./awake.ts";
import {
  isAwaited,
  isDue,
  isUnderWay,
  isWorthWhile,
  type Likely,
  mayLeadTo,
  tellsAll,
} from "./guess-rules.ts";
import { GuessTries } from "./guess-tries.ts";
import type { LiveRun } from "./live-run.ts";
import { hashOf } from "./result-key.ts";
import type { ScopeSources } from "./scope.ts";
import { resolveSettings, settingsReads } from "./settings.ts";

/** Guesses that run at once in one engine. */
const AT_ONCE = 16;

export type SpeculationOptions = Pick<
  AttemptHost,
  "clock" | "simulated" | "faults" | "secrets" | "memory"
> & {
  readonly store: Store;
  sources(): ScopeSources;
  /** Is there room that nobody real needs? */
  hasRoom(): boolean;
  /** Must nobody call it on a guess? Its service rests, or it would come out of a budget. */
  spares(run: LiveRun, node: string): boolean;
  /** Does it in the order of the engine's own work. */
  post(act: () => void): void;
  ended(run: LiveRun, event: EventOf<"SpeculationEnded">): void;
  count(count: GuessCount): void;
};

type Guess = {
  readonly of: AttemptIdentity;
  readonly on: Likely["basis"];
  readonly node: string;
  readonly activation: number;
  /** Hash of the settings that it works with. */
  readonly settings: string;
  readonly abort: AbortController;
  result?: AttemptOutcome;
  /** The attempt that took it over. */
  deliver?: (outcome: AttemptOutcome) => void;
};

export class Speculation {
  readonly #options: SpeculationOptions;
  readonly #awake = new AwakeCount();
  readonly #guesses = new Map<LiveRun, Map<string, Guess>>();
  readonly #tries = new GuessTries();
  #running = 0;

  constructor(options: SpeculationOptions) {
    this.#options = options;
  }

  /** True while a guess runs whose end virtual time must wait for. */
  get busy(): boolean {
    return this.#awake.any;
  }

  /** An attempt of a node that speculates has begun. */
  begin(run: LiveRun, of: AttemptIdentity): void {
    const last = this.#options.store.lastOutput(run.program.definition.name, of.node);
    if (!last) return;
    const output = this.#options.sources().values.get(last.output);
    this.#look(run, of, { basis: "last", node: of.node, outcome: last.outcome, output });
  }

  /** A running attempt gave what it knows of its output. Which outcome it will leave by it does not say. */
  partial(run: LiveRun, of: AttemptIdentity, output: JsonObject): void {
    if (!run.program.guessable.has(of.node)) return;
    this.#options.post(() => {
      if (isUnderWay(run, of))
        this.#look(run, of, { basis: "partial", node: of.node, outcome: "ok", output });
    });
  }

  /** Starts what may be started on this, in place of guesses that it refutes. */
  #look(run: LiveRun, of: AttemptIdentity, likely: Likely): void {
    const { plan, guessable } = run.program;
    const assumed = (): ScopeSources => ({ ...this.#options.sources(), assumed: likely });
    for (const node of guessable.get(of.node) ?? []) {
      const before = this.#guesses.get(run)?.get(node);
      if (before && (before.of.node !== of.node || likely.basis === "last")) continue;
      if (!isDue(run, plan.indexOf.get(of.node) ?? -1, plan.indexOf.get(node) ?? -1)) continue;
      if (!tellsAll(likely, settingsReads(run, node))) continue;
      if (!mayLeadTo(run, assumed(), likely, node)) continue;
      const settings = this.#settingsOf(run, assumed(), node);
      if (settings === undefined || settings === before?.settings) continue;
      if (!this.#isWorthWhile(run, of.node, node, likely.basis)) continue;
      if (before) this.#discard(run, before, "refuted");
      if (this.#mayGuess(run, of, node, settings)) this.#guess(run, of, node, likely, settings);
    }
  }

  #mayGuess(run: LiveRun, of: AttemptIdentity, node: string, settings: string): boolean {
    if (this.#running >= AT_ONCE || !this.#options.hasRoom() || this.#options.spares(run, node)) return false;
    return this.#tries.allows(run, of, node, settings);
  }

  /** Guesses of a kind that are wrong too often are off; the node is said to be, unless another kind may still be right. */
  #isWorthWhile(run: LiveRun, source: string, node: string, basis: Likely["basis"]): boolean {
    const pipeline = run.program.definition.name;
    const pays = (kind: Likely["basis"]): boolean | undefined => {
      const count = this.#options.store.guesses({ pipeline, source, node, basis: kind });
      return count && isWorthWhile(count);
    };
    if (pays(basis) !== false) return true;
    if (pays(basis === "last" ? "partial" : "last") !== true && run.guesses.get(node) !== "running") {
      run.guesses.set(node, "off");
      run.touchedNodes.add(run.program.plan.indexOf.get(node) ?? -1);
    }
    return false;
  }

  /** True when the attempt takes a guess over: `settle` is called with what it gives, unless `signal` is aborted. */
  take(
    run: LiveRun,
    { node, activation, attempt }: AttemptIdentity,
    signal: AbortSignal,
    settle: (outcome: AttemptOutcome) => void,
  ): boolean {
    const guess = this.#guesses.get(run)?.get(node);
    if (attempt !== 1 || !(guess || this.#tries.has(run, node))) return false;
    if (run.state.link[run.program.plan.indexOf.get(node) ?? -1] !== 0) {
      // A fallback was taken before there was an attempt: the guess says nothing of it.
      if (guess) this.#discard(run, guess, "abandoned");
      return false;
    }
    const settings = this.#settingsOf(run, this.#options.sources(), node);
    for (const count of this.#tries.settle(run, node, settings)) this.#options.count(count);
    if (!guess || guess.activation !== activation) return false;
    if (guess.settings !== settings) {
      this.#discard(run, guess, "refuted");
      return false;
    }
    this.#forget(run, guess);
    this.#end(run, guess, "confirmed");
    if (guess.result) {
      settle(guess.result);
      return true;
    }
    guess.deliver = settle;
    const cutOff = (): void => guess.abort.abort(signal.reason);
    signal.addEventListener("abort", cutOff, { once: true });
    return true;
  }

  /** After each step of a run: guesses that nobody can confirm any more are abandoned. */
  moved(run: LiveRun): void {
    for (const guess of this.#guesses.get(run)?.values() ?? []) {
      if (!this.#isAlive(run, guess)) this.#discard(run, guess, "abandoned");
    }
  }

  stop(): void {
    for (const guesses of this.#guesses.values())
      for (const { abort } of guesses.values()) abort.abort(STOPPED);
  }

  #guess(run: LiveRun, of: AttemptIdentity, node: string, likely: Likely, settings: string): void {
    const { state } = run;
    const index = run.program.plan.indexOf.get(node) ?? -1;
    const activation = (state.activations[index] ?? 0) + 1;
    const guess: Guess = { of, on: likely.basis, node, activation, settings, abort: new AbortController() };
    this.#tries.add(run, of, node, settings, likely.basis);
    const own = this.#guesses.get(run) ?? new Map<string, Guess>();
    this.#guesses.set(run, own);
    own.set(node, guess);
    run.guesses.set(node, "running");
    run.touchedNodes.add(index);
    this.#running += 1;
    const awake = this.#awake.enter();
    let here = true;
    const leave = (): void => {
      awake.leave();
      if (here) this.#running -= 1;
      here = false;
    };
    guess.abort.signal.addEventListener("abort", leave, { once: true });
    const { clock, simulated, faults, secrets, memory } = this.#options;
    const host: AttemptHost = {
      ...{ clock, simulated, faults, secrets, memory, guess: true },
      sources: () => ({ ...this.#options.sources(), assumed: likely }),
      sleeping: awake.sleeping,
      stream: () => undefined,
      partial: () => undefined,
    };
    const identity = { node, activation, attempt: 1, tryOfRun: (state.attempts[index] ?? 0) + 1 };
    performAttempt(run, host, identity, guess.abort, (outcome) => {
      this.#options.post(() => {
        leave();
        this.#done(run, guess, outcome);
      });
    });
  }

  /** What failed is no guess worth having: the attempt itself finds out. */
  #done(run: LiveRun, guess: Guess, outcome: AttemptOutcome): void {
    guess.result = outcome;
    if (guess.deliver) guess.deliver(outcome);
    else if (this.#guesses.get(run)?.get(guess.node) === guess && !isResult(outcome))
      this.#discard(run, guess, "abandoned");
  }

  #isAlive(run: LiveRun, { of, node, activation }: Guess): boolean {
    const { plan } = run.program;
    return isAwaited(
      run,
      plan.indexOf.get(of.node) ?? -1,
      of.activation,
      plan.indexOf.get(node) ?? -1,
      activation,
    );
  }

  #forget(run: LiveRun, guess: Guess): void {
    const own = this.#guesses.get(run);
    own?.delete(guess.node);
    if (own?.size === 0) this.#guesses.delete(run);
    run.guesses.delete(guess.node);
  }

  #discard(run: LiveRun, guess: Guess, verdict: "refuted" | "abandoned"): void {
    this.#forget(run, guess);
    this.#end(run, guess, verdict);
  }

  #end(run: LiveRun, guess: Guess, verdict: EventOf<"SpeculationEnded">["verdict"]): void {
    const { of, on, node, result } = guess;
    const usage = verdict === "confirmed" || !result ? undefined : usageIn(result);
    if (verdict !== "confirmed") guess.abort.abort(DISCARDED);
    if (run.state.ended !== null) return;
    const event = { event: "SpeculationEnded", node, of: of.node, on, verdict } as const;
    this.#options.ended(run, usage === undefined ? event : { ...event, usage });
  }

  /** Undefined when they cannot be worked out. */
  #settingsOf(run: LiveRun, sources: ScopeSources, node: string): string | undefined {
    try {
      return hashOf(resolveSettings(run, sources, node));
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError)) throw thrown;
      return undefined;
    }
  }
}

const STOPPED = new LayerloomError("ATTEMPT_CANCELLED", "the engine stops");
const DISCARDED = new LayerloomError("ATTEMPT_CANCELLED", "the guess was wrong");

function isResult(outcome: AttemptOutcome): boolean {
  return "result" in outcome && outcome.result.type === "done";
}

function usageIn(outcome: AttemptOutcome): Usage | undefined {
  if ("thrown" in outcome) return usageOf(outcome.thrown);
  return outcome.result.type === "done" ? outcome.result.usage : undefined;
}
