/**
 * The local host: feeds events to the core, performs its effects, and commits once a turn of the event loop over all
 * runs. The order is the promise: decide, commit, then act outside and show.
 */

import type { DatabaseHealth } from "#contract/database.ts";
import { LayerloomError } from "#contract/errors.ts";
import { type EventBody, type Failure, type HumanTaskCard, isFinal } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { BreakerView, HumanTask } from "#contract/run.ts";
import type { Effect } from "#core/effect.ts";
import { inFlight, isOutstanding, outstanding } from "#core/outstanding.ts";
import { type ReadyItem, ReadyQueue } from "#core/schedule/ready-queue.ts";
import { transition } from "#core/transition.ts";
import { runStatus } from "#core/view.ts";
import type { Clock } from "#ports/clock.ts";
import type { MemoryWrite, Store } from "#ports/store.ts";
import { Attempts } from "./attempts.ts";
import { Breakers } from "./breakers.ts";
import { Budgets } from "./budgets.ts";
import { keptCard } from "./card.ts";
import { Children } from "./children.ts";
import { Committer } from "./committer.ts";
import { endRun } from "./end-run.ts";
import { asRefusal, Hold } from "./hold.ts";
import { judgedFailure } from "./judge.ts";
import { keepResult, resultOf } from "./kept-results.ts";
import type { LiveRun } from "./live-run.ts";
import { MemoryOverlay } from "./memory-overlay.ts";
import type { Programs } from "./programs.ts";
import { seededRandom } from "./random.ts";
import { ResultCache } from "./result-cache.ts";
import type { ScopeSources } from "./scope.ts";
import { judgeSkip } from "./skip.ts";
import { Speculation } from "./speculation.ts";
import { Starts } from "./starts.ts";
import { Timers } from "./timers.ts";
import { hasStopped, Turns } from "./turns.ts";
import { ValueStore } from "./values.ts";
import { cardOf, decided, timerFired } from "./waiting.ts";

