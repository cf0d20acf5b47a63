/**
 * The local host: feeds events to the core, performs its effects, and commits once a turn of the event loop over all
 * runs. The order is the promise: decide, commit, then act outside and show.
 */

import type { DatabaseHealth } from "#contract/database.ts";
import { LayerloomError } from "#contract/errors.ts";
import { type EventBody, isFinal } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { BreakerView, HumanTask } from "#contract/run.ts";
import type { Effect } from "#core/effect.ts";
import { inFlight, outstanding } from "#core/outstanding.ts";
import type { ReadyItem } from "#core/schedule/ready-queue.ts";
import { transition } from "#core/transition.ts";
import { runStatus } from "#core/view.ts";
import type { Clock } from "#ports/clock.ts";
import type { MemoryWrite, Store } from "#ports/store.ts";
import { Admission } from "./admission.ts";
import { Attempts } from "./attempts.ts";
import { Breakers } from "./breakers.ts";
import { Budgets } from "./budgets.ts";
import { Children } from "./children.ts";
import { Committer } from "./committer.ts";
import { Effects } from "./effects.ts";
import { asRefusal, Hold } from "./hold.ts";
import { keepResult, resultOf } from "./kept-results.ts";
import type { LiveRun } from "./live-run.ts";
import { MemoryOverlay } from "./memory-overlay.ts";
import type { Programs } from "./programs.ts";
import { ResultCache } from "./result-cache.ts";
import type { ScopeSources } from "./scope.ts";
import { Speculation } from "./speculation.ts";
import { Starts } from "./starts.ts";
import { Timers } from "./timers.ts";
import { hasStopped, Turns } from "./turns.ts";
import { ValueStore } from "./values.ts";
import { decided } from "./waiting.ts";

export type HostOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly programs: Programs;
  readonly simulated: boolean;
  readonly faults?: number;
  readonly secrets?: (name: string) => string | undefined;
  /** Events between two checkpoints of a run; by the size of its graph when absent. */
  readonly checkpointEvery?: number;
  /** After each commit, with the runs that have news. */
  readonly onCommitted?: (runs: readonly LiveRun[]) => void;
  /** A running attempt streamed text. */
  readonly onStream?: (run: LiveRun) => void;
  /** Nothing can be recorded (the disk is full, the database is locked), or it can again. */
  readonly onHeld?: (runs: readonly LiveRun[]) => void;
  /** The engine cannot go on (a damaged database, a defect): nothing is performed any more, what is on disk stays valid. */
  readonly onFatal: (error: unknown) => void;
};

export class Host {
  readonly values: ValueStore;
  readonly programs: Programs;
  readonly runs = new Map<string, LiveRun>();
  readonly #options: HostOptions;
  readonly #clock: Clock;
  readonly #committer: Committer;
  readonly #timers: Timers;
  readonly #attempts: Attempts;
  readonly #results: ResultCache;
  readonly #speculation: Speculation;
  readonly #children: Children;
  readonly #admission: Admission;
  readonly #effects: Effects;
  readonly #breakers: Breakers;
  readonly #budgets: Budgets;
  readonly #hold: Hold;
  readonly #turns: Turns;
  readonly #starts = new Starts();

