/**
 * The machine: one driving event in, the state moved on in place, effects and derived events out. Live and replay call
 * this same function. No clock and no randomness: time is `at`, chance comes in events.
 *
 * An event that does not fit is refused with ILLEGAL_EVENT before the first write. That covers late results too: of
 * an earlier activation or attempt, or of a node that a loop or a cancel took back (`isCurrent` asks beforehand).
 * Between the EndRun effect and RunEnded nothing else is legal but the end of children that were called off; after RunEnded nothing at all.
 */
import type { EventBody, EventName, EventOf } from "#contract/events.ts";
import { isPartial } from "./children.ts";
import type { Effect } from "./effect.ts";
import { escalate } from "./escalation.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import {
  attemptFailed,
  attemptLost,
  attemptStarted,
  attemptSucceeded,
  waitStarted,
} from "./transitions/attempt.ts";
import {
  childEnded,
  childEscalated,
  childrenStarted,
  childStarted,
  childTakenOver,
} from "./transitions/children.ts";
import { attemptRefused } from "./transitions/give-up.ts";
import { cancelRequested, runEnded, runPaused, runResumed, runStarted } from "./transitions/run.ts";
import { nodeCached, nodeSkipped, skipDeclined } from "./transitions/skip.ts";
import { speculationEnded } from "./transitions/speculation.ts";
import { humanTaskDecided, humanTaskOpened, timerFired } from "./transitions/waiting.ts";
import { endRun } from "./transitions/withdraw.ts";
import { illegal, type Turn } from "./turn.ts";

/** Driving event → what it does. Whatever is not listed is derived and drives nothing. */
const HANDLERS: { readonly [N in EventName]?: (turn: Turn, event: EventOf<N>) => void } = {
  RunStarted: runStarted,
  AttemptStarted: attemptStarted,
  AttemptSucceeded: attemptSucceeded,
  AttemptFailed: attemptFailed,
  AttemptRefused: attemptRefused,
  AttemptLost: attemptLost,
  WaitStarted: waitStarted,
  ChildrenStarted: childrenStarted,
  ChildStarted: childStarted,
  ChildTakenOver: childTakenOver,
  ChildEnded: childEnded,
  ChildEscalated: childEscalated,
  HumanTaskOpened: humanTaskOpened,
  HumanTaskDecided: humanTaskDecided,
  TimerFired: timerFired,
  NodeSkipped: nodeSkipped,
  NodeCached: nodeCached,
  SkipDeclined: skipDeclined,
  SpeculationEnded: speculationEnded,
  RunPaused: runPaused,
  RunResumed: runResumed,
  CancelRequested: cancelRequested,
  RunEnded: runEnded,
};

export type Step = {
  /** To be performed in this order, after the event is recorded. */
  readonly effects: readonly Effect[];
  /** To be recorded after the event, in this order. */
  readonly derived: readonly EventBody[];
  /** Indexes of nodes and edges whose view may have changed; an index may come more than once. */
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
};

/** Moves `state` on in place. */
export function transition(plan: ExecutionPlan, state: RunState, event: EventBody, at: number): Step {
  const turn: Turn = { plan, state, at, effects: [], derived: [], nodes: [], edges: [] };
  const handler = HANDLERS[event.event] as ((turn: Turn, event: EventBody) => void) | undefined;
  if (handler === undefined) throw illegal(`${event.event} drives nothing`);
  checkPhase(state, event.event);
  handler(turn, event);
  if (state.live === 0 && state.ending === null) {
    endRun(turn, state.unhandled > 0 ? "failed" : isPartial(plan, state) ? "partial" : "completed");
  }
  escalate(turn);
  return turn;
}

function checkPhase(state: RunState, name: EventName): void {
  if (state.ended !== null) throw illegal(`${name}: the run has ended`);
  if (state.started === (name === "RunStarted")) {
    throw illegal(`${name}: the run has ${state.started ? "started already" : "not started"}`);
  }
  // What others say of their cost is taken in to the last.
  if (name === "ChildEnded" || name === "SpeculationEnded") return;
  if ((state.ending !== null) !== (name === "RunEnded")) {
    throw illegal(`${name}: the run is ${state.ending === null ? "not " : ""}about to end`);
  }
}