/** Attempts that run at once in one engine. */
const SLOTS = 256;

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
  readonly #queue = new ReadyQueue();
  readonly #breakers: Breakers;
  readonly #budgets: Budgets;
  readonly #hold: Hold;
  readonly #turns: Turns;
  readonly #starts = new Starts();
  #slots = SLOTS;

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
      begin: () => this.#beginNext(),
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
        this.#queue.enqueue(item);
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
      hasRoom: () => this.#slots > 0,
      spares: (run, node) => this.#breakers.rests(run, node) || this.#budgets.binds(run, node),
      ended: (run, event) => this.feed(run, event),
      count: (count) => this.#committer.guess(count),
    });
    this.#attempts = new Attempts({
      ...outside,
      takeGuess: (...attempt) => this.#speculation.take(...attempt),
      released: (run) => this.#release(run),
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
      for (const effect of effects) this.#perform(run, effect);
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
    for (const effect of outstanding(plan, run.state)) this.#perform(run, effect);
    this.#turns.schedule();
  }

  /** Moves a run by one event and performs what follows. Throws ILLEGAL_EVENT and changes nothing if it may not happen now. */
  feed(run: LiveRun, event: EventBody): void {
    for (const effect of this.#apply(run, event)) this.#perform(run, effect);
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

  /** False when nothing in the queue may start now. */
  #beginNext(): boolean {
    const item = this.#queue.take(this.#slots);
    if (!item) return false;
    if (!this.#begin(item)) this.#queue.release(item.runId);
    return true;
  }

  /** False: nobody waits for it any more, or it may not start yet. */
  #begin(item: ReadyItem): boolean {
    const run = this.runs.get(item.runId);
    if (!run || !isOutstanding(run.program.plan, run.state, { type: "Enqueue", ...item })) return false;
    const { node, activation, attempt } = item;
    const reserved = this.#budgets.admit(run, item);
    if (reserved === "wait") return false;
    if (typeof reserved === "object") return this.#refuse(run, item, reserved);
    const answer = run.program.guards.size === 0 ? "go" : this.#breakers.admit(run, item);
    if (answer === "wait") return false;
    if (answer !== "go") return this.#refuse(run, item, answer);
    this.#slots -= 1;
    const started = { event: "AttemptStarted", node, activation, attempt } as const;
    this.feed(run, reserved === 0 ? started : { ...started, reserved });
    return true;
  }

  /** No attempt is made: the node takes the next link of its chain, or fails for good. */
  #refuse(run: LiveRun, { node, activation, attempt }: ReadyItem, failure: Failure): false {
    const random = seededRandom(run.settings.seed, node, activation, attempt);
    this.feed(run, {
      event: "AttemptRefused",
      node,
      activation,
      ...judgedFailure(run, this.sources(), node, failure),
      random,
    });
    return false;
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
      this.#queue.remove(run.id);
      this.#breakers.forget(run);
      this.#budgets.forget(run);
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

  #perform(run: LiveRun, effect: Effect): void {
    switch (effect.type) {
      case "Enqueue":
        this.#queue.enqueue({
          runId: run.id,
          node: effect.node,
          activation: effect.activation,
          attempt: effect.attempt,
          limit: run.program.plan.maxConcurrent,
        });
        return;
      case "DispatchAttempt":
        if (run.program.hasChildren(effect.node)) {
          this.#release(run);
          this.#later(run, effect, () => this.feed(run, this.#children.begin(run, effect)));
          return;
        }
        // Only what touches the world has to wait for the disk: a pure activity may run again without harm.
        if (run.program.isPure(effect.node)) this.#turns.push(this.#attempts.accept(run, effect));
        else this.#turns.afterCommit(this.#attempts.accept(run, effect));
        if (run.program.guessable.has(effect.node)) {
          this.#later(run, effect, () => this.#speculation.begin(run, effect));
        }
        return;
      case "CancelAttempt":
        this.#attempts.cancel(run, effect.node);
        this.#breakers.takenBack(run, effect.node);
        return;
      case "StartChild":
        this.#later(run, effect, () => this.#children.start(run, effect));
        return;
      case "CancelChildren":
        this.#children.cancel(run, effect.node);
        return;
      case "CollectChildren":
        this.#later(run, effect, () => this.feed(run, this.#children.collect(run, effect)));
        return;
      case "JudgeSkip":
        this.#later(run, effect, () => this.#judge(run, effect));
        return;
      case "SetTimer":
        this.#timers.set(run.id, effect.node, effect.timer, effect.fireAt, () => {
          this.#later(run, effect, () => this.feed(run, timerFired(run, this.sources(), effect)));
          this.#turns.schedule();
        });
        return;
      case "ClearTimer":
        this.#timers.clear(run.id, effect.node, effect.timer);
        return;
      case "OpenHumanTask":
        this.#openTask(run, effect);
        return;
      case "CloseHumanTask":
        return; // the inbox is read from the state
      case "EndRun":
        this.#later(run, effect, () => this.feed(run, endRun(run, this.sources(), effect.status)));
        return;
    }
  }

  #judge(run: LiveRun, effect: Extract<Effect, { type: "JudgeSkip" }>): void {
    const askAgain = (): void => {
      this.#perform(run, effect);
      this.#turns.schedule();
    };
    const answer =
      effect.cause.by === "cache"
        ? this.#results.answer(run, this.sources(), effect, askAgain)
        : judgeSkip(run, this.sources(), this.#options.store, effect);
    if (answer) this.feed(run, answer);
  }

  /** The slot of an attempt of the run is free. */
  #release(run: LiveRun): void {
    this.#slots += 1;
    this.#queue.release(run.id);
  }

  /** Does it in turn, unless a loop, a pause or a cancel came in between and the run no longer waits for it. */
  #later(run: LiveRun, effect: Effect, act: () => void): void {
    this.#turns.push(() => {
      if (this.runs.get(run.id) === run && isOutstanding(run.program.plan, run.state, effect)) act();
    });
  }

  #settled(run: LiveRun, event: EventBody, writes: readonly MemoryWrite[]): void {
    for (const write of writes) this.#committer.remember(write);
    this.feed(run, event);
    this.#breakers.heard(run, event);
  }

  #openTask(run: LiveRun, effect: Extract<Effect, { type: "OpenHumanTask" }>): void {
    const card = keptCard(cardOf(run, this.sources(), effect), this.values);
    this.#later(run, effect, () => {
      this.feed(run, { event: "HumanTaskOpened", node: effect.node, activation: effect.activation, card });
      // In virtual time nobody is there to ask.
      if (this.#options.simulated) {
        this.decide(
          run,
          { ...effect, card },
          "simulated",
          SIMULATED_DECISION[effect.reason] ?? card.outcomes[0] ?? "ok",
          "",
          null,
        );
      }
    });
  }
}

/** At the end of a chain the first way on. */
const SIMULATED_DECISION: Readonly<Partial<Record<HumanTaskCard["reason"], string>>> = {
  exhausted: "approved",
  unsafe: "retry",
};
