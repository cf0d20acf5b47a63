/**
 * Sees every journal write of a world and holds it against the promises: about one run (witness.ts), about what runs share
 * (ledger.ts, purse.ts, rests.ts, flights.ts), about attempts that really begin (executions.ts). Can go back to an earlier write.
 */
import type { Commit, Store } from "#ports/store.ts";
import type { LiveRun } from "#runtime/live-run.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { Broken } from "./broken.ts";
import type { Chronicle } from "./chronicle.ts";
import { Executions } from "./executions.ts";
import { Flights } from "./flights.ts";
import { Ledger } from "./ledger.ts";
import { Purse } from "./purse.ts";
import { Rests } from "./rests.ts";
import { RunWitness } from "./witness.ts";

type Seen = { readonly commit: Commit; readonly steady: boolean } | { readonly reset: string } | "crash";

export class Watch {
  readonly #chronicle: Chronicle;
  readonly #store: () => Store;
  /** Comments of decisions that are on disk. */
  readonly words = new Set<string>();
  executions: Executions;
  ledger: Ledger;
  rests = new Rests();
  purse: Purse;
  #flights: Flights;
  /** False once a clock was set: then times say nothing. */
  #steady: boolean;
  /** Undefined in a world without backups. */
  #history: Seen[] | undefined;
  #kept = 0;
  /** Where values stand while the past is gone through again. */
  #past: Store | undefined;

  constructor(
    chronicle: Chronicle,
    store: () => Store,
    options: { readonly steady: boolean; readonly backups: boolean },
  ) {
    this.#chronicle = chronicle;
    this.#store = store;
    this.#steady = options.steady;
    this.#history = options.backups ? [] : undefined;
    this.ledger = new Ledger(() => this.#past ?? store());
    this.executions = new Executions(chronicle.witnesses, this.ledger);
    this.#flights = new Flights(chronicle.witnesses);
    this.purse = new Purse(chronicle.witnesses);
  }

  /** A write that is on disk. Throws Broken. */
  see(commit: Commit): void {
    this.#history?.push({ commit: structuredClone(commit), steady: this.#steady });
    for (const { runId, events } of commit.events ?? [])
      for (const event of events) this.#chronicle.trace.push(`${runId} ${JSON.stringify(event)}`);
    this.#see(commit, this.#steady);
  }

  /** The runs of the engine, right after a write. Throws Broken. */
  committed(runs: readonly LiveRun[]): void {
    for (const live of runs) {
      const run = this.#chronicle.witnesses.get(live.id);
      if (!run) throw new Broken("journal", `${live.id} is said to be on disk and is not`);
      run.compare(live.state);
      run.compareRow(this.#store().run(live.id), this.tasksOf(run));
    }
  }

  crashed(): void {
    this.#history?.push("crash");
    this.rests.crash();
  }

  /** A person closed the breaker of a service. */
  reset(service: string): void {
    this.#history?.push({ reset: service });
    this.rests.reset(service);
  }

  clockWasSet(): void {
    this.#steady = false;
  }

  /** `rewind` goes back to here. */
  keep(): void {
    this.#kept = this.#history?.length ?? 0;
  }

  /** What came after was never written, and no engine lives. Answers the writes that are left. */
  rewind(): readonly Commit[] {
    const past = (this.#history ?? []).slice(0, this.#kept);
    this.#history = past;
    this.#chronicle.witnesses.clear();
    this.ledger = new Ledger(() => this.#past ?? this.#store(), this.ledger);
    this.executions = new Executions(this.#chronicle.witnesses, this.ledger);
    this.#flights = new Flights(this.#chronicle.witnesses);
    this.rests = new Rests();
    this.purse = new Purse(this.#chronicle.witnesses);
    this.#past = openMemoryStore();
    for (const seen of past) {
      if (seen === "crash") {
        this.rests.crash();
        continue;
      }
      if ("reset" in seen) {
        this.rests.reset(seen.reset);
        continue;
      }
      this.#past.commit(seen.commit);
      this.#see(seen.commit, seen.steady);
    }
    this.#past = undefined;
    const commits = past.flatMap((seen) => (seen !== "crash" && "commit" in seen ? [seen.commit] : []));
    this.crashed();
    return commits;
  }

  /** Open in a run and below it. */
  tasksOf(run: RunWitness): number {
    let tasks = run.state.tasks.size;
    for (const child of this.#chronicle.witnesses.values())
      if (child.parent?.runId === run.id) tasks += this.tasksOf(child);
    return tasks;
  }

  #see(commit: Commit, steady: boolean): void {
    const { witnesses } = this.#chronicle;
    this.rests.begin(commit);
    for (const row of commit.created ?? [])
      witnesses.set(row.id, new RunWitness(row, witnesses.get(row.parent?.runId ?? "")));
    for (const { runId, events } of commit.events ?? []) {
      const run = witnesses.get(runId);
      if (!run) throw new Broken("journal", `events of ${runId}, which was never created`);
      for (const event of events) {
        this.ledger.see(run, event, steady, witnesses);
        this.rests.see(run, event, steady);
        this.#flights.see(run, event);
        if ("comment" in event && event.comment !== undefined) this.words.add(event.comment);
        run.see(event, steady);
      }
      run.check();
    }
    this.ledger.check();
    this.#flights.check();
    this.purse.check();
    this.rests.end(commit);
  }
}
