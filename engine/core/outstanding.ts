/**
 * What a recovered run still waits for, from its state alone: the effects whose requests died with the process, and the
 * attempts that were running in it. O(nodes), once a recovery.
 */
import type { Effect } from "./effect.ts";
import { expectedEffect } from "./expected.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import { QUEUED, RUNNING } from "./status.ts";

export type AttemptKey = { readonly node: string; readonly activation: number; readonly attempt: number };

/** In the order of the definition. A paused run has no Enqueue and no JudgeSkip: RunResumed asks for them. */
export function outstanding(plan: ExecutionPlan, state: RunState): readonly Effect[] {
  if (state.ended !== null) return [];
  if (state.ending !== null) return [{ type: "EndRun", status: state.ending }];
  const effects: Effect[] = [];
  for (const { index } of plan.nodes) {
    const effect = expectedEffect(plan, state, index);
    if (effect !== undefined) effects.push(effect);
  }
  return effects;
}

/** Attempts recorded as started and not as over. After a crash the host answers each with AttemptLost. */
export function inFlight(plan: ExecutionPlan, state: RunState): readonly AttemptKey[] {
  return plan.nodes
    .filter(({ index }) => state.status[index] === RUNNING)
    .map(({ id, index }) => ({
      node: id,
      activation: state.activations[index]!,
      attempt: state.attempt[index]!,
    }));
}

/** Does this attempt run now? If not, its result comes too late and must be dropped. */
export function isCurrent(plan: ExecutionPlan, state: RunState, key: AttemptKey): boolean {
  return isAt(plan, state, key, RUNNING, 0);
}

/** May this attempt start now? If not, its place in the queue is stale (a loop or a cancel came in between). */
export function isQueued(plan: ExecutionPlan, state: RunState, key: AttemptKey): boolean {
  return !state.paused && isAt(plan, state, key, QUEUED, 1);
}

function isAt(plan: ExecutionPlan, state: RunState, key: AttemptKey, status: number, ahead: number): boolean {
  const index = plan.indexOf.get(key.node);
  if (index === undefined) return false;
  const { activations, attempt } = state;
  return (
    state.status[index] === status &&
    activations[index] === key.activation &&
    attempt[index]! + ahead === key.attempt
  );
}
