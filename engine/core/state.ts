/**
 * The state of one run: flat columns indexed by node or edge, so that a step costs what it touches and nothing more.
 * Updated in place by `transition` alone. It holds everything that a run needs besides its plan: after a crash,
 * plan + state say what goes on (`outstanding`). Times are epoch ms; -1 stands for "none".
 */

import { LayerloomError } from "#contract/errors.ts";
import type {
  ChildEnd,
  ChildStanding,
  EscalationLevel,
  Failure,
  FinalRunStatus,
  HumanTaskCard,
  ParentOfRun,
  ValueRef,
} from "#contract/events.ts";
import type { Escalation } from "#contract/run.ts";
import type { ExecutionPlan } from "./plan.ts";

/** Child runs of one attempt, by item. */
export type ChildrenState = {
  /** Of the node, in which they were started. */
  readonly activation: number;
  count: number;
  running: number;
  /** Ended, in whichever way. */
  done: number;
  /** Of those, failed or cancelled; and those that were partial themselves. */
  failed: number;
  partial: number;
  /** Of those, made by a fallback or a default. */
  degraded: number;
  /** Children that run and stand at level 3 or 4, in the order in which they came there; absent: none. */
  risen?: readonly RisenChild[];
  /** Of those done, taken over from another run; absent: none. */
  taken?: number;
  /** The first item that was not asked for yet. */
  next: number;
  /** The list of `forEach`, null without one; the sub-pipeline, where all children share one. */
  readonly items: ValueRef | null;
  readonly source: ValueRef | null;
  /** Child run ids, null before ChildStarted, and how they ended. Both are emptied when the node is done. */
  readonly runs: (string | null)[];
  readonly ends: (ChildEnd | null)[];
};

export type RisenChild = { readonly item: number } & ChildStanding;

