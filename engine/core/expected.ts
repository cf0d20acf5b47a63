/**
 * The one place that says which effect a node waits for. A step asks it right after moving the node, recovery asks it
 * for the whole run, so both always say the same.
 */
import { mayCollect } from "./children.ts";
import type { Effect } from "./effect.ts";
import { escalationOutcomes, takeoverOutcomes } from "./leaving.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import {
  ASKING,
  EXHAUSTED,
  JUDGING,
  PARENTING,
  QUEUED,
  RETRYING,
  SEEKING,
  SLEEPING,
  STUCK,
  UNSAFE,
} from "./status.ts";

type SkipCause = Extract<Effect, { readonly type: "JudgeSkip" }>["cause"];

/** Outcomes of the question whether an attempt that was cut off may be repeated. */
export const UNSAFE_OUTCOMES = ["retry", "fail"] as const;

/**
 * Why the node might be skipped in this activation: a pinned result, a run to take over from, a skip edge, its own
 * condition. What a limited run does not list is taken over in every round, for it may not run.
 */
export function skipCause(plan: ExecutionPlan, state: RunState, node: number): SkipCause | undefined {
  const { definition } = plan.nodes[node]!;
  if (definition.pin !== undefined) return { by: "pin" };
  if (state.reusable[node] === 1 && (state.activations[node] === 1 || state.excluded[node] === 1)) {
    return { by: "run" };
  }
  if (state.skipBy[node] !== -1) return { by: "edge", edge: state.skipBy[node]! };
  return definition.skip === undefined ? undefined : { by: "node" };
}

/** Where a node goes that is not skipped: a stored result is asked for before the queue. */
export function statusBeforeRunning(plan: ExecutionPlan, node: number): number {
  const { cache, pin } = plan.nodes[node]!.definition;
  return cache === undefined || pin !== undefined ? QUEUED : SEEKING;
}

/** Undefined when the node waits for no effect, or for one that a pause holds back; children to start are `unstarted`. */
export function expectedEffect(plan: ExecutionPlan, state: RunState, index: number): Effect | undefined {
  const node = plan.nodes[index]!.id;
  const activation = state.activations[index]!;
  const fireAt = state.fireAt[index]!;
  switch (state.status[index]) {
    case JUDGING:
      if (state.paused) return undefined;
      return { type: "JudgeSkip", node, activation, cause: skipCause(plan, state, index)! };
    case SEEKING:
      if (state.paused) return undefined;
      return { type: "JudgeSkip", node, activation, cause: { by: "cache" } };
    case QUEUED:
      if (state.paused) return undefined;
      return { type: "Enqueue", node, activation, attempt: state.attempt[index]! + 1 };
    case RETRYING:
      return { type: "SetTimer", node, activation, timer: "retry", fireAt };
    case SLEEPING:
      return { type: "SetTimer", node, activation, timer: "wait", fireAt };
    case PARENTING:
      if (!mayCollect(plan, state, index)) return undefined;
      return { type: "CollectChildren", node, activation, attempt: state.attempt[index]! };
    case EXHAUSTED:
      if (state.cards[index] !== null) break;
      return {
        type: "OpenHumanTask",
        node,
        activation,
        reason: "exhausted",
        outcomes: escalationOutcomes(plan, index),
      };
    case UNSAFE:
      if (state.cards[index] !== null) break;
      return { type: "OpenHumanTask", node, activation, reason: "unsafe", outcomes: UNSAFE_OUTCOMES };
    case STUCK:
      if (state.cards[index] !== null) break;
      return {
        type: "OpenHumanTask",
        node,
        activation,
        reason: "fallback",
        outcomes: takeoverOutcomes(plan, index),
      };
    case ASKING:
      break;
    default:
      return undefined;
  }
  return fireAt < 0 ? undefined : { type: "SetTimer", node, activation, timer: "human", fireAt };
}