  constructor(options: HostOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.programs = options.programs;
    this.values = new ValueStore(options.store);
    this.#results = new ResultCache(options.store);
    const memory = new MemoryOverlay(options.store);
    this.#committer = new Committer(
      options.store,
      this.values,
      memory,
      this.#results,
      options.checkpointEvery,
    );
    this.#timers = new Timers(options.clock);
    this.#turns = new Turns({
      begin: () => this.#admission.beginNext(),
      commit: () => this.#commit(),
      held: () => this.#hold.error,
      failed: (thrown) => this.fail(thrown),
    });
    this.#hold = new Hold({
      clock: options.clock,
      store: options.store,
      runs: () => this.runs.values(),
      again: () => this.#turns.schedule(),
      shown: (runs) => options.onHeld?.(runs),
    });
    const waiting = {
      simulated: options.simulated,
      sources: () => this.sources(),
      enqueue: (item: ReadyItem) => {
        this.#admission.enqueue(item);
        this.#turns.schedule();
      },
      changed: (run: LiveRun) => this.#committer.changed(run),
    };
    this.#budgets = new Budgets({ ...waiting, now: () => this.now() });
    this.#breakers = new Breakers({
      ...waiting,
      clock: options.clock,
      store: options.store,
      run: (id) => this.runs.get(id),
      keep: (row) => this.#committer.breaker(row),
    });
    const within = {
      run: (id: string) => this.runs.get(id),
      sources: () => this.sources(),
      feed: (run: LiveRun, event: EventBody) => this.feed(run, event),
    };
    this.#admission = new Admission({ ...within, breakers: this.#breakers, budgets: this.#budgets });
    const outside = {
      clock: options.clock,
      simulated: options.simulated,
      faults: options.faults ?? 0,
      secrets: options.secrets ?? (() => undefined),
      sources: () => this.sources(),
      memory: (name: string) => this.#committer.memory(name),
      post: (act: () => void) => this.post(act),
    };
    this.#speculation = new Speculation({
      ...outside,
      store: options.store,
      hasRoom: () => this.#admission.hasRoom,
      spares: (run, node) => this.#breakers.rests(run, node) || this.#budgets.binds(run, node),
      ended: (run, event) => this.feed(run, event),
      count: (count) => this.#committer.guess(count),
    });
    this.#attempts = new Attempts({
      ...outside,
      takeGuess: (...attempt) => this.#speculation.take(...attempt),
      released: (run) => this.#admission.release(run),
      settled: (run, event, writes) => this.#settled(run, event, writes),
      streamed: (run) => options.onStream?.(run),
      partial: (...known) => this.#speculation.partial(...known),
    });
    this.#children = new Children({
      store: options.store,
      programs: options.programs,
      sources: () => this.sources(),
      feed: (run, event) => this.feed(run, event),
      admit: (run, first) => this.#admit(run, first),
      recover: (run) => this.recover(run),
      failed: (run, attempt, thrown) => this.#attempts.failed(run, attempt, thrown),
    });
    this.#effects = new Effects({
      ...within,
      admission: this.#admission,
      attempts: this.#attempts,
      breakers: this.#breakers,
      children: this.#children,
      results: this.#results,
      simulated: options.simulated,
      speculation: this.#speculation,
      store: options.store,
      timers: this.#timers,
      turns: this.#turns,
      decideForThem: (run, task, outcome) => this.decide(run, task, "simulated", outcome, "", null),
    });
  }

  now(): number {
    return this.#clock.now();
  }

  breakers(): readonly BreakerView[] {
    return this.#breakers.views();
  }

  resetBreaker(service: string): Promise<void> {
    return this.act(() => this.#breakers.reset(service));
  }

  get health(): DatabaseHealth {
    return this.#hold.health;
  }

  /**
   * A new run. Settles once it is on disk; then it begins. Rejects with DATABASE_FULL or DATABASE_LOCKED when it cannot
   * be recorded now, and with what stopped the engine once it has stopped: then there is no such run.
   */
  async start(run: LiveRun, first: EventBody): Promise<void> {
    this.#mustRecord();
    this.#committer.create(run);
    const effects = this.#apply(run, first);
    this.#turns.schedule();
    return this.#starts.add(run, () => {
      this.runs.set(run.id, run);
      for (const effect of effects) this.#effects.perform(run, effect);
      this.#turns.schedule();
    });
  }

  /** A child run: part of what its parent does in this turn. */
  #admit(run: LiveRun, first: EventBody): void {
    this.runs.set(run.id, run);
    this.#committer.create(run);
    this.feed(run, first);
  }

  /** A run as its journal left it goes on, its children before it: attempts cut off by the crash are recorded as lost, then all it waits for is asked for again. */
  recover(run: LiveRun): void {
    this.#mustRecord();
    const { plan } = run.program;
    this.runs.set(run.id, run);
    this.#children.recover(run);
    for (const attempt of inFlight(plan, run.state)) this.#apply(run, { event: "AttemptLost", ...attempt });
    if (run.program.caches) this.#results.recovered(run, this.sources());
    for (const effect of outstanding(plan, run.state)) this.#effects.perform(run, effect);
    this.#turns.schedule();
  }

  /** Moves a run by one event and performs what follows. Throws ILLEGAL_EVENT and changes nothing if it may not happen now. */
  feed(run: LiveRun, event: EventBody): void {
    for (const effect of this.#apply(run, event)) this.#effects.perform(run, effect);
    if (event.event === "RunEnded") this.#children.ended(run);
    else if (event.event === "RunPaused" || event.event === "RunResumed")
      this.#children.pause(run, event.event);
    this.#turns.schedule();
  }

  /** Runs `act` in the order of the engine's own work. */
  post(act: () => void): void {
    this.#turns.post(act);
  }

  /**
   * As `post`; settles once it is on disk, and reports what `act` throws to the caller instead of ending the engine. While
   * nothing can be recorded nothing is taken on: rejects as `start` does.
   */
  async act(act: () => void): Promise<void> {
    this.#mustRecord();
    return this.#turns.act(act);
  }

  sources(): ScopeSources {
    return { values: this.values, now: this.#clock.now(), memory: (name) => this.#committer.memory(name) };
  }

  decide(
    run: LiveRun,
    task: Pick<HumanTask, "node" | "activation" | "card">,
    by: "person" | "simulated",
    outcome: string,
    comment: string,
    value: Json,
  ): void {
    this.feed(run, {
      event: "HumanTaskDecided",
      node: task.node,
      activation: task.activation,
      by,
      ...(comment === "" ? {} : { comment }),
      ...decided(run, this.sources(), task.node, task.card, outcome, { outcome, comment, value, by }),
    });
  }

  /** Throws CONFLICT when no attempt of the node runs. Call it in `act`. */
  cancelAttempt(run: LiveRun, node: string): void {
    if (this.#attempts.callOff(run, node)) return;
    throw new LayerloomError("CONFLICT", `no attempt of "${node}" is running`, {
      field: node,
      hint: "Only what runs can be cancelled by itself; cancel the run to end all that waits.",
    });
  }

  /** Nothing to do until time passes, a person decides or something outside answers. */
  get idle(): boolean {
    // While nothing can be recorded, what attempts answer queues up and cannot be taken in before time passes.
    if (this.#hold.error) return this.#turns.idle;
    return this.#turns.idle && !this.#attempts.busy && !this.#speculation.busy;
  }

  /** Nothing of its own to do at this moment; attempts may be under way. */
  get quiet(): boolean {
    return this.#turns.quiet;
  }

  /** Stops without ending any run: the next engine goes on from what is on disk. */
  stop(): void {
    this.#turns.close();
    this.#halt(hasStopped());
  }

  /** Stops for good: runs are shown as they are on disk, and whoever wants to start one is told why not. */
  fail(thrown: unknown): void {
    if (this.#turns.stopped) return;
    const error = asRefusal(thrown);
    this.#turns.stop(error);
    this.#halt(error);
    this.#hold.forGood(error);
    this.#options.onFatal(thrown);
  }

  #halt(error: LayerloomError): void {
    this.#withdraw(error);
    this.#hold.rest();
    this.#timers.clearAll();
    this.#breakers.stop();
    this.#speculation.stop();
    for (const run of this.runs.values()) {
      for (const attempt of run.attempts.values())
        attempt.abort.abort(new LayerloomError("ATTEMPT_CANCELLED", "the engine stops"));
    }
  }

  #apply(run: LiveRun, event: EventBody): readonly Effect[] {
    const at = this.#clock.now();
    const result = resultOf(run, event);
    const storable = run.program.caches ? this.#results.storable(run, this.sources(), event) : undefined;
    const { reservedUsd } = run.state;
    const { effects, derived, nodes, edges } = transition(run.program.plan, run.state, event, at);
    if (run.state.reservedUsd < reservedUsd) this.#budgets.released(run);
    run.record(event, at);
    for (const concluded of derived) run.record(concluded, at);
    for (const node of nodes) run.touchedNodes.add(node);
    for (const edge of edges) run.touchedEdges.add(edge);
    if (result) keepResult(run, result, { committer: this.#committer, values: this.values, at });
    if (run.program.caches) this.#results.moved(run, this.sources(), event, storable, nodes);
    if (run.program.guessable.size > 0) this.#speculation.moved(run);
    this.#committer.changed(run);
    if (run.parent) this.#children.moved(run);
    return effects;
  }

  /** False while nothing can be recorded. */
  #commit(): boolean {
    const runs = this.#hold.guard(() => this.#record());
    if (!runs) return false;
    this.#starts.begin();
    for (const run of runs) {
      if (!isFinal(runStatus(run.program.plan, run.state))) continue;
      this.runs.delete(run.id);
      this.#timers.clearRun(run.id);
      this.#admission.forget(run);
    }
    if (runs.length > 0) this.#options.onCommitted?.(runs);
    return true;
  }

  #record(): readonly LiveRun[] {
    try {
      return this.#committer.commit();
    } catch (thrown) {
      this.#withdraw(thrown);
      throw thrown;
    }
  }

  #withdraw(error: unknown): void {
    for (const run of this.#starts.refuse(error)) this.#committer.withdraw(run);
  }

  /** Room may have come back just now, so it is tried before anybody is refused. */
  #mustRecord(): void {
    if (this.#hold.error && !this.#turns.stopped) this.#turns.flush();
    if (this.#hold.error) throw this.#hold.error;
  }

  #settled(run: LiveRun, event: EventBody, writes: readonly MemoryWrite[]): void {
    for (const write of writes) this.#committer.remember(write);
    this.feed(run, event);
    this.#breakers.heard(run, event);
  }
}
