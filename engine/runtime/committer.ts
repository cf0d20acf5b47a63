/**
 * Gathers what all runs recorded in one turn and writes it in one transaction. Until then nothing is shown and
 * nothing with effects outside begins.
 */
import { type EscalationLevel, isFinal, type JournalEvent, type RunStatus } from "#contract/events.ts";
import { encodeState } from "#core/state.ts";
import { runStatus } from "#core/view.ts";
import type {
  BreakerRow,
  Checkpoint,
  GuessCount,
  LastOutput,
  MemoryEntry,
  MemoryWrite,
  RunPatch,
  RunRow,
  Store,
} from "#ports/store.ts";
import type { LiveRun } from "./live-run.ts";
import type { MemoryOverlay } from "./memory-overlay.ts";
import { costOf, statusOf, taskCount } from "./picture.ts";
import type { ResultCache } from "./result-cache.ts";
import type { ValueStore } from "./values.ts";

/** Events of an ended child that need no checkpoint. */
const SHORT_JOURNAL = 64;
/** Events between two checkpoints, at least; a larger graph waits longer, so that the cost a step stays flat. */
const CHECKPOINT_EVERY = 1_000;

type Shown = { status: RunStatus; usd: number; tokens: number; openTasks: number; level: EscalationLevel };

export class Committer {
  readonly #store: Store;
  readonly #values: ValueStore;
  readonly #memory: MemoryOverlay;
  readonly #checkpointEvery: number | undefined;
  readonly #results: ResultCache;
  readonly #dirty = new Set<LiveRun>();
  readonly #shown = new Map<string, Shown>();
  #created: RunRow[] = [];
  #lastOutputs: LastOutput[] = [];
  readonly #breakers = new Map<string, BreakerRow>();
  #guesses: GuessCount[] = [];

  constructor(
    store: Store,
    values: ValueStore,
    memory: MemoryOverlay,
    results: ResultCache,
    checkpointEvery?: number,
  ) {
    this.#store = store;
    this.#values = values;
    this.#memory = memory;
    this.#results = results;
    this.#checkpointEvery = checkpointEvery;
  }

  create(run: LiveRun): void {
    this.#created.push(run.row);
    this.#dirty.add(run);
  }

  /** Takes back a run that was created and is not on disk. */
  withdraw(run: LiveRun): void {
    this.#created = this.#created.filter((row) => row !== run.row);
    this.#dirty.delete(run);
  }

  changed(run: LiveRun): void {
    this.#dirty.add(run);
  }

  remember(write: MemoryWrite): void {
    this.#memory.write(write);
  }

  lastOutput(entry: LastOutput): void {
    this.#lastOutputs.push(entry);
  }

  breaker(row: BreakerRow): void {
    this.#breakers.set(row.service, row);
  }

  guess(count: GuessCount): void {
    this.#guesses.push(count);
  }

  memory(name: string): MemoryEntry | undefined {
    return this.#memory.read(name);
  }

  /** All or nothing; on a throw everything gathered is still here. Returns the runs whose events are now on disk. */
  commit(): readonly LiveRun[] {
    if (this.#dirty.size === 0 && this.#breakers.size === 0) return [];
    this.#touchParents();
    const runs = [...this.#dirty];
    const events: { runId: string; events: readonly JournalEvent[] }[] = [];
    const patches: RunPatch[] = [];
    const checkpoints: Checkpoint[] = [];
    const checkpointed: LiveRun[] = [];
    for (const run of runs) {
      if (run.pending.length > 0) events.push({ runId: run.id, events: run.pending });
      const patch = this.#patch(run);
      if (patch) patches.push(patch);
      if (!checkpointDue(run, this.#checkpointEvery)) continue;
      checkpointed.push(run);
      checkpoints.push({ runId: run.id, seq: run.seq, state: encodeState(run.program.plan, run.state) });
    }
    this.#store.commit({
      created: this.#created,
      blobs: this.#values.uncommitted,
      events,
      patches,
      checkpoints,
      memory: this.#memory.uncommitted,
      lastOutputs: this.#lastOutputs,
      results: this.#results.uncommitted,
      breakers: [...this.#breakers.values()],
      guesses: this.#guesses,
    });
    this.#values.committed();
    this.#memory.committed();
    this.#results.committed();
    this.#created = [];
    this.#lastOutputs = [];
    this.#breakers.clear();
    this.#guesses = [];
    this.#dirty.clear();
    for (const run of checkpointed) run.eventsSinceCheckpoint = 0;
    for (const patch of patches) this.#shown.set(patch.id, shown(patch));
    for (const run of runs) {
      run.pending = [];
      if (isFinal(runStatus(run.program.plan, run.state))) this.#shown.delete(run.id);
    }
    return runs;
  }

  /** What a run says of itself (waits, open tasks, items) takes in its children. The set grows while it is walked. */
  #touchParents(): void {
    for (const { parent, row } of this.#dirty) {
      if (!parent) continue;
      this.#dirty.add(parent);
      const node = parent.program.plan.indexOf.get(row.parent?.node ?? "");
      if (node !== undefined) parent.touchedNodes.add(node);
    }
  }

  #patch(run: LiveRun): RunPatch | undefined {
    const status = statusOf(run);
    const cost = costOf(run);
    const tasks = taskCount(run);
    const { highestLevel } = run.state;
    const before = this.#shown.get(run.id);
    if (
      before &&
      before.status === status &&
      before.usd === cost.usd &&
      before.tokens === cost.tokens &&
      before.openTasks === tasks &&
      before.level === highestLevel
    ) {
      return undefined;
    }
    return {
      id: run.id,
      status,
      endedAt: isFinal(status) ? (run.pending.at(-1)?.at ?? null) : null,
      cost,
      openTasks: tasks,
      highestLevel,
    };
  }
}

function shown(patch: RunPatch): Shown {
  const { status, cost, openTasks, highestLevel: level } = patch;
  return { status, usd: cost.usd, tokens: cost.tokens, openTasks, level };
}

function checkpointDue(run: LiveRun, every: number | undefined): boolean {
  const { plan } = run.program;
  // A list has many runs of a few events each: these are read as fast from their journals.
  if (isFinal(runStatus(plan, run.state))) return !run.parent || run.seq > SHORT_JOURNAL;
  const size = plan.nodes.length + plan.edges.length + run.state.items;
  const due = every ?? Math.max(CHECKPOINT_EVERY, size);
  return run.eventsSinceCheckpoint >= due;
}