export type RunState = {
  runId: string;
  pipeline: string;
  seed: number;
  inputs: ValueRef | null;
  /** The run whose results nodes with `reusable` take over. */
  reuseRunId: string | null;
  started: boolean;
  paused: boolean;
  /** EndRun was asked for with this status; only RunEnded may follow. */
  ending: FinalRunStatus | null;
  /** Set by RunEnded. */
  ended: FinalRunStatus | null;
  startedAt: number;
  endedAt: number;
  output: ValueRef | null;
  failure: Failure | null;
  usd: number;
  tokens: number;
  /** US dollars set aside for attempts that run, and those of attempts that never said what they cost. */
  reservedUsd: number;
  unsettledUsd: number;
  /** Numbers of nodes that are live, waiting, waiting for a person, failed without being handled. */
  live: number;
  waiting: number;
  people: number;
  unhandled: number;
  /** Items held in `children`, over all nodes: what a saved state grows with. */
  items: number;
  /** Nodes with an open human task, in the order of opening. */
  readonly tasks: Set<number>;
  /** Where the run stands in the tree of runs; null for a root. */
  parent: ParentOfRun | null;
  /** Outputs edited by a person, in place of those of `reuseRunId`. */
  edited: Readonly<Record<string, ValueRef>> | null;
  /** How far recovery has got, and the node that it is about. */
  escalation: Escalation | null;
  /** The highest level that the run has stood at. */
  highestLevel: EscalationLevel;
  /** Nodes at each level of escalation, in the order in which they came there. */
  readonly level1: Set<number>;
  readonly level2: Set<number>;
  readonly level3: Set<number>;
  readonly level4: Set<number>;
  /** Number of nodes with `degraded`. */
  marked: number;

  // by node
  readonly status: Uint8Array;
  /** Becoming-readies so far; also the number of the current activation. */
  readonly activations: Int32Array;
  /** Attempts started in this activation, and over the whole run. */
  readonly attempt: Int32Array;
  readonly attempts: Int32Array;
  /** Non-loop in-edges of this round that are resolved, taken, blocked. */
  readonly inResolved: Int32Array;
  readonly inTaken: Int32Array;
  readonly inBlocked: Int32Array;
  /** The skip edge that marked the node for this round, or -1. */
  readonly skipBy: Int32Array;
  /** The loop edge that newly re-opened the node as its target, or -1. */
  readonly loopBy: Int32Array;
  /** 1: take the result of `reuseRunId` over, in the first activation. */
  readonly reusable: Uint8Array;
  /** 1: children of `reuseRunId` that had succeeded are taken over, in the first activation. */
  readonly continued: Uint8Array;
  /** 1: left out of this run from the start. */
  readonly excluded: Uint8Array;
  /** The link of the fallback chain in use, 0 for the node's own settings, and the tries made before it. */
  readonly link: Int32Array;
  readonly triesBefore: Int32Array;
  /** 1: what the newest output is made of is degraded, 2: the node itself is. */
  readonly degraded: Uint8Array;
  /** 1: what the node took over from another run in this activation was degraded there. */
  readonly tookDegraded: Uint8Array;
  /** Of escalation. */
  readonly level: Uint8Array;
  /** When the stored result that was taken had been stored, and what it had cost. */
  readonly cachedAt: Float64Array;
  readonly cachedUsd: Float64Array;
  readonly cachedTokens: Float64Array;
  /** Guesses for this node over the whole run, and what wrong ones cost in US dollars. */
  readonly guessedRight: Int32Array;
  readonly guessedWrong: Int32Array;
  readonly guessedUsd: Float64Array;
  /** 1: the node failed and no edge took it. */
  readonly unhandledAt: Uint8Array;
  readonly nodeStartedAt: Float64Array;
  readonly nodeEndedAt: Float64Array;
  /** When the node's one timer (retry, wait, human) fires. */
  readonly fireAt: Float64Array;
  readonly openedAt: Float64Array;
  readonly nodeUsd: Float64Array;
  readonly nodeTokens: Float64Array;
  /** Part of `reservedUsd`. */
  readonly nodeReservedUsd: Float64Array;
  readonly outcome: (string | null)[];
  /** The newest output; kept when a loop re-opens the node. */
  readonly outputs: (ValueRef | null)[];
  readonly failures: (Failure | null)[];
  readonly cards: (HumanTaskCard | null)[];
  readonly feedback: (ValueRef | null)[];
  /** What the newest loop that re-opened the node as its target changes in its settings, and its output before. */
  readonly adjust: (ValueRef | null)[];
  readonly drafts: (ValueRef | null)[];
  /** Of nodes that are done by child runs. */
  readonly children: (ChildrenState | null)[];

  // by edge
  readonly edgeState: Uint8Array;
  /** Over the whole run. */
  readonly edgeTaken: Int32Array;
  /** Loop edges: rounds used up. */
  readonly loopCount: Int32Array;
};

