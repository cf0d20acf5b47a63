/**
 * The one interface of the engine. The window speaks it over a MessagePort, a browser over a WebSocket, the
 * command line directly; REST is a skin over it. All values are JSON; failures are LayerloomErrors.
 */
import type { ActivityInfo } from "./activity-info.ts";
import type { DatabaseHealth, DatabaseState } from "./database.ts";
import type { CacheScope, PipelineDefinition } from "./definition.ts";
import type { Place, Problem } from "./errors.ts";
import type { PrintedEvent } from "./events.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Quote } from "./quote.ts";
import type { BreakerView, Cost, HumanTask, RunResult, RunSummary, RunUpdate, RunView } from "./run.ts";

export type EngineInfo = {
  readonly version: string;
  readonly database: string;
  /** The folder whose pipeline files can be opened and saved. */
  readonly workspace: string;
  /** Is a key for the real model set? The simulated provider is always there. */
  readonly hasModelKey: boolean;
};

export type Provider = "anthropic" | "simulated";

/** `definition` is there when the text could be read at all, even with problems; runs need zero errors. */
export type ReadResult = {
  readonly definition?: PipelineDefinition | undefined;
  readonly problems: readonly Problem[];
  /** Definition path (`nodes.reason`, `nodes.reason.with.prompt`, `edges.2`) → where it stands in the text. */
  readonly places: Readonly<Record<string, Place>>;
};

export type StartRequest = {
  readonly text: string;
  readonly file?: string | undefined;
  readonly inputs?: JsonObject | undefined;
  /** Overrides the provider of every `llm` node that names none. Default: anthropic. */
  readonly provider?: Provider | undefined;
  readonly seed?: number | undefined;
  /**
   * The folder (absolute) that file activities may touch and that relative paths start from; the engine's workspace when
   * absent. Only a command of the same person may name one: a page or a REST call cannot.
   */
  readonly folder?: string | undefined;
  readonly partial?: PartialRun | undefined;
};

/**
 * A part of a pipeline. `only`: this node alone, on results that are there. `upTo`: the node and what it needs. `from`:
 * the node and what follows it. `basedOn`: the run whose results are taken over; the newest fitting one when absent
 * (for `upTo`: none, all that it needs runs).
 */
export type PartialRun = {
  readonly mode: "only" | "upTo" | "from";
  readonly node: string;
  readonly basedOn?: string | undefined;
};

/**
 * Why a node runs (`all`: the whole pipeline does; `asked` for; `needed` for what was asked for; `follows` another that
 * runs; `changed` since; its `input` changed; `failed` then; `never-ran`), gives its `result` or its `pin`, or has no part
 * (`outside` of what was asked for, `not-reached` by any way with these results).
 */
export type PreviewReason =
  | "all"
  | "asked"
  | "needed"
  | "follows"
  | "changed"
  | "input"
  | "failed"
  | "never-ran"
  | "result"
  | "pin"
  | "outside"
  | "not-reached";

export type NodePreview = {
  readonly node: string;
  readonly does: "runs" | "taken-over" | "pinned" | "left-out";
  readonly why: PreviewReason;
  /** follows: the node; input: its name. */
  readonly of?: string | undefined;
};

/** What a start request would do, in the order of the definition. */
export type RunPreview = {
  readonly basedOn?: { readonly runId: string; readonly startedAt: number } | undefined;
  readonly nodes: readonly NodePreview[];
};

export type QuoteRequest = Pick<StartRequest, "text" | "file" | "inputs" | "provider" | "folder">;

export type FileEntry = { readonly path: string; readonly name: string; readonly modifiedAt: number };
export type OpenedFile = { readonly path: string; readonly text: string; readonly hash: string };
/** Unsaved work. `key` names the document (its path, or `untitled-<n>`); `baseHash` the file version it grew from. */
export type Draft = {
  readonly key: string;
  readonly text: string;
  readonly baseHash?: string | undefined;
  readonly savedAt: number;
};
export type Template = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly text: string;
};
export type ExportFormat = "yaml" | "json" | "mermaid" | "schema";
export type Decision = {
  readonly runId: string;
  readonly node: string;
  readonly outcome: string;
  /** The question that is answered, by when it was put (`HumanTask.openedAt`); whichever is open when absent. */
  readonly openedAt?: number | undefined;
  readonly comment?: string | undefined;
  readonly value?: Json | undefined;
};
/** Something about the engine as a whole changed: fetch again what you show. */
export type EngineUpdate = {
  readonly runs: readonly RunSummary[];
  readonly inbox: readonly HumanTask[];
  /** Absent while all is well. */
  readonly database?: DatabaseHealth | undefined;
};

/** A result that nodes may take instead of running, without the result itself. */
export type StoredResultView = {
  readonly key: string;
  readonly scope: CacheScope;
  /** Who made it. */
  readonly pipeline: string;
  readonly node: string;
  readonly outcome: string;
  readonly storedAt: number;
  readonly expiresAt: number;
  /** What it cost when it was made. */
  readonly saved: Cost;
};
/** Absent fields fit everything. */
export type ResultFilter = {
  readonly pipeline?: string | undefined;
  readonly node?: string | undefined;
  readonly key?: string | undefined;
};
/** What memory holds under a name, without its value. */
export type MemoryName = { readonly name: string; readonly version: number; readonly at: number };
/** One change of a memory: what was put, or the one item that was appended. */
export type MemoryVersion = {
  readonly version: number;
  readonly at: number;
  readonly op: "put" | "append";
  readonly value: Json;
  readonly runId: string | null;
};

