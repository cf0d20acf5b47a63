/**
 * Owns a store that lives as long as its process: for simulation and tests. It behaves as the SQLite store does, down
 * to what it refuses; only the disk is missing. Must not touch SQLite or the file system.
 */
import type { MemoryVersion, ResultFilter } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { isFinal, type JournalEvent } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type {
  BreakerRow,
  Checkpoint,
  Commit,
  DraftRow,
  GuessCount,
  GuessKind,
  LastOutput,
  MemoryEntry,
  MemoryWrite,
  RunRow,
  Store,
  StoredResult,
} from "#ports/store.ts";

type HeldRun = { row: RunRow; readonly journal: JournalEvent[]; checkpoint: Checkpoint | undefined };

export function openMemoryStore(): Store {
  return new MemoryStore();
}

class MemoryStore implements Store {
  /** In order of creation. */
  readonly #runs = new Map<string, HeldRun>();
  readonly #open = new Set<string>();
  readonly #blobs = new Map<string, string>();
  readonly #outputs = new Map<string, LastOutput>();
  readonly #results = new Map<string, StoredResult>();
  readonly #guesses = new Map<string, GuessCount>();
  readonly #memory = new Map<string, MemoryEntry>();
  readonly #memoryVersions = new Map<string, MemoryVersion[]>();
  readonly #drafts = new Map<string, DraftRow>();
  readonly #breakers = new Map<string, BreakerRow>();
  #closed = false;

