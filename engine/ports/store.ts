/**
 * What the engine needs from a store. Synchronous: SQLite is, and one turn of the event loop commits once, over all
 * runs. Everything in one `commit` is in the store together or not at all.
 */
import type { CacheScope } from "#contract/definition.ts";
import type { MemoryVersion, ResultFilter } from "#contract/engine-api.ts";
import type { EscalationLevel, JournalEvent, ParentOfRun, RunStatus, ValueRef } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Cost } from "#contract/run.ts";
import type { BreakerState } from "#core/breaker.ts";

export type RunRow = {
  readonly id: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly simulated: boolean;
  readonly file: string | null;
  /** The frozen pipeline text. Stored once by content. */
  readonly text: string;
  /** Settings that the host needs to resume: provider, seed, working directory … */
  readonly settings: Json;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly cost: Cost;
  readonly openTasks: number;
  /** Of escalation, that the run has stood at. */
  readonly highestLevel: EscalationLevel;
  /** Null for a root of the tree of runs. */
  readonly parent: ParentOfRun | null;
};

/** What of a run's row changes after it was created. */
export type RunPatch = {
  readonly id: string;
  readonly status: RunStatus;
  readonly endedAt: number | null;
  readonly cost: Cost;
  readonly openTasks: number;
  readonly highestLevel: EscalationLevel;
};

export type Checkpoint = { readonly runId: string; readonly seq: number; readonly state: string };
/** `json` is what `stored-text.ts` makes of a value, `hash` its SHA-256. */
export type Blob = { readonly hash: string; readonly json: string };

export type MemoryWrite = {
  readonly name: string;
  readonly op: "put" | "append";
  readonly value: Json;
  readonly at: number;
  readonly runId: string;
};
export type MemoryEntry = {
  readonly name: string;
  readonly value: Json;
  readonly at: number;
  readonly version: number;
};

/** The newest output of a node over all runs of a pipeline, for `reuse: last`. */
export type LastOutput = {
  readonly pipeline: string;
  readonly node: string;
  readonly outcome: string;
  readonly output: ValueRef;
  readonly at: number;
};

/** A result that nodes may take instead of running. Whether it still may be taken is for the reader to say. */
export type StoredResult = {
  /** Made of what decides the result (runtime/result-key.ts). */
  readonly key: string;
  readonly scope: CacheScope;
  /** Who made it. */
  readonly pipeline: string;
  readonly node: string;
  readonly outcome: string;
  readonly output: ValueRef;
  readonly storedAt: number;
  readonly expiresAt: number;
  /** What it cost when it was made. */
  readonly usd: number;
  readonly tokens: number;
};

/** The breaker of a service, as all runs share it; null: closed and unharmed. */
export type BreakerRow = { readonly service: string; readonly state: BreakerState | null };

/** `node` was started ahead on the output that `source` gave last, or on what it had given of the new one. */
export type GuessKind = {
  readonly pipeline: string;
  readonly source: string;
  readonly node: string;
  readonly basis: "last" | "partial";
};

/** How often guesses of a kind were right. */
export type GuessCount = GuessKind & { readonly confirmed: number; readonly refuted: number };

export type DraftRow = {
  readonly key: string;
  readonly text: string;
  readonly baseHash: string | null;
  readonly savedAt: number;
};

export type Commit = {
  readonly created?: readonly RunRow[];
  readonly events?: readonly { readonly runId: string; readonly events: readonly JournalEvent[] }[];
  readonly patches?: readonly RunPatch[];
  readonly blobs?: readonly Blob[];
  readonly checkpoints?: readonly Checkpoint[];
  readonly memory?: readonly MemoryWrite[];
  readonly lastOutputs?: readonly LastOutput[];
  /** May also remove a few that had expired when these were stored. */
  readonly results?: readonly StoredResult[];
  readonly breakers?: readonly BreakerRow[];
  /** To be added to what is counted already. */
  readonly guesses?: readonly GuessCount[];
};

export interface Store {
  /** All or nothing. Throws DATABASE_FULL when there is no room: then nothing of it was written. */
  commit(commit: Commit): void;

  run(id: string): RunRow | undefined;
  /** Newest first, without `text`: roots, or the children of `parent`. `before` is a run id. */
  runs(limit: number, before?: string, parent?: string): readonly Omit<RunRow, "text">[];
  /** Runs that have no final status, oldest first. Cost does not depend on how many have ended. */
  openRuns(): readonly RunRow[];
  /** For looking: as far as it can be read. */
  events(runId: string, after: number, limit: number): readonly JournalEvent[];
  /**
   * For a replay, from `after` (0, or where a commit ended) to the end. Throws DATABASE_DAMAGED at the first row that is
   * not as it was written.
   */
  tail(runId: string, after: number): Iterable<JournalEvent>;
  /** The newest one, or undefined. */
  checkpoint(runId: string): Checkpoint | undefined;
  /** The text of a stored value, as it was given. */
  blob(hash: string): string | undefined;
  lastOutput(pipeline: string, node: string): LastOutput | undefined;

  result(key: string): StoredResult | undefined;
  /** Newest first. */
  results(filter: ResultFilter, limit: number): readonly StoredResult[];
  /** How many were removed. */
  clearResults(filter: ResultFilter): number;

  guesses(kind: GuessKind): GuessCount | undefined;
  /** Counts anew, for guesses at `node`. */
  forgetGuesses(filter: Pick<ResultFilter, "pipeline" | "node">): void;

  memory(name: string): MemoryEntry | undefined;
  memoryNames(): readonly string[];
  /** Newest first. Costs what it gives, whatever the length of the history. */
  memoryHistory(name: string, limit: number): readonly MemoryVersion[];

  /** Those that are not closed and unharmed, by name. */
  breakers(): readonly BreakerRow[];

  drafts(): readonly DraftRow[];
  putDraft(draft: DraftRow): void;
  dropDraft(key: string): void;

  close(): void;
}
