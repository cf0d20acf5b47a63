/**
 * One run in memory: its program, the core's state, what of it is not yet on disk, and its place in the tree of runs.
 * Knows no clock and no store; the host moves it.
 */

import type { Provider } from "#contract/engine-api.ts";
import type { ErrorShape } from "#contract/errors.ts";
import type { EventBody, JournalEvent } from "#contract/events.ts";
import type { RunOrigin } from "#contract/run.ts";
import { initialState, type RunState } from "#core/state.ts";
import type { RunRow } from "#ports/store.ts";
import type { Program } from "./program.ts";
import type { NodeService } from "./service.ts";

/** What of a start request has to outlive the process. */
export type RunSettings = {
  readonly provider: Provider;
  readonly seed: number;
  readonly folders: readonly string[];
  readonly origin?: RunOrigin;
  /** Folders that sub-pipelines are read from besides. */
  readonly pipelineFolders?: readonly string[];
  /** Of the first run of the tree. */
  readonly maxDepth?: number;
  /** The run is one item of a node: its expressions see the names of its parent, and `item`. */
  readonly item?: boolean;
};

export type RunningAttempt = {
  readonly activation: number;
  readonly attempt: number;
  readonly abort: AbortController;
  /** Set once the activity runs: it counts as awake no longer. */
  leave?: () => void;
};

/** While nothing can be recorded: why, and the run as far as it is on disk. */
export type Held = { readonly error: ErrorShape; readonly committed: () => LiveRun };

export class LiveRun {
  readonly id: string;
  readonly row: RunRow;
  readonly settings: RunSettings;
  readonly program: Program;
  readonly state: RunState;
  /** Of the newest event, recorded or pending. */
  seq = 0;
  /** Recorded, not yet committed. */
  pending: JournalEvent[] = [];
  eventsSinceCheckpoint = 0;
  /** The run whose results this one takes over, where it is still there. */
  base: LiveRun | undefined;
  readonly attempts = new Map<string, RunningAttempt>();
  /** Nodes that a guess runs for now, or that no more guesses are made for. */
  readonly guesses = new Map<string, "running" | "off">();
  /** Touched since the watchers were last told. */
  readonly touchedNodes = new Set<number>();
  readonly touchedEdges = new Set<number>();
  readonly streams = new Map<string, { readonly activation: number; text: string }>();
  held: Held | undefined;
  /** Of the nodes that were held against a breaker. */
  readonly services = new Map<string, NodeService>();
  /** Nodes that wait for money of a budget. */
  readonly budgetWaits = new Set<string>();
  /** Set before the run moves, where it has one. */
  parent: LiveRun | undefined;
  /** Child runs that have not ended. */
  readonly children = new Set<LiveRun>();

  constructor(row: RunRow, settings: RunSettings, program: Program, state?: RunState) {
    this.id = row.id;
    this.row = row;
    this.settings = settings;
    this.program = program;
    this.state = state ?? initialState(program.plan);
  }

  get depth(): number {
    return this.row.parent?.depth ?? 0;
  }

  /** What may be shown of it. */
  get shown(): LiveRun {
    return this.held?.committed() ?? this;
  }

  /** Puts an event that the core has accepted, or concluded, at the end of the journal. */
  record(body: EventBody, at: number): void {
    this.seq += 1;
    this.pending.push({ seq: this.seq, at, ...body });
    this.eventsSinceCheckpoint += 1;
  }
}
