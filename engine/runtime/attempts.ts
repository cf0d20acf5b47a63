/**
 * The attempts that run now, over all runs: begins them, ends them, and turns what comes of each into the event that says
 * so, once. Knows nothing of queues, commits and other runs.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { isPaid } from "#core/view.ts";
import type { ActivityResult } from "#ports/activity.ts";
import type { Clock } from "#ports/clock.ts";
import { failureOf, isCostUnknown, usageOf } from "#ports/failure.ts";
import type { MemoryEntry, MemoryWrite } from "#ports/store.ts";
import { type AttemptHost, type AttemptIdentity, type AttemptOutcome, performAttempt } from "./attempt.ts";
import { AwakeCount } from "./awake.ts";
import { keptCard } from "./card.ts";
import { completionOf, judgedFailure } from "./judge.ts";
import type { LiveRun, RunningAttempt } from "./live-run.ts";
import { seededRandom } from "./random.ts";
import type { ScopeSources } from "./scope.ts";

/** Characters of streamed text kept for those who look. */
const STREAM_KEPT = 4_000;

export type AttemptsOptions = {
  readonly clock: Clock;
  readonly simulated: boolean;
  readonly faults: number;
  readonly secrets: (name: string) => string | undefined;
  sources(): ScopeSources;
  memory(name: string): MemoryEntry | undefined;
  /** Does it in the order of the engine's own work. */
  post(act: () => void): void;
  /** An attempt no longer runs: its slot is free. */
  released(run: LiveRun): void;
  /** What came of an attempt, with the memory writes that belong to it. */
  settled(run: LiveRun, event: EventBody, writes: readonly MemoryWrite[]): void;
  streamed(run: LiveRun): void;
  /** An attempt gave what it knows of its output. */
  partial(run: LiveRun, identity: AttemptIdentity, output: JsonObject): void;
  /** True when a guess gives what the attempt would: `settle` is called with it. */
  takeGuess(
    run: LiveRun,
    identity: AttemptIdentity,
    signal: AbortSignal,
    settle: (outcome: AttemptOutcome) => void,
  ): boolean;
};

export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #awake = new AwakeCount();

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** True while something runs whose end virtual time must wait for. */
  get busy(): boolean {
    return this.#awake.any;
  }

  /** Takes the attempt on; the answer begins it, if nothing has taken it back by then. */
  accept(run: LiveRun, identity: AttemptIdentity): () => void {
    const { activation, attempt } = identity;
    const running: RunningAttempt = { activation, attempt, abort: new AbortController() };
    run.attempts.set(identity.node, running);
    return () => {
      if (run.attempts.get(identity.node) === running) this.#begin(run, identity, running);
    };
  }

  cancel(run: LiveRun, node: string): void {
    const running = run.attempts.get(node);
    if (!running) return;
    this.#release(run, node);
    running.abort.abort(new LayerloomError("ATTEMPT_CANCELLED", "the attempt was cancelled"));
  }

  /** A person calls the attempt off: it fails for good, whatever it still brings. False when none runs. */
  callOff(run: LiveRun, node: string): boolean {
    const running = run.attempts.get(node);
    if (!running) return false;
    const { activation, attempt } = running;
    const thrown = new LayerloomError("ATTEMPT_CANCELLED", "a person cancelled the attempt");
    running.abort.abort(thrown);
    this.#release(run, node);
    this.#options.settled(run, this.failed(run, { node, activation, attempt }, thrown), []);
    return true;
  }

  #begin(run: LiveRun, identity: AttemptIdentity, running: RunningAttempt): void {
    const { clock, simulated, faults, secrets } = this.#options;
    const settle = (outcome: AttemptOutcome): void =>
      this.#options.post(() => this.#settle(run, identity, running, outcome));
    if (this.#options.takeGuess(run, identity, running.abort.signal, settle)) return;
    const awake = this.#awake.enter();
    running.leave = awake.leave;
    const host: AttemptHost = {
      clock,
      simulated,
      faults,
      secrets,
      sources: () => this.#options.sources(),
      memory: (name) => this.#options.memory(name),
      sleeping: awake.sleeping,
      stream: (text) => this.#stream(run, identity, running, text),
      partial: (output) => {
        if (run.attempts.get(identity.node) === running) this.#options.partial(run, identity, output);
      },
    };
    performAttempt(run, host, identity, running.abort, settle);
  }

  #stream(run: LiveRun, { node, activation }: AttemptIdentity, running: RunningAttempt, text: string): void {
    if (run.attempts.get(node) !== running) return;
    const before = run.streams.get(node);
    const kept = before?.activation === activation ? before.text : "";
    run.streams.set(node, { activation, text: (kept + text).slice(-STREAM_KEPT) });
    this.#options.streamed(run);
  }

  #settle(run: LiveRun, identity: AttemptIdentity, running: RunningAttempt, outcome: AttemptOutcome): void {
    if (run.attempts.get(identity.node) !== running) return;
    this.#release(run, identity.node);
    if ("thrown" in outcome) {
      this.#options.settled(run, this.failed(run, identity, outcome.thrown), []);
      return;
    }
    const { result } = outcome;
    let event: EventBody;
    try {
      event = this.#finished(run, identity, result);
    } catch (thrown) {
      const usage = result.type === "done" ? result.usage : undefined;
      this.#options.settled(run, this.failed(run, identity, thrown, usage), []);
      return;
    }
    const at = this.#options.clock.now();
    const writes = result.type === "done" ? (result.memory ?? []) : [];
    this.#options.settled(
      run,
      event,
      writes.map((write) => ({ ...write, at, runId: run.id })),
    );
  }

  #finished(run: LiveRun, identity: AttemptIdentity, result: ActivityResult<Json>): EventBody {
    const { node, activation, attempt } = identity;
    if (result.type === "wait")
      return { event: "WaitStarted", node, activation, attempt, wakeAt: result.until };
    if (result.type === "human") {
      const card = keptCard(result.card, this.#options.sources().values);
      return { event: "HumanTaskOpened", node, activation, card };
    }
    const completion = completionOf(
      run,
      this.#options.sources(),
      node,
      result.outcome ?? "ok",
      result.output,
    );
    return {
      event: "AttemptSucceeded",
      node,
      activation,
      attempt,
      ...completion,
      ...usageField(result.usage),
    };
  }

  /** AttemptFailed for this reason, judged for the case that it is for good. */
  failed(
    run: LiveRun,
    identity: Omit<AttemptIdentity, "tryOfRun">,
    thrown: unknown,
    usage = usageOf(thrown),
  ): EventBody {
    const { node, activation, attempt } = identity;
    const failure = failureOf(thrown, run.program.failureRows(node));
    const judged = judgedFailure(run, this.#options.sources(), node, failure);
    const random = seededRandom(run.settings.seed, node, activation, attempt);
    const paid = isPaid(run.program.plan, run.state, node);
    const unsettled = paid && isCostUnknown(failure.code, thrown) ? { unsettled: true as const } : {};
    const fields = { node, activation, attempt, ...judged, random, ...unsettled };
    return { event: "AttemptFailed", ...fields, ...usageField(usage) };
  }

  #release(run: LiveRun, node: string): void {
    run.attempts.get(node)?.leave?.();
    run.attempts.delete(node);
    run.streams.delete(node);
    this.#options.released(run);
  }
}

/** Nothing, for what cost nothing. */
function usageField(usage: Usage | undefined): { usage?: Usage } {
  if (usage === undefined || ((usage.usd ?? 0) === 0 && (usage.tokens ?? 0) === 0)) return {};
  return { usage };
}