  commit(commit: Commit): void {
    this.#mustBeOpen();
    this.#check(commit);
    for (const row of commit.created ?? []) {
      this.#runs.set(row.id, { row, journal: [], checkpoint: undefined });
      this.#track(row);
    }
    for (const { hash, json } of commit.blobs ?? []) if (!this.#blobs.has(hash)) this.#blobs.set(hash, json);
    for (const { runId, events } of commit.events ?? []) {
      const { journal } = this.#held(runId);
      for (const event of events) journal.push(event);
    }
    for (const checkpoint of commit.checkpoints ?? []) {
      const held = this.#held(checkpoint.runId);
      if (checkpoint.seq >= (held.checkpoint?.seq ?? 0)) held.checkpoint = checkpoint;
    }
    for (const write of commit.memory ?? []) this.#remember(write);
    for (const output of commit.lastOutputs ?? [])
      this.#outputs.set(outputKey(output.pipeline, output.node), output);
    for (const count of commit.guesses ?? []) this.#count(count);
    for (const result of commit.results ?? []) this.#results.set(result.key, result);
    for (const row of commit.breakers ?? []) {
      if (row.state === null) this.#breakers.delete(row.service);
      else this.#breakers.set(row.service, row);
    }
    for (const patch of commit.patches ?? []) {
      const held = this.#held(patch.id);
      held.row = { ...held.row, ...patch };
      this.#track(held.row);
    }
  }

  /** Everything that can be refused is refused here, before the first change. */
  #check({ created = [], events = [], checkpoints = [], patches = [] }: Commit): void {
    const fresh = new Set<string>();
    for (const { id } of created) {
      if (fresh.has(id) || this.#runs.has(id))
        throw new LayerloomError("CONFLICT", `there is already a run ${id}`);
      fresh.add(id);
    }
    const mustExist = (id: string) => fresh.has(id) || this.#held(id);
    const last = new Map<string, number>();
    for (const { runId, events: group } of events) {
      mustExist(runId);
      let seq = last.get(runId) ?? this.#runs.get(runId)?.journal.length ?? 0;
      for (const event of group) {
        if (event.seq !== seq + 1) {
          const message = `event ${event.seq} of run ${runId} does not follow event ${seq}`;
          throw new LayerloomError("ILLEGAL_EVENT", message);
        }
        seq = event.seq;
      }
      last.set(runId, seq);
    }
    for (const { runId } of checkpoints) mustExist(runId);
    for (const { id } of patches) mustExist(id);
  }

  #count(count: GuessCount): void {
    const key = keyOfGuess(count);
    const { confirmed = 0, refuted = 0 } = this.#guesses.get(key) ?? {};
    this.#guesses.set(key, {
      ...count,
      confirmed: confirmed + count.confirmed,
      refuted: refuted + count.refuted,
    });
  }

  #track({ id, status }: RunRow): void {
    if (isFinal(status)) this.#open.delete(id);
    else this.#open.add(id);
  }

  #remember({ name, op, value, at, runId }: MemoryWrite): void {
    const old = this.#memory.get(name);
    const versions = this.#memoryVersions.get(name) ?? [];
    this.#memoryVersions.set(name, versions);
    versions.push({
      version: versions.length + 1,
      at,
      op,
      value,
      runId: this.#runs.has(runId) ? runId : null,
    });
    this.#memory.set(name, {
      name,
      value: op === "put" || !old ? (op === "put" ? value : [value]) : appended(old.value, value),
      at,
      version: (old?.version ?? 0) + 1,
    });
  }

  run(id: string): RunRow | undefined {
    this.#mustBeOpen();
    return this.#runs.get(id)?.row;
  }

  runs(limit: number, before?: string, parent?: string): readonly Omit<RunRow, "text">[] {
    this.#mustBeOpen();
    const ids = [...this.#runs.values()]
      .filter(({ row }) => row.parent?.runId === parent || row.id === before)
      .map(({ row }) => row.id);
    const end = before === undefined ? ids.length : Math.max(0, ids.indexOf(before));
    const page = ids.slice(Math.max(0, end - limit), end).reverse();
    return page.map((id) => {
      const { text: _text, ...summary } = this.#held(id).row;
      return summary;
    });
  }

  openRuns(): readonly RunRow[] {
    this.#mustBeOpen();
    return [...this.#open].map((id) => this.#held(id).row);
  }

  events(runId: string, after: number, limit: number): readonly JournalEvent[] {
    this.#mustBeOpen();
    return this.#runs.get(runId)?.journal.slice(after, after + limit) ?? [];
  }

  tail(runId: string, after: number): Iterable<JournalEvent> {
    this.#mustBeOpen();
    return this.#runs.get(runId)?.journal.slice(after) ?? [];
  }

  checkpoint(runId: string): Checkpoint | undefined {
    this.#mustBeOpen();
    return this.#runs.get(runId)?.checkpoint;
  }

  blob(hash: string): string | undefined {
    this.#mustBeOpen();
    return this.#blobs.get(hash);
  }

  lastOutput(pipeline: string, node: string): LastOutput | undefined {
    this.#mustBeOpen();
    return this.#outputs.get(outputKey(pipeline, node));
  }

  result(key: string): StoredResult | undefined {
    this.#mustBeOpen();
    return this.#results.get(key);
  }

  results(filter: ResultFilter, limit: number): readonly StoredResult[] {
    this.#mustBeOpen();
    const found = [...this.#results.values()].filter((result) => fits(result, filter));
    return found.sort((a, b) => b.storedAt - a.storedAt || (a.key < b.key ? -1 : 1)).slice(0, limit);
  }

  clearResults(filter: ResultFilter): number {
    this.#mustBeOpen();
    const found = [...this.#results.values()].filter((result) => fits(result, filter));
    for (const { key } of found) this.#results.delete(key);
    return found.length;
  }

  guesses(kind: GuessKind): GuessCount | undefined {
    this.#mustBeOpen();
    return this.#guesses.get(keyOfGuess(kind));
  }

  forgetGuesses({ pipeline, node }: Pick<ResultFilter, "pipeline" | "node">): void {
    this.#mustBeOpen();
    for (const [key, count] of this.#guesses) {
      if ((pipeline ?? count.pipeline) === count.pipeline && (node ?? count.node) === count.node)
        this.#guesses.delete(key);
    }
  }

  memory(name: string): MemoryEntry | undefined {
    this.#mustBeOpen();
    return this.#memory.get(name);
  }

  memoryNames(): readonly string[] {
    this.#mustBeOpen();
    return [...this.#memory.keys()].sort();
  }

  memoryHistory(name: string, limit: number): readonly MemoryVersion[] {
    this.#mustBeOpen();
    return (this.#memoryVersions.get(name) ?? []).slice(-limit).reverse();
  }

  breakers(): readonly BreakerRow[] {
    this.#mustBeOpen();
    return [...this.#breakers.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
  }

  drafts(): readonly DraftRow[] {
    this.#mustBeOpen();
    return [...this.#drafts.values()].sort((a, b) => b.savedAt - a.savedAt || (a.key < b.key ? -1 : 1));
  }

  putDraft(draft: DraftRow): void {
    this.#mustBeOpen();
    this.#drafts.set(draft.key, draft);
  }

  dropDraft(key: string): void {
    this.#mustBeOpen();
    this.#drafts.delete(key);
  }

  close(): void {
    this.#closed = true;
  }

  #held(id: string): HeldRun {
    const held = this.#runs.get(id);
    if (!held) throw new LayerloomError("NOT_FOUND", `there is no run ${id} in the database`);
    return held;
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new LayerloomError("INTERNAL", "the database is closed: in memory");
  }
}

function fits(result: StoredResult, { pipeline, node, key }: ResultFilter): boolean {
  return (
    (pipeline === undefined || result.pipeline === pipeline) &&
    (node === undefined || result.node === node) &&
    (key === undefined || result.key === key)
  );
}

const keyOfGuess = ({ pipeline, source, node, basis }: GuessKind) =>
  JSON.stringify([pipeline, source, node, basis]);

const outputKey = (pipeline: string, node: string) => JSON.stringify([pipeline, node]);

function appended(old: Json, value: Json): Json {
  return Array.isArray(old) ? [...old, value] : [old, value];
}
