/** What ends a wait: people and timers. */
import type { Completion, EventOf, Failure } from "#contract/events.ts";
import { UNSAFE_OUTCOMES } from "#core/expected.ts";
import { GIVE_UP } from "#core/leaving.ts";
import {
  ASKING,
  EXHAUSTED,
  QUEUED,
  RETRYING,
  RUNNING,
  SLEEPING,
  STUCK,
  SUCCEEDED,
  UNSAFE,
} from "#core/status.ts";
import { armTimer, illegal, nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { refuseErrorOutcome, repeatAttempt } from "./attempt.ts";
import { complete, completeAfterEscalation, failForGood } from "./finish.ts";
import { giveUp } from "./give-up.ts";
import { release } from "./money.ts";
import { closeTask } from "./withdraw.ts";

const STATUS_OF_REASON = { node: RUNNING, exhausted: EXHAUSTED, unsafe: UNSAFE, fallback: STUCK } as const;

/** Why a node fails whose attempt was cut off and whom a person does not let try again. */
export const CUT_OFF: Failure = {
  code: "ACTIVITY_FAILED",
  message: "The attempt was cut off and was not to be repeated",
  class: "permanent",
  rule: "built-in: anything else",
};
const UNANSWERED: Failure = {
  code: "HUMAN_TIMEOUT",
  message: "Nobody decided in time",
  class: "permanent",
  rule: "built-in: HUMAN_TIMEOUT",
};

export function humanTaskOpened(turn: Turn, event: EventOf<"HumanTaskOpened">): void {
  const { state } = turn;
  const { card } = event;
  const node = nodeOf(turn, event, STATUS_OF_REASON[card.reason]);
  if (state.cards[node] !== null) throw illegal(`HumanTaskOpened of ${event.node}: it is open already`);
  release(state, node);
  state.cards[node] = card;
  state.openedAt[node] = turn.at;
  state.tasks.add(node);
  setStatus(turn, node, card.reason === "node" ? ASKING : state.status[node]!);
  if (card.timeoutAt !== undefined) armTimer(turn, node, "human", card.timeoutAt);
}

export function humanTaskDecided(turn: Turn, event: EventOf<"HumanTaskDecided">): void {
  const node = openTask(turn, event);
  const { outcomes } = turn.state.cards[node]!;
  if (event.by === "person" && !outcomes.includes(event.outcome)) {
    throw illegal(`HumanTaskDecided of ${event.node}: "${event.outcome}" is none of ${outcomes.join(", ")}`);
  }
  refuseErrorOutcome(event);
  refuseUnknownAnswer(turn, node, event.outcome);
  closeTask(turn, node);
  decide(turn, node, event);
}

export function timerFired(turn: Turn, event: EventOf<"TimerFired">): void {
  if (event.timer === "retry") retryDue(turn, event);
  else if (event.timer === "wait") wakeUp(turn, event);
  else humanTimeout(turn, event);
}

function retryDue(turn: Turn, event: EventOf<"TimerFired">): void {
  const node = nodeOf(turn, event, RETRYING);
  turn.state.fireAt[node] = -1;
  setStatus(turn, node, QUEUED);
  requestExpected(turn, node);
}

function wakeUp(turn: Turn, event: EventOf<"TimerFired">): void {
  const node = nodeOf(turn, event, SLEEPING);
  if (event.failure !== undefined) {
    turn.state.fireAt[node] = -1;
    giveUp(turn, node, event.failure, event);
    return;
  }
  if (event.completion === undefined)
    throw illegal(`TimerFired of ${event.node}: a wait ends with a completion or a failure`);
  refuseErrorOutcome({ event: event.event, node: event.node, outcome: event.completion.outcome });
  turn.state.fireAt[node] = -1;
  complete(turn, node, SUCCEEDED, event.completion);
}

/** With a completion its outcome is taken; with outcome `error`, a failure or neither the attempt has failed. */
function humanTimeout(turn: Turn, event: EventOf<"TimerFired">): void {
  const { state } = turn;
  const node = openTask(turn, event);
  const { completion, failure } = event;
  if (state.fireAt[node]! < 0) throw illegal(`TimerFired of ${event.node}: its task has no time limit`);
  if (completion === undefined && failure === undefined && state.cards[node]!.onTimeout !== undefined) {
    throw illegal(`TimerFired of ${event.node}: the completion by onTimeout is missing`);
  }
  const fails = completion === undefined || completion.outcome === "error";
  if (!fails) refuseUnknownAnswer(turn, node, completion.outcome);
  state.fireAt[node] = -1;
  closeTask(turn, node);
  if (!fails) decide(turn, node, completion);
  else if (state.status[node] === EXHAUSTED)
    failForGood(turn, node, failure ?? UNANSWERED, completion ?? event, false);
  else giveUp(turn, node, failure ?? UNANSWERED, completion ?? event);
}

/** A node that has an open task. */
function openTask(turn: Turn, event: EventOf<"HumanTaskDecided" | "TimerFired">): number {
  const node = nodeOf(turn, event, ASKING, EXHAUSTED, UNSAFE, STUCK);
  if (turn.state.cards[node] === null)
    throw illegal(`${event.event} of ${event.node}: its task is not open yet`);
  return node;
}

function refuseUnknownAnswer(turn: Turn, node: number, outcome: string): void {
  if (turn.state.status[node] !== UNSAFE) return;
  const known: readonly string[] = UNSAFE_OUTCOMES;
  if (!known.includes(outcome))
    throw illegal(`"${outcome}" is no answer for a cut-off attempt: ${known.join(", ")}`);
}

function decide(turn: Turn, node: number, completion: Completion): void {
  const { state } = turn;
  const status = state.status[node];
  if (status === EXHAUSTED) completeAfterEscalation(turn, node, completion);
  else if (status === UNSAFE && completion.outcome === "retry") repeatAttempt(turn, node);
  else if (status === UNSAFE) giveUp(turn, node, CUT_OFF, completion);
  else if (status === STUCK && completion.outcome === GIVE_UP)
    failForGood(turn, node, state.failures[node]!, completion);
  else complete(turn, node, SUCCEEDED, completion);
}