export type Unsubscribe = () => void;

export interface EngineApi {
  info(): Promise<EngineInfo>;
  activities(): Promise<readonly ActivityInfo[]>;
  templates(): Promise<readonly Template[]>;

  /** `follow`: with what is wrong with the sub-pipelines that the text names, as far as a run of it here may read them. */
  readDocument(request: {
    text: string;
    file?: string | undefined;
    follow?: boolean | undefined;
  }): Promise<ReadResult>;
  /** Make `text` say what `definition` says, keeping comments, order and style of all that did not change. */
  writeDocument(request: { text: string; definition: PipelineDefinition }): Promise<{ text: string }>;
  exportDocument(request: { text: string; to: ExportFormat }): Promise<{ text: string }>;

  listFiles(): Promise<readonly FileEntry[]>;
  openFile(request: { path: string }): Promise<OpenedFile>;
  /** Fails with FILE_CHANGED when the file on disk is no longer `baseHash` (undefined: must not exist yet). */
  saveFile(request: {
    path: string;
    text: string;
    baseHash?: string | undefined;
    overwrite?: boolean | undefined;
  }): Promise<OpenedFile>;
  listDrafts(): Promise<readonly Draft[]>;
  putDraft(draft: Omit<Draft, "savedAt">): Promise<void>;
  dropDraft(request: { key: string }): Promise<void>;

  /** What a run would cost and take, by the proven bounds and what is known of attempts. Inputs may be missing. */
  quote(request: QuoteRequest): Promise<Quote>;
  startRun(request: StartRequest): Promise<{ runId: string }>;
  /** What would run, what would be taken over, and why. Starts nothing; throws what startRun would. */
  previewRun(request: StartRequest): Promise<RunPreview>;
  listRuns(request: {
    limit?: number | undefined;
    before?: string | undefined;
    /** The child runs of this run; absent: runs that nobody's node started. */
    parent?: string | undefined;
  }): Promise<readonly RunSummary[]>;
  getRun(request: { runId: string }): Promise<RunView>;
  getResult(request: { runId: string }): Promise<RunResult>;
  getEvents(request: {
    runId: string;
    after?: number | undefined;
    limit?: number | undefined;
  }): Promise<readonly PrintedEvent[]>;
  /** The newest output of a node in a run, and the resolved input of its newest attempt where known. */
  getNodeData(request: { runId: string; node: string }): Promise<{ output: Json; input: Json }>;
  /** The whole run, or the attempt of one node: that fails for good, and its error edges and fallbacks apply. */
  cancelRun(request: { runId: string; node?: string | undefined }): Promise<void>;
  pauseRun(request: { runId: string }): Promise<void>;
  resumeRun(request: { runId: string }): Promise<void>;
  /**
   * A new run of the same text and inputs that takes over what succeeded; `from` and what follows it runs again. With
   * `edited` (node → output) it is a fork: these outputs stand in place of the recorded ones, and what follows them runs.
   */
  retryRun(request: {
    runId: string;
    from?: string | undefined;
    edited?: JsonObject | undefined;
  }): Promise<{ runId: string }>;

  /** Breakers that are not closed and unharmed, by service. */
  breakers(): Promise<readonly BreakerView[]>;
  /** Closes a breaker and forgets its failures; who waits for it goes on. Fails with NOT_FOUND when there is none. */
  resetBreaker(request: { service: string }): Promise<void>;

  inbox(): Promise<readonly HumanTask[]>;
  decide(decision: Decision): Promise<void>;

  /** The newest first, at most `limit` (default 100). */
  listResults(
    request: Omit<ResultFilter, "key"> & { limit?: number | undefined },
  ): Promise<readonly StoredResultView[]>;
  clearResults(request: ResultFilter): Promise<{ removed: number }>;
  memoryNames(): Promise<readonly MemoryName[]>;
  /** The newest value, and the newest `limit` changes (default 20), newest first. Throws NOT_FOUND. */
  memoryHistory(request: {
    name: string;
    limit?: number | undefined;
  }): Promise<{ value: Json; history: readonly MemoryVersion[] }>;

  databaseState(): Promise<DatabaseState>;
  /**
   * Puts a backup in the place of the database, which is kept as `keptAs`. Runs that had not ended by then are paused: what
   * they did since the backup is not known. Refused with CONFLICT while the database is well and runs are under way.
   */
  restoreBackup(request: { name: string }): Promise<{ keptAs: string }>;

  /** First call delivers the whole picture as one update; then changes, batched, each after it is on disk. */
  watchRun(request: { runId: string }, listener: (update: RunUpdate) => void): Unsubscribe;
  watchEngine(listener: (update: EngineUpdate) => void): Unsubscribe;
}
