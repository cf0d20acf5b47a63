/**
 * What one transition carries through its handlers: plan, state, time, and what it gives back. Also the two things
 * that all handlers do: refuse an event, and move a node to another status with the run's counts kept in step.
 */

import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, TimerKind } from "#contract/events.ts";
import type { Effect } from "./effect.ts";
import { expectedEffect } from "./expected.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import { isForPeople, isLive, isWaiting } from "./status.ts";

export type Turn = {
  readonly plan: ExecutionPlan;
  readonly state: RunState;
  readonly at: number;
  readonly effects: Effect[];
  readonly derived: EventBody[];
  readonly nodes: number[];
  readonly edges: number[];
};

/** Thrown before the first write, so that the state stays as it was. */
export function illegal(message: string): LayerloomError {
  return new LayerloomError("ILLEGAL_EVENT", message);
}

/** The node that an event is about. Throws unless it is in its newest activation and has this status. */
export function nodeOf(
  turn: Turn,
  event: { readonly event: string; readonly node: string; readonly activation: number },
  ...statuses: readonly number[]
): number {
  const index = turn.plan.indexOf.get(event.node);
  if (index === undefined) throw illegal(`${event.event}: there is no node "${event.node}"`);
  const name = `${event.event} of ${event.node}#${event.activation}`;
  if (turn.state.activations[index] !== event.activation) {
    throw illegal(`${name}: the newest activation is ${turn.state.activations[index]}`);
  }
  if (!statuses.includes(turn.state.status[index]!)) throw illegal(`${name}: the node is not at that point`);
  return index;
}

export function setStatus(turn: Turn, node: number, status: number): void {
  const { state } = turn;
  const before = state.status[node]!;
  state.live += Number(isLive(status)) - Number(isLive(before));
  state.waiting += Number(isWaiting(status)) - Number(isWaiting(before));
  state.people += Number(isForPeople(status)) - Number(isForPeople(before));
  state.status[node] = status;
  turn.nodes.push(node);
}

/** Ask the host for what the node now waits for. */
export function requestExpected(turn: Turn, node: number): void {
  const effect = expectedEffect(turn.plan, turn.state, node);
  if (effect !== undefined) turn.effects.push(effect);
}

/** Set the node's timer. The status that goes with it must be set before. */
export function armTimer(turn: Turn, index: number, timer: TimerKind, fireAt: number): void {
  const { plan, state } = turn;
  state.fireAt[index] = fireAt;
  requestExpected(turn, index);
  const node = plan.nodes[index]!.id;
  turn.derived.push({ event: "TimerSet", node, activation: state.activations[index]!, timer, fireAt });
}
