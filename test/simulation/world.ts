/**
 * A scenario as it goes: lives of an engine one after the other over one store, in virtual time, with the faults of the
 * schedule; every journal write is witnessed. The same scenario goes the same way, byte for byte.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decision } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, JournalEvent } from "#contract/events.ts";
import { encodeState } from "#core/state.ts";
import { openTasks } from "#core/view.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { Clock } from "#ports/clock.ts";
import type { Commit, Store } from "#ports/store.ts";
import { VirtualClock } from "#runtime/clocks.ts";
import type { LiveRun } from "#runtime/live-run.ts";
import { Program } from "#runtime/program.ts";
import { readRun } from "#runtime/recover.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { type Answer, type Begun, cutOff, worldRegistry } from "./activities.ts";
import { Broken } from "./broken.ts";
import { Dice } from "./dice.ts";
import { Executions, keyOf } from "./executions.ts";
import { Ledger } from "./ledger.ts";
import { Crash, Life, overriding } from "./life.ts";
import { People } from "./people.ts";
import { Rests } from "./rests.ts";
import type { Fault, Scenario } from "./scenario.ts";
import { RunWitness } from "./witness.ts";

/** Where the clock stands when the world begins. */
const BEGINNING = Date.UTC(2026, 0, 1);
/** Nested loops can go on for very long: then somebody cancels what still runs. */
const MAX_WRITES = 1_000;
const MAX_TURNS = 100_000;

const language = createExpressionLanguage();

/** Where a planted bug can sit. */
export type Seams = {
  readonly store?: (store: Store) => Store;
  readonly clock?: (clock: Clock) => Clock;
};

export type Story = {
  readonly broken: Broken | undefined;
  /** One line for each event written and each fault. */
  readonly trace: readonly string[];
  readonly writes: number;
  readonly lives: number;
  readonly runs: readonly RunWitness[];
};

export async function live(scenario: Scenario, seams: Seams = {}): Promise<Story> {
  const world = new World(scenario, seams);
  try {
    await world.live();
  } finally {
    world.close();
  }
  return world.story();
}

class World {
  readonly #scenario: Scenario;
  readonly #seams: Seams;
  readonly #dice: Dice;
  readonly #virtual = new VirtualClock();
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #people: People;
  readonly #rests = new Rests();
  readonly #witnesses = new Map<string, RunWitness>();
  readonly #trace: string[] = [];
  readonly #words = new Set<string>();
  /** Runs that are to be there: index in the scenario → id. */
  readonly #ids = new Map<number, string>();
  readonly #executions: Executions;
  #pendingFaults: Fault[];
  #skew = BEGINNING;
  #steady: boolean;
  #folder: string | undefined;
  #store: Store;
  #life: Life | undefined;
  #broken: Broken | undefined;
  #writes = 0;
  #lives = 0;
  #named = 0;
  #fullFor = 0;
  #endsAfterWrite = false;

