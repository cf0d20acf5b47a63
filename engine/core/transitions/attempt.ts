/** Attempts: started, succeeded, failed, lost in a crash, asleep. */
import type { EventOf, Usage } from "#contract/events.ts";
import { triesAllowed, triesOfLink } from "#core/chain.ts";
import { mayCollect } from "#core/children.ts";
import { retryDelay } from "#core/retry.ts";
import { PARENTING, QUEUED, RETRYING, RUNNING, SEEKING, SLEEPING, SUCCEEDED, UNSAFE } from "#core/status.ts";
import { armTimer, illegal, nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { complete } from "./finish.ts";
import { giveUp } from "./give-up.ts";
import { forgetItems } from "./items.ts";
import { release, reserve, writeOff } from "./money.ts";

type OfAttempt = EventOf<
  "AttemptStarted" | "AttemptSucceeded" | "AttemptFailed" | "AttemptLost" | "WaitStarted" | "ChildrenStarted"
>;

export function attemptStarted(turn: Turn, event: EventOf<"AttemptStarted">): void {
  const { state } = turn;
  // SEEKING: journals from before results were stored hold no answer of the cache.
  const index = nodeOf(turn, event, QUEUED, SEEKING);
  if (state.paused) throw illegal(`AttemptStarted of ${event.node}: the run is paused`);
  const { node, activation, attempt, reserved = 0 } = event;
  if (!(reserved >= 0 && reserved < Number.POSITIVE_INFINITY))
    throw illegal(`AttemptStarted of ${node}: reserved is ${reserved}`);
  if (attempt !== state.attempt[index]! + 1) {
    throw illegal(`AttemptStarted of ${node}#${activation}: attempt ${state.attempt[index]! + 1} is next`);
  }
  state.attempt[index] = attempt;
  state.attempts[index]! += 1;
  if (state.nodeStartedAt[index]! < 0) state.nodeStartedAt[index] = turn.at;
  if (reserved > 0) reserve(state, index, reserved);
  setStatus(turn, index, RUNNING);
  turn.effects.push({ type: "DispatchAttempt", node, activation, attempt, tryOfRun: state.attempts[index]! });
}

export function attemptSucceeded(turn: Turn, event: EventOf<"AttemptSucceeded">): void {
  const node = finishing(turn, event);
  refuseErrorOutcome(event);
  endAttempt(turn, node, event.usage);
  complete(turn, node, SUCCEEDED, event);
}

/** Transient: again after a delay. Quality: again at once. Permanent, or no try left: given up. */
export function attemptFailed(turn: Turn, event: EventOf<"AttemptFailed">): void {
  const { plan, state } = turn;
  const node = finishing(turn, event);
  if (!(event.random >= 0 && event.random < 1)) {
    throw illegal(`AttemptFailed of ${event.node}: random must be in [0, 1)`);
  }
  const { failure } = event;
  endAttempt(turn, node, event.usage, event.unsettled);
  const tries = triesOfLink(state, node);
  if (failure.class === "permanent" || tries >= triesAllowed(plan, state, node)) {
    giveUp(turn, node, failure, event);
    return;
  }
  state.failures[node] = failure;
  if (failure.class === "quality") {
    setStatus(turn, node, QUEUED);
    requestExpected(turn, node);
    return;
  }
  const { retry } = plan.nodes[node]!;
  setStatus(turn, node, RETRYING);
  armTimer(turn, node, "retry", turn.at + retryDelay(retry, tries, failure.retryAfterMs, event.random));
}

/** The attempt does not count: it starts again under the same number, unless that needs a person's word. */
export function attemptLost(turn: Turn, event: EventOf<"AttemptLost">): void {
  const node = running(turn, event, RUNNING);
  writeOff(turn.state, node);
  if (turn.plan.nodes[node]!.retrySafe) {
    repeatAttempt(turn, node);
    return;
  }
  setStatus(turn, node, UNSAFE);
  requestExpected(turn, node);
}

/** Back to the queue under the same attempt number. */
export function repeatAttempt(turn: Turn, node: number): void {
  turn.state.attempt[node]! -= 1;
  turn.state.attempts[node]! -= 1;
  setStatus(turn, node, QUEUED);
  requestExpected(turn, node);
}

export function waitStarted(turn: Turn, event: EventOf<"WaitStarted">): void {
  const node = running(turn, event, RUNNING);
  release(turn.state, node);
  setStatus(turn, node, SLEEPING);
  armTimer(turn, node, "wait", event.wakeAt);
}

/** `error` is how a node is left that failed for good; no activity and no person may choose it. */
export function refuseErrorOutcome(event: {
  readonly event: string;
  readonly node: string;
  readonly outcome: string;
}): void {
  if (event.outcome === "error")
    throw illegal(`${event.event} of ${event.node}: "error" is no outcome to choose`);
}

/** The node of the attempt that an event ends: one that runs, or whose children have ended. */
function finishing(turn: Turn, event: OfAttempt): number {
  const node = running(turn, event, RUNNING, PARENTING);
  if (turn.state.status[node] === PARENTING && !mayCollect(turn.plan, turn.state, node))
    throw illegal(`${event.event} of ${event.node}: its children have not ended`);
  return node;
}

export function running(turn: Turn, event: OfAttempt, ...statuses: readonly number[]): number {
  const node = nodeOf(turn, event, ...statuses);
  if (turn.state.attempt[node] !== event.attempt) {
    throw illegal(
      `${event.event} of ${event.node}#${event.activation}: attempt ${turn.state.attempt[node]} runs`,
    );
  }
  return node;
}

function endAttempt(turn: Turn, node: number, usage: Usage | undefined, unsettled = false): void {
  if (unsettled) writeOff(turn.state, node, usage?.usd);
  else release(turn.state, node);
  countUsage(turn, node, usage);
  if (turn.state.status[node] === PARENTING) forgetItems(turn.state, node);
}

export function countUsage(turn: Turn, node: number, usage: Usage | undefined): void {
  if (usage === undefined) return;
  const { usd = 0, tokens = 0 } = usage;
  turn.state.usd += usd;
  turn.state.tokens += tokens;
  turn.state.nodeUsd[node]! += usd;
  turn.state.nodeTokens[node]! += tokens;
}
