/** The state in the words that skins know. Reading only; what needs stored values (summaries) is the host's. */
import type { Failure, HumanTaskCard, RunStatus, ValueRef } from "#contract/events.ts";
import type { Cost, EdgeView, NodeView, WaitReason } from "#contract/run.ts";
import { linkInUse, linkName, triesAllowed } from "./chain.ts";
import { OWN } from "./degraded.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import {
  CACHED,
  EDGE_STATE_NAMES,
  IDLE,
  isForPeople,
  isHeldBack,
  NODE_STATUS_NAMES,
  PARENTING,
  RETRYING,
  SEEKING,
  SLEEPING,
} from "./status.ts";

export type OpenTask = {
  readonly node: string;
  readonly activation: number;
  readonly openedAt: number;
  readonly card: HumanTaskCard;
};

/** O(1). `waiting`: nothing runs or is about to; people or timers have the word. */
export function runStatus(_plan: ExecutionPlan, state: RunState): RunStatus {
  if (!state.started) return "queued";
  if (state.ended !== null) return state.ended;
  if (state.paused) return "paused";
  return state.live > 0 && state.live === state.waiting ? "waiting" : "running";
}

/** Everything but `summary`. Nodes that a run ended without are not reached; what a pause holds back is paused. */
export function nodeView(plan: ExecutionPlan, state: RunState, index: number): NodeView {
  const node = plan.nodes[index]!;
  const link = linkInUse(plan, state, index);
  return {
    id: node.id,
    status: nodeStatus(state, index),
    outcome: state.outcome[index] ?? undefined,
    activations: state.activations[index]!,
    attempts: state.attempts[index]!,
    attempt: state.attempt[index]!,
    maxAttempts: state.triesBefore[index]! + triesAllowed(plan, state, index),
    startedAt: time(state.nodeStartedAt[index]!),
    endedAt: time(state.nodeEndedAt[index]!),
    cost: { usd: state.nodeUsd[index]!, tokens: state.nodeTokens[index]! },
    failure: state.failures[index] ?? undefined,
    waitsFor: waitReason(state, index),
    degraded: degradedView(state.degraded[index]!),
    fallback: link === undefined ? undefined : { link: state.link[index]!, to: linkName(link) },
    ...itemsField(state, index),
    ...(node.definition.pin === undefined ? {} : { pinned: true }),
    ...(state.status[index] === CACHED ? { cached: storedResult(state, index) } : {}),
    ...guessesField(state, index),
  };
}

/** Nothing for a node that was never guessed for. Whether a guess runs is the host's to say. */
function guessesField(state: RunState, index: number): Pick<NodeView, "speculation"> {
  const [confirmed, refuted, usd] = [
    state.guessedRight[index]!,
    state.guessedWrong[index]!,
    state.guessedUsd[index]!,
  ];
  if (confirmed + refuted + usd === 0) return {};
  return { speculation: { running: false, confirmed, refuted, usd } };
}

function storedResult(state: RunState, index: number): NodeView["cached"] {
  return {
    storedAt: state.cachedAt[index]!,
    saved: { usd: state.cachedUsd[index]!, tokens: state.cachedTokens[index]! },
  };
}

export function edgeView(plan: ExecutionPlan, state: RunState, index: number): EdgeView {
  const { loop } = plan.edges[index]!;
  const view = {
    index,
    taken: state.edgeTaken[index]!,
    state: EDGE_STATE_NAMES[state.edgeState[index]!]!,
  };
  return loop === undefined ? view : { ...view, count: state.loopCount[index]!, max: loop.max };
}

/** Oldest first. O(open tasks). */
export function openTasks(plan: ExecutionPlan, state: RunState): readonly OpenTask[] {
  return [...state.tasks].map((index) => ({
    node: plan.nodes[index]!.id,
    activation: state.activations[index]!,
    openedAt: state.openedAt[index]!,
    card: state.cards[index]!,
  }));
}

