/**
 * A scenario as it goes: lives of an engine one after the other over one store, in virtual time, with the faults of the
 * schedule; every journal write is witnessed. The same scenario goes the same way, byte for byte.
 */
import type { Decision } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { openTasks } from "#core/view.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { Clock } from "#ports/clock.ts";
import type { Commit, Store } from "#ports/store.ts";
import { VirtualClock } from "#runtime/clocks.ts";
import { type Answer, type Begun, cutOff, worldRegistry } from "./activities.ts";
import { Broken } from "./broken.ts";
import { Chronicle } from "./chronicle.ts";
import { Dice } from "./dice.ts";
import { Disk } from "./disk.ts";
import { keyOf } from "./executions.ts";
import { Faults } from "./faults.ts";
import { Crash, Life } from "./life.ts";
import { People } from "./people.ts";
import type { Fault, Scenario } from "./scenario.ts";
import { Starts } from "./starts.ts";
import { Steering } from "./steering.ts";
import { checkQuiet, checkStore } from "./vigil.ts";
import { Watch } from "./watch.ts";
import type { RunWitness } from "./witness.ts";

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
  readonly #dice: Dice;
  readonly #virtual = new VirtualClock();
  readonly #clock: Clock;
  readonly #chronicle: Chronicle;
  readonly #faults: Faults;
  readonly #disk: Disk;
  readonly #watch: Watch;
  readonly #people: People;
  readonly #starts: Starts;
  readonly #steering: Steering;
  #skew = BEGINNING;
  #life: Life | undefined;
  #lives = 0;
  #named = 0;
  /** A backup was put back: what it left open goes on when somebody says so. */
  #restored = false;
  #backedUp = false;

  constructor(scenario: Scenario, seams: Seams) {
    this.#scenario = scenario;
    const dice = new Dice(scenario.seed);
    const virtual = this.#virtual;
    const strikes = (kind: Fault["what"]): boolean => scenario.faults.some(({ what }) => what === kind);
    // Like the real clock: how long a timer takes is settled when it is set, whatever the clock is set to later.
    const clock: Clock = {
      now: () => virtual.now() + this.#skew,
      at: (at, callback) => virtual.at(at - this.#skew, callback),
    };
    this.#dice = dice;
    this.#clock = seams.clock?.(clock) ?? clock;
    const chronicle = new Chronicle(() => this.#clock.now());
    this.#chronicle = chronicle;
    this.#faults = new Faults(scenario.faults);
    this.#disk = new Disk({
      kind: scenario.store,
      faults: this.#faults,
      seam: seams.store,
      now: () => this.#clock.now(),
      tell: (what) => chronicle.tell(what),
      powerFails: (how) => this.#die(how),
    });
    const watch = new Watch(chronicle, () => this.#disk.store, {
      steady: !strikes("clock"),
      backups: strikes("backup"),
    });
    this.#watch = watch;
    this.#people = new People({
      dice,
      mood: scenario.mood,
      clock,
      decide: (decision) => this.#decide(this.#now(), decision),
      taken: (_runId, comment) => {
        if (!watch.words.has(comment))
          chronicle.fail("decision", `"${comment}" was taken and is not on disk`);
      },
      broken: (broken) => chronicle.keep(broken),
    });
    const life = (): Life | undefined => this.#life;
    this.#starts = new Starts({
      wanted: scenario.runs,
      ...{ chronicle, dice, virtual, life },
      newest: () => `run-${this.#named}`,
    });
    this.#steering = new Steering({
      ...{ chronicle, watch, starts: this.#starts, faults: this.#faults },
      ...{ virtual, life },
    });
  }

  story(): Story {
    const { broken, trace, runs } = this.#chronicle;
    return { broken, trace, writes: this.#disk.writes, lives: this.#lives, runs };
  }

  async live(): Promise<void> {
    const chronicle = this.#chronicle;
    for (let turn = 0; chronicle.broken === undefined; turn += 1) {
      if (turn > MAX_TURNS) chronicle.fail("end", `no end after ${turn} turns`);
      if (this.#life === undefined) this.#open();
      await new Promise<void>((resolve) => setImmediate(resolve));
      const life = this.#life;
      if (life === undefined || chronicle.broken !== undefined) continue;
      if (this.#faultsOfThisTurn(life) || !life.host.idle) continue;
      // Without room the engine is ahead of its disk.
      if (life.host.health.error === undefined)
        chronicle.guarded(() => checkQuiet(life, chronicle, this.#watch));
      this.#lookAround();
      if (this.#disk.writes > MAX_WRITES && this.#cancelAll(life)) continue;
      if (this.#virtual.advance()) continue;
      if (!this.#lastHour(life)) break;
    }
    if (chronicle.broken !== undefined) return;
    chronicle.guarded(() => {
      checkStore(this.#disk.store, chronicle, this.#watch);
      this.#starts.check();
    });
  }

  close(): void {
    if (this.#life) this.#life.dead = true;
    this.#disk.close();
  }

  // lives

  #now(): Life {
    if (this.#life === undefined) throw new LayerloomError("NOT_FOUND", "no engine lives");
    return this.#life;
  }

  #open(): void {
    this.#lives += 1;
    if (this.#lives > 1) this.#disk.openAgain();
    const life = new Life({
      store: this.#disk.store,
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
      files: this.#scenario.files ?? {},
      checkpointEvery: this.#scenario.checkpointEvery,
      newRunId: () => {
        this.#named += 1;
        return `run-${this.#named}`;
      },
      commit: (commit) => this.#commit(commit),
      committed: (runs) => this.#chronicle.guarded(() => this.#watch.committed(runs)),
      fatal: (error) => this.#fatal(error),
    });
    this.#life = life;
    this.#chronicle.guarded(() => life.service.finder.adoptAll(this.#restored));
    this.#restored = false;
    this.#starts.again();
  }

  /** To those who ask a life that ends meanwhile, it is as if there had been none. */
  async #decide(life: Life, decision: Decision): Promise<void> {
    try {
      await life.service.decide(decision);
    } catch (error) {
      throw life.dead ? new LayerloomError("NOT_FOUND", "no engine lives") : error;
    }
  }

  #die(how: string): void {
    if (this.#life) this.#life.dead = true;
    this.#life = undefined;
    this.#watch.crashed();
    this.#chronicle.tell(`crash ${how}`);
  }

  #fatal(error: unknown): void {
    if (error instanceof Broken) this.#chronicle.keep(error);
    else {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#chronicle.fail("fatal", `the engine stopped: ${text}`);
    }
  }

  #commit(commit: Commit): void {
    this.#disk.store.commit(commit);
    this.#chronicle.guarded(() => this.#watch.see(commit));
    if (!this.#disk.endsNow()) return;
    this.#die("after a write");
    throw new Crash("after a write");
  }

  // attempts

  #began(life: Life, begun: Begun): number {
    if (life.dead) throw cutOff();
    const { executions } = this.#watch;
    const before = executions.begin(life, begun);
    this.#chronicle.guarded(() => executions.check(life, begun));
    return before;
  }

  #answered(life: Life, context: Begun["context"], answer: Answer): void {
    const { executions, ledger, purse } = this.#watch;
    executions.end(life, context);
    purse.spend(context.runId, answer.usage);
    if (!life.dead) ledger.answered(keyOf(context), answer);
  }

  // faults

  /** True when the life is over or has something new to do. */
  #faultsOfThisTurn(life: Life): boolean {
    const due = this.#faults.ofTurn(this.#disk.writes);
    for (const fault of due) {
      if (life.dead) break;
      this.#chronicle.guarded(() => this.#strike(life, fault));
    }
    return due.length > 0;
  }

  #strike(life: Life, fault: Fault): void {
    switch (fault.what) {
      case "crash":
        this.#die("between writes");
        return;
      case "clock":
        this.#skew += fault.by;
        this.#watch.clockWasSet();
        this.#chronicle.tell(`the clock jumps by ${fault.by}`);
        return;
      case "backup":
        if (!this.#disk.backup()) return;
        this.#watch.keep();
        this.#backedUp = true;
        this.#chronicle.tell("backup");
        return;
      case "restore":
        if (this.#backedUp) this.#restore();
        return;
      default:
        this.#steering.strike(life, fault);
    }
  }

  /** The store is again what it was at the backup, and goes on from there. */
  #restore(): void {
    this.#die("to put the backup back");
    this.#disk.restore(this.#watch.rewind());
    checkStore(this.#disk.store, this.#chronicle, this.#watch);
    this.#starts.restored();
    this.#restored = true;
  }

  // quiet moments

  #lookAround(): void {
    this.#starts.look();
    for (const { id, plan, state } of this.#chronicle.runs)
      if (state.tasks.size > 0) this.#people.look(id, openTasks(plan, state));
  }

  #cancelAll(life: Life): boolean {
    const fresh = this.#chronicle.runs.filter(
      ({ ended, state, parent, events }) =>
        !ended &&
        state.ending === null &&
        parent === null &&
        !events.some(({ event }) => event === "CancelRequested"),
    );
    for (const run of fresh) this.#steering.steer(life, "cancel", run);
    return fresh.length > 0;
  }

  /** No timer is left. Whoever paused a run resumes it; anything else that still goes on hangs. */
  #lastHour(life: Life): boolean {
    const open = this.#chronicle.runs.filter(({ ended }) => !ended);
    const paused = open.filter(({ state, parent }) => state.paused && parent === null);
    for (const run of paused) this.#steering.steer(life, "resume", run);
    if (paused.length > 0) return true;
    for (const { id, state } of open)
      this.#chronicle.fail(
        "liveness",
        `${id} hangs with ${state.live} live nodes, ${state.waiting} of them waiting`,
      );
    const { missing } = this.#starts;
    if (missing > 0) this.#chronicle.fail("liveness", `${missing} runs never began`);
    return false;
  }
}
