/**
 * What a recovered run still waits for, from its state alone: the effects whose requests died with the process, and the
 * attempts that were running in it. O(nodes), once a recovery.
 */
import { isUnstarted, unstarted } from "./children.ts";
import type { Effect } from "./effect.ts";
import { expectedEffect } from "./expected.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import { RUNNING } from "./status.ts";

export type AttemptKey = { readonly node: string; readonly activation: number; readonly attempt: number };

/** In the order of the definition. A paused run has no Enqueue and no JudgeSkip: RunResumed asks for them. */
export function outstanding(plan: ExecutionPlan, state: RunState): readonly Effect[] {
  if (state.ended !== null) return [];
  if (state.ending !== null) return [{ type: "EndRun", status: state.ending }];
  const effects: Effect[] = [];
  for (const { index } of plan.nodes) {
    const effect = expectedEffect(plan, state, index);
    if (effect !== undefined) effects.push(effect);
    if (state.children[index] !== null) effects.push(...unstarted(plan, state, index));
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
  const index = plan.indexOf.get(key.node);
  if (index === undefined || state.status[index] !== RUNNING) return false;
  return state.activations[index] === key.activation && state.attempt[index] === key.attempt;
}

/**
 * Does the run still wait for this effect? A host that performs an effect later than in the step that asked for it (from
 * a queue, on a timer) asks this first: a loop, a pause or a cancel may have come in between.
 */
export function isOutstanding(plan: ExecutionPlan, state: RunState, effect: Effect): boolean {
  if (effect.type === "EndRun") return state.ended === null && state.ending === effect.status;
  if (effect.type === "DispatchAttempt") return isCurrent(plan, state, effect);
  const index = plan.indexOf.get(effect.node);
  if (effect.type === "StartChild")
    return (
      index !== undefined &&
      state.activations[index] === effect.activation &&
      isUnstarted(plan, state, index, effect.item)
    );
  const expected: Fields | undefined = index === undefined ? undefined : expectedEffect(plan, state, index);
  const asked: Fields = effect;
  if (expected === undefined || !IDENTITY.every((field) => expected[field] === asked[field])) return false;
  return cause(expected) === cause(asked);
}

const cause = (effect: Fields): unknown => (effect.cause as { by?: unknown } | undefined)?.by;

type Fields = { readonly [field: string]: unknown };

/** What tells effects of one node apart. */
const IDENTITY = ["type", "activation", "attempt", "timer", "fireAt"] as const;