export function initialState(plan: ExecutionPlan): RunState {
  const nodes = plan.nodes.length;
  const edges = plan.edges.length;
  return {
    runId: "",
    pipeline: "",
    seed: 0,
    inputs: null,
    reuseRunId: null,
    started: false,
    paused: false,
    ending: null,
    ended: null,
    startedAt: -1,
    endedAt: -1,
    output: null,
    failure: null,
    usd: 0,
    tokens: 0,
    reservedUsd: 0,
    unsettledUsd: 0,
    live: 0,
    waiting: 0,
    people: 0,
    unhandled: 0,
    items: 0,
    tasks: new Set(),
    parent: null,
    edited: null,
    escalation: null,
    highestLevel: 0,
    level1: new Set(),
    level2: new Set(),
    level3: new Set(),
    level4: new Set(),
    marked: 0,
    status: new Uint8Array(nodes),
    activations: new Int32Array(nodes),
    attempt: new Int32Array(nodes),
    attempts: new Int32Array(nodes),
    inResolved: new Int32Array(nodes),
    inTaken: new Int32Array(nodes),
    inBlocked: new Int32Array(nodes),
    skipBy: new Int32Array(nodes).fill(-1),
    loopBy: new Int32Array(nodes).fill(-1),
    reusable: new Uint8Array(nodes),
    continued: new Uint8Array(nodes),
    excluded: new Uint8Array(nodes),
    link: new Int32Array(nodes),
    triesBefore: new Int32Array(nodes),
    degraded: new Uint8Array(nodes),
    tookDegraded: new Uint8Array(nodes),
    level: new Uint8Array(nodes),
    cachedAt: new Float64Array(nodes).fill(-1),
    cachedUsd: new Float64Array(nodes),
    cachedTokens: new Float64Array(nodes),
    guessedRight: new Int32Array(nodes),
    guessedWrong: new Int32Array(nodes),
    guessedUsd: new Float64Array(nodes),
    unhandledAt: new Uint8Array(nodes),
    nodeStartedAt: new Float64Array(nodes).fill(-1),
    nodeEndedAt: new Float64Array(nodes).fill(-1),
    fireAt: new Float64Array(nodes).fill(-1),
    openedAt: new Float64Array(nodes).fill(-1),
    nodeUsd: new Float64Array(nodes),
    nodeTokens: new Float64Array(nodes),
    nodeReservedUsd: new Float64Array(nodes),
    outcome: new Array<string | null>(nodes).fill(null),
    outputs: new Array<ValueRef | null>(nodes).fill(null),
    failures: new Array<Failure | null>(nodes).fill(null),
    cards: new Array<HumanTaskCard | null>(nodes).fill(null),
    feedback: new Array<ValueRef | null>(nodes).fill(null),
    adjust: new Array<ValueRef | null>(nodes).fill(null),
    drafts: new Array<ValueRef | null>(nodes).fill(null),
    children: new Array<ChildrenState | null>(nodes).fill(null),
    edgeState: new Uint8Array(edges),
    edgeTaken: new Int32Array(edges),
    loopCount: new Int32Array(edges),
  };
}

const VERSION = 2;
type Column = Uint8Array | Int32Array | Float64Array | (unknown | null)[];

/**
 * The state as text, for checkpoints. Canonical: the same state gives the same bytes, whichever way it came about. A
 * column that still has its first value everywhere is left out, so that a young run of a large graph stays small.
 */
export function encodeState(plan: ExecutionPlan, state: RunState): string {
  const fresh = initialState(plan);
  const fields: Record<string, unknown> = {
    version: VERSION,
    nodes: plan.nodes.length,
    edges: plan.edges.length,
  };
  for (const [key, value] of Object.entries(state)) {
    if (value instanceof Set) {
      if (value.size > 0) fields[key] = [...value];
    } else if (isColumn(value)) {
      const first = (fresh[key as keyof RunState] as Column)[0];
      if (value.some((entry: unknown) => entry !== first))
        fields[key] = Array.from(value as ArrayLike<unknown>);
    } else if (value !== fresh[key as keyof RunState]) {
      fields[key] = value;
    }
  }
  return JSON.stringify(fields);
}

/** Undefined for a state that another version wrote. Throws DATABASE_DAMAGED when the text is no state of this plan. */
export function decodeState(plan: ExecutionPlan, text: string): RunState | undefined {
  const state = initialState(plan);
  const fields = parse(text);
  if (typeof fields.version === "number" && fields.version !== VERSION) return undefined;
  if (
    fields.version !== VERSION ||
    fields.nodes !== plan.nodes.length ||
    fields.edges !== plan.edges.length
  ) {
    throw damaged();
  }
  const target = state as unknown as Record<string, unknown>;
  for (const [key, initial] of Object.entries(state)) {
    const value = fields[key];
    if (value === undefined) continue;
    if (initial instanceof Set) {
      for (const entry of value as number[]) initial.add(entry);
    } else if (isColumn(initial)) {
      fill(initial, value);
    } else {
      target[key] = value;
    }
  }
  return state;
}

function isColumn(value: unknown): value is Column {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function fill(column: Column, values: unknown): void {
  if (!Array.isArray(values) || values.length !== column.length) throw damaged();
  for (let index = 0; index < values.length; index++) column[index] = values[index];
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // falls through to the one error below
  }
  throw damaged();
}

function damaged(): LayerloomError {
  return new LayerloomError("DATABASE_DAMAGED", "The saved state of this run does not fit its pipeline");
}