/** O(1). Nothing goes on before a person decides. */
export function waitsOnlyForPeople(_plan: ExecutionPlan, state: RunState): boolean {
  return state.live > 0 && state.live === state.people;
}

export type LoopContext = {
  readonly feedback: ValueRef | null;
  /** What the node gave before, and what of its settings this round replaces. */
  readonly draft: ValueRef | null;
  readonly change: ValueRef | null;
  readonly count: number;
  readonly max: number;
};

const NO_LOOP: LoopContext = { feedback: null, draft: null, change: null, count: 0, max: 0 };

/** What a node sees as `loop`. Feedback reaches the target of the newest loop only, until the next re-opening. */
export function loopContext(plan: ExecutionPlan, state: RunState, index: number): LoopContext {
  const by = state.loopBy[index] ?? -1;
  const edge = by === -1 ? plan.nodes[index]?.loopsIn[0] : by;
  if (edge === undefined) return NO_LOOP;
  return {
    feedback: state.feedback[index]!,
    draft: state.drafts[index]!,
    change: state.adjust[index]!,
    count: by === -1 ? 0 : state.loopCount[edge]!,
    max: plan.edges[edge]!.loop!.max,
  };
}

/** The newest output of a node, null when it has none. */
export function outputOf(state: RunState, index: number): ValueRef | null {
  return state.outputs[index]!;
}

/** Was the run started for a part of its pipeline? O(nodes). */
export function isLimited(state: RunState): boolean {
  return state.excluded.includes(1);
}

/** Is money set aside for the attempt of the node that runs? */
export function isPaid(plan: ExecutionPlan, state: RunState, node: string): boolean {
  return state.nodeReservedUsd[plan.indexOf.get(node)!] !== 0;
}

/** Over the whole run. */
export function runCost(state: RunState): Cost {
  return { usd: state.usd, tokens: state.tokens };
}

/** Undefined until RunEnded. */
export function runEnd(
  state: RunState,
): { readonly at: number; readonly output: ValueRef; readonly failure?: Failure | undefined } | undefined {
  if (state.output === null) return undefined;
  return { at: state.endedAt, output: state.output, failure: state.failure ?? undefined };
}

/** The first node, in the order of the definition, whose failure nobody took. */
export function firstUnhandled(
  plan: ExecutionPlan,
  state: RunState,
): { readonly node: string; readonly failure: Failure } | undefined {
  const index = state.unhandled === 0 ? -1 : state.unhandledAt.indexOf(1);
  return index === -1 ? undefined : { node: plan.nodes[index]!.id, failure: state.failures[index]! };
}

function nodeStatus(state: RunState, index: number): NodeView["status"] {
  const status = state.status[index]!;
  if (status === IDLE && (state.ending ?? state.ended) !== null) return "not_reached";
  if (state.paused && isHeldBack(status)) return "paused";
  return NODE_STATUS_NAMES[status]!;
}

/** Nothing for a node that has no children, not even a field. */
function itemsField(state: RunState, index: number): Pick<NodeView, "items"> {
  const children = state.children[index]!;
  if (children === null) return {};
  const { count: total, running, done, failed, taken } = children;
  return { items: { total, running, done, failed, ...(taken === undefined ? {} : { taken }) } };
}

function waitReason(state: RunState, index: number): WaitReason | undefined {
  const status = state.status[index]!;
  const until = time(state.fireAt[index]!);
  if (status === RETRYING) return { kind: "retry", until };
  if (status === SLEEPING) return { kind: "timer", until };
  if (status === PARENTING) return { kind: "children" };
  if (isForPeople(status)) return { kind: "approval", until };
  if (isHeldBack(status)) {
    if (state.paused) return { kind: "paused" };
    return { kind: status === SEEKING ? "cache" : "slot" };
  }
  return status === IDLE && state.started && state.ending === null ? { kind: "input" } : undefined;
}

function degradedView(mark: number): NodeView["degraded"] {
  if (mark === 0) return undefined;
  return mark === OWN ? "own" : "inherited";
}

function time(at: number): number | undefined {
  return at < 0 ? undefined : at;
}