  constructor(scenario: Scenario, seams: Seams) {
    this.#scenario = scenario;
    this.#seams = seams;
    this.#dice = new Dice(scenario.seed);
    this.#pendingFaults = [...scenario.faults];
    this.#steady = !scenario.faults.some(({ what }) => what === "clock");
    // Like the real clock: how long a timer takes is settled when it is set, whatever the clock is set to later.
    const clock: Clock = {
      now: () => this.#virtual.now() + this.#skew,
      at: (at, callback) => this.#virtual.at(at - this.#skew, callback),
    };
    this.#clock = seams.clock?.(clock) ?? clock;
    this.#store = this.#openStore();
    this.#ledger = new Ledger(() => this.#store);
    this.#executions = new Executions(this.#witnesses, this.#ledger);
    this.#people = new People({
      dice: this.#dice,
      mood: scenario.mood,
      clock,
      decide: (decision) => this.#decide(this.#now(), decision),
      taken: (_runId, comment) => {
        if (!this.#words.has(comment)) this.#fail("decision", `"${comment}" was taken and is not on disk`);
      },
      broken: (broken) => {
        this.#broken ??= broken;
      },
    });
  }

  story(): Story {
    return {
      broken: this.#broken,
      trace: this.#trace,
      writes: this.#writes,
      lives: this.#lives,
      runs: [...this.#witnesses.values()],
    };
  }

  async live(): Promise<void> {
    this.#scenario.runs.forEach(({ after }, index) => {
      this.#virtual.at(after, () => this.#start(index));
    });
    for (let turn = 0; this.#broken === undefined; turn += 1) {
      if (turn > MAX_TURNS) this.#fail("end", `no end after ${turn} turns`);
      if (this.#life === undefined) this.#open();
      await new Promise<void>((resolve) => setImmediate(resolve));
      const life = this.#life;
      if (life === undefined || this.#broken !== undefined) continue;
      if (this.#faultsOfThisTurn(life) || !life.host.idle) continue;
      // Without room the engine is ahead of its disk.
      if (life.host.health.error === undefined) this.#checkQuiet(life);
      this.#lookAround();
      if (this.#writes > MAX_WRITES && this.#cancelAll(life)) continue;
      if (this.#virtual.advance()) continue;
      if (!this.#lastHour(life)) break;
    }
    if (this.#broken === undefined) this.#guarded(() => this.#checkEnd());
  }

  close(): void {
    if (this.#life) this.#life.dead = true;
    this.#store.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  // lives

  #now(): Life {
    if (this.#life === undefined) throw new LayerloomError("NOT_FOUND", "no engine lives");
    return this.#life;
  }

  #openStore(): Store {
    const raw = this.#rawStore();
    const store = overriding(raw, { commit: (commit) => this.#write(() => raw.commit(commit)) });
    return this.#seams.store?.(store) ?? store;
  }

  #rawStore(): Store {
    if (this.#scenario.store === "memory") return openMemoryStore();
    if (this.#scenario.store === "sqlite") return openSqliteStore(":memory:");
    this.#folder ??= mkdtempSync(join(tmpdir(), "layerloom-simulation-"));
    return openSqliteStore(join(this.#folder, "runs.db"));
  }

  #open(): void {
    this.#lives += 1;
    if (this.#lives > 1 && this.#scenario.store === "file") {
      this.#store.close();
      this.#store = this.#openStore();
    }
    const life = new Life({
      store: this.#store,
      clock: this.#clock,
      registry: (of) =>
        worldRegistry({
          dice: this.#dice,
          mood: this.#scenario.mood,
          clock: this.#clock,
          began: (begun) => this.#began(of, begun),
          answered: (context, answer) => this.#answered(of, context, answer),
        }),
      language,
      checkpointEvery: this.#scenario.checkpointEvery,
      newRunId: () => {
        this.#named += 1;
        return `run-${this.#named}`;
      },
      commit: (of, commit) => this.#commit(of, commit),
      committed: (of, runs) => this.#guarded(() => this.#committed(of, runs)),
      fatal: (_of, error) => this.#fatal(error),
    });
    this.#life = life;
    this.#guarded(() => {
      life.service.finder.adoptAll();
    });
    // What was started and had not reached the disk is started again by whoever wanted it.
    for (const [index, id] of this.#ids) if (!this.#witnesses.has(id)) this.#start(index);
  }

  #start(index: number): void {
    const run = this.#scenario.runs[index];
    const life = this.#life;
    if (run === undefined || life === undefined) return;
    const seed = this.#dice.number("seed of run", index) % 1_000;
    const { upTo } = run;
    const request = {
      text: JSON.stringify(run.pipeline),
      seed,
      ...(upTo === undefined ? {} : { partial: { mode: "upTo", node: upTo } as const }),
    };
    this.#ids.set(index, `run-${this.#named + 1}`);
    life.service.startRun(request).catch((error: unknown) => {
      // The next life starts it again.
      if (life.dead) return;
      if (isFull(error)) this.#virtual.at(this.#virtual.now() + 10_000, () => this.#start(index));
      else this.#fail("start", String(error));
    });
  }

  /** To those who ask a life that ends meanwhile, it is as if there had been none. */
  async #decide(life: Life, decision: Decision): Promise<void> {
    try {
      await life.service.decide(decision);
    } catch (error) {
      throw life.dead ? new LayerloomError("NOT_FOUND", "no engine lives") : error;
    }
  }

  #die(life: Life, how: string): void {
    life.dead = true;
    this.#life = undefined;
    this.#rests.crash();
    this.#tell(`crash ${how}`);
  }

  #fatal(error: unknown): void {
    if (error instanceof Broken) this.#broken ??= error;
    else
      this.#fail(
        "fatal",
        `the engine stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
  }

  // journal writes

  #commit(life: Life, commit: Commit): void {
    this.#store.commit(commit);
    this.#guarded(() => this.#witness(commit));
    if (!this.#endsAfterWrite) return;
    this.#endsAfterWrite = false;
    this.#die(life, "after a write");
    throw new Crash("after a write");
  }

  /** The innermost of all: here the disk is full, and the power goes. */
  #write(perform: () => void): void {
    this.#writes += 1;
    const due = this.#take(({ at, what }) => at <= this.#writes && (what === "full" || what === "crash"));
    const full = due.find((fault) => fault.what === "full");
    if (full) this.#fullFor = full.times;
    const crash = due.find((fault) => fault.what === "crash");
    if (crash?.when === "between") this.#pendingFaults.push({ ...crash, at: 0 });
    if (crash?.when === "before" && this.#life) {
      this.#die(this.#life, "before a write");
      throw new Crash("before a write");
    }
    if (this.#fullFor > 0) {
      this.#fullFor -= 1;
      this.#tell("full");
      throw new LayerloomError("DATABASE_FULL", "no room", { retryable: true });
    }
    perform();
    this.#endsAfterWrite ||= crash?.when === "after";
  }

  #witness(commit: Commit): void {
    this.#rests.begin(commit);
    for (const row of commit.created ?? []) this.#witnesses.set(row.id, new RunWitness(row));
    for (const { runId, events } of commit.events ?? []) {
      const run = this.#witnesses.get(runId);
      if (!run) throw new Broken("journal", `events of ${runId}, which was never created`);
      for (const event of events) {
        this.#trace.push(`${runId} ${JSON.stringify(event)}`);
        this.#ledger.see(run, event, this.#steady);
        this.#rests.see(run, event, this.#steady);
        if ("comment" in event && event.comment !== undefined) this.#words.add(event.comment);
        run.see(event, this.#steady);
      }
      run.check();
    }
    this.#ledger.check();
  }

  #committed(_life: Life, runs: readonly LiveRun[]): void {
    for (const live of runs) {
      const run = this.#witnesses.get(live.id);
      if (!run) throw new Broken("journal", `${live.id} is said to be on disk and is not`);
      run.compare(live.state);
      run.compareRow(this.#store.run(live.id), this.#tasksOf(run));
    }
  }

  /** Of the run and of its children. */
  #tasksOf(run: RunWitness): number {
    let tasks = run.state.tasks.size;
    for (const child of this.#witnesses.values())
      if (child.parent?.runId === run.id) tasks += this.#tasksOf(child);
    return tasks;
  }

  // attempts

  #began(life: Life, begun: Begun): number {
    if (life.dead) throw cutOff();
    const before = this.#executions.begin(life, begun);
    this.#guarded(() => this.#executions.check(life, begun));
    return before;
  }

  #answered(life: Life, context: Begun["context"], answer: Answer): void {
    this.#executions.end(life, context);
    if (!life.dead) this.#ledger.answered(keyOf(context), answer);
  }

  // faults

  #take(which: (fault: Fault) => boolean): readonly Fault[] {
    const taken = this.#pendingFaults.filter(which);
    if (taken.length > 0) this.#pendingFaults = this.#pendingFaults.filter((fault) => !taken.includes(fault));
    return taken;
  }

  /** True when the life is over or has something new to do. */
  #faultsOfThisTurn(life: Life): boolean {
    const due = this.#take(
      (fault) =>
        fault.at <= this.#writes && fault.what !== "full" && (fault.what !== "crash" || fault.at === 0),
    );
    for (const fault of due) {
      if (fault.what === "crash") {
        this.#die(life, "between writes");
        return true;
      }
      this.#guarded(() => this.#strike(life, fault));
    }
    return due.length > 0;
  }

  #strike(life: Life, fault: Fault): void {
    switch (fault.what) {
      case "clock":
        this.#skew += fault.by;
        this.#tell(`the clock jumps by ${fault.by}`);
        return;
      case "again":
        this.#again(life, fault.pick);
        return;
      case "cancel":
      case "pause":
      case "resume":
        this.#steer(life, fault.what, this.#ids.get(fault.run) ?? "");
    }
  }

  #steer(life: Life, what: "cancel" | "pause" | "resume", runId: string): void {
    const run = this.#witnesses.get(runId);
    if (run === undefined || run.ended) return;
    this.#tell(`${what} ${runId}`);
    const { service } = life;
    const steered =
      what === "cancel"
        ? service.cancelRun({ runId })
        : what === "pause"
          ? service.pauseRun({ runId })
          : service.resumeRun({ runId });
    steered.then(
      () => {
        if (what === "cancel" && !run.events.some(({ event }) => event === "CancelRequested") && !run.ended)
          this.#fail("decision", `the cancel of ${runId} was taken and is not on disk`);
      },
      (error: unknown) => {
        const code = error instanceof LayerloomError ? error.code : "";
        // It may be about to end, or have ended in the meantime; or it cannot be recorded now.
        if (!life.dead && code !== "RUN_ENDED" && code !== "ILLEGAL_EVENT" && code !== "DATABASE_FULL")
          this.#fail("refused", `${what} met ${String(error)}`);
      },
    );
  }

  /** A result that was recorded long ago comes once more: it has to be refused, and to change nothing. */
  #again(life: Life, pick: number): void {
    const results = [...this.#witnesses.values()]
      .filter(({ id }) => life.host.runs.has(id))
      .flatMap(({ id, events }) => events.filter(isResult).map((event) => ({ id, event })));
    const chosen = results[pick % Math.max(1, results.length)];
    if (chosen === undefined) return;
    const { seq, at: _at, ...body } = chosen.event;
    this.#tell(`event ${seq} of ${chosen.id} comes again`);
    life.host.post(() =>
      this.#guarded(() => {
        const run = life.host.runs.get(chosen.id);
        if (run === undefined) return;
        const before = encodeState(run.program.plan, run.state);
        try {
          life.host.feed(run, body as EventBody);
        } catch (error) {
          if (!(error instanceof LayerloomError) || error.code !== "ILLEGAL_EVENT")
            throw new Broken("again", `event ${seq} of ${run.id} met ${String(error)}`);
          if (encodeState(run.program.plan, run.state) !== before)
            throw new Broken("again", `event ${seq} of ${run.id} was refused and changed the state`);
          return;
        }
        throw new Broken("again", `event ${seq} of ${run.id} was accepted a second time`);
      }),
    );
  }

  // quiet moments

  /** Nothing is under way but what sleeps: the attempts that run are those that the state knows. */
  #checkQuiet(life: Life): void {
    this.#guarded(() => {
      this.#executions.checkQuiet(life);
      for (const [id, run] of this.#witnesses) {
        const held = life.host.runs.get(id);
        if (held === undefined) {
          if (!run.ended) throw new Broken("liveness", `${id} goes on and the engine has forgotten it`);
          continue;
        }
        if (run.ended) throw new Broken("end", `${id} has ended and the engine still holds it`);
        if (run.parent !== null && this.#witnesses.get(run.parent.runId)?.ended)
          throw new Broken("liveness", `${id} goes on though its parent has ended`);
        const lost = run.running().find((node) => !held.attempts.has(node));
        if (lost !== undefined)
          throw new Broken("liveness", `${lost} of ${id} is running and nobody runs it`);
      }
    });
  }

  #lookAround(): void {
    for (const [id, run] of this.#witnesses) {
      if (run.state.tasks.size > 0) this.#people.look(id, openTasks(run.plan, run.state));
    }
  }

  #cancelAll(life: Life): boolean {
    const open = [...this.#witnesses.values()].filter(
      ({ ended, state, parent }) => !ended && state.ending === null && parent === null,
    );
    const fresh = open.filter(({ events }) => !events.some(({ event }) => event === "CancelRequested"));
    for (const { id } of fresh) this.#steer(life, "cancel", id);
    return fresh.length > 0;
  }

  /** No timer is left. Whoever paused a run resumes it; anything else that still goes on hangs. */
  #lastHour(life: Life): boolean {
    const open = [...this.#witnesses.values()].filter(({ ended }) => !ended);
    const paused = open.filter(({ state, parent }) => state.paused && parent === null);
    for (const { id } of paused) this.#steer(life, "resume", id);
    if (paused.length > 0) return true;
    for (const { id, state } of open)
      this.#fail("liveness", `${id} hangs with ${state.live} live nodes, ${state.waiting} of them waiting`);
    const roots = [...this.#witnesses.values()].filter(({ parent }) => parent === null);
    const missing = this.#scenario.runs.length - roots.length;
    if (missing > 0) this.#fail("liveness", `${missing} runs never began`);
    return false;
  }

  #checkEnd(): void {
    for (const [id, run] of this.#witnesses) {
      const row = this.#store.run(id);
      run.compareRow(row, this.#tasksOf(run));
      if (row === undefined) continue;
      const written = this.#store.events(id, 0, Number.MAX_SAFE_INTEGER);
      if (JSON.stringify(written) !== JSON.stringify(run.events))
        throw new Broken("journal", `the journal of ${id} in the store is not what was written`);
      const program = new Program(run.definition, worldRegistry(NO_STAGE), language);
      const whole = overriding(this.#store, { checkpoint: () => undefined });
      for (const store of [this.#store, whole]) run.compare(readRun(row, program, store).state);
    }
  }

  #tell(what: string): void {
    this.#trace.push(`${this.#clock.now()} ${what}`);
  }

  #fail(kind: string, message: string): void {
    this.#broken ??= new Broken(kind, message);
  }

  /** What is broken is kept; the engine must not take it for an error of its own. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#broken ??=
        error instanceof Broken
          ? error
          : new Broken("fatal", error instanceof Error ? (error.stack ?? "") : String(error));
    }
  }
}

const NO_STAGE = { dice: new Dice(0), mood: { failing: 0, deaf: 0, hanging: 0, slow: 0 } } as never;

function isFull(error: unknown): boolean {
  return error instanceof LayerloomError && error.code === "DATABASE_FULL";
}

function isResult({ event }: JournalEvent): boolean {
  return (
    event === "AttemptSucceeded" ||
    event === "AttemptFailed" ||
    event === "NodeSkipped" ||
    event === "WaitStarted"
  );
}
