/**
 * How far recovery has got. Each node stands at a level, one that is done by child runs where the highest of these
 * stands; the run stands at the highest of its nodes, and tells of the one that has been there longest. Kept in step at
 * the end of each transition: O(nodes touched).
 */
import type { ChildStanding, ChildStep, EscalationLevel, EscalationReason } from "#contract/events.ts";
import { highestChild } from "./children.ts";
import { hasStandIns, OWN } from "./degraded.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import {
  EXHAUSTED,
  isLive,
  JUDGING,
  PARENTING,
  QUEUED,
  RETRYING,
  STUCK,
  SUCCEEDED,
  UNSAFE,
} from "./status.ts";
import type { Turn } from "./turn.ts";

/** Failed attempts in a row, within one activation, of which a person is told. */
const MANY_FAILURES = 3;
/** The link of a chain from which on two have been given up. */
const SECOND_FALLBACK = 2;

export type Standing = {
  readonly level: EscalationLevel;
  readonly reason: EscalationReason;
  /** Where it is a child run that stands there. */
  readonly path?: readonly ChildStep[] | undefined;
};

const RECOVERED: Standing = { level: 0, reason: "recovered" };

/** Where one node stands. */
export function standingOf(state: RunState, node: number): Standing {
  const status = state.status[node]!;
  if (status === EXHAUSTED) return { level: 4, reason: "exhausted" };
  if (status === UNSAFE) return { level: 4, reason: "unsafe" };
  if (status === STUCK) return { level: 4, reason: "chain-ended" };
  if (status === PARENTING) return standingOfChildren(state, node);
  const failed = state.failures[node] !== null;
  if (state.unhandledAt[node] === 1) return { level: 4, reason: "failed" };
  if (state.degraded[node] === OWN) return { level: 2, reason: failed ? "default" : "fallback" };
  if (status === SUCCEEDED && hasStandIns(state, node)) return { level: 2, reason: "fallback" };
  if (!failed || !isLive(status)) return RECOVERED;
  const over = status === QUEUED || status === RETRYING || status === JUDGING;
  const failures = state.attempt[node]! - (over ? 0 : 1);
  const link = state.link[node]!;
  if (failures >= MANY_FAILURES || link >= SECOND_FALLBACK) return { level: 3, reason: "repeated-failures" };
  return link > 0 ? { level: 2, reason: "fallback" } : { level: 1, reason: "retry" };
}

function standingOfChildren(state: RunState, node: number): Standing {
  const highest = highestChild(state, node);
  if (highest === undefined) return RECOVERED;
  const { level, reason, path } = highest;
  return { level, reason, path };
}

/**
 * What the parent of a run is told of it, `step` naming the run and its place. A node that failed for good is not in it:
 * what that comes to is said by the parent's node when the child has ended. O(nodes at levels 3 and 4).
 */
export function standingForParent(
  plan: ExecutionPlan,
  state: RunState,
  step: Omit<ChildStep, "node">,
): ChildStanding {
  for (const level of [4, 3] as const) {
    for (const index of nodesAt(state, level)!) {
      const { reason, path = [] } = standingOf(state, index);
      if (reason === "failed") continue;
      return { level, reason, path: [{ ...step, node: plan.nodes[index]!.id }, ...path] };
    }
  }
  return { ...RECOVERED, path: [] };
}

/** Brings the run's level in step with the nodes that the step touched. */
export function escalate(turn: Turn): void {
  const { state } = turn;
  if (state.ending === "cancelled") {
    state.escalation = null;
    return;
  }
  for (const node of turn.nodes) moveTo(state, node, standingOf(state, node).level);
  const level = highest(state);
  if (level === 0 && state.escalation === null) return;
  tell(turn, level);
}

function moveTo(state: RunState, node: number, level: EscalationLevel): void {
  const before = state.level[node] as EscalationLevel;
  if (level === before) return;
  nodesAt(state, before)?.delete(node);
  nodesAt(state, level)?.add(node);
  state.level[node] = level;
}

/** Undefined for level 0, where nothing is kept. */
export function nodesAt(state: RunState, level: EscalationLevel): Set<number> | undefined {
  return [undefined, state.level1, state.level2, state.level3, state.level4][level];
}

function highest(state: RunState): EscalationLevel {
  if (state.level4.size > 0) return 4;
  if (state.level3.size > 0) return 3;
  if (state.level2.size > 0) return 2;
  return state.level1.size > 0 ? 1 : 0;
}

function tell({ plan, state, derived }: Turn, level: EscalationLevel): void {
  const before = state.escalation;
  const index = before === null ? undefined : plan.indexOf.get(before.node);
  const nodes = nodesAt(state, level);
  if (nodes === undefined) {
    state.escalation = null;
    derived.push({ event: "EscalationChanged", ...RECOVERED, node: before!.node });
    return;
  }
  const [longest] = nodes;
  const about = index !== undefined && nodes.has(index) ? index : longest!;
  const standing = { ...standingOf(state, about), node: plan.nodes[about]!.id };
  if (before?.node === standing.node && isSameStanding(before, standing)) return;
  state.escalation = standing;
  if (level > state.highestLevel) state.highestLevel = level;
  derived.push({ event: "EscalationChanged", ...standing });
}

/** Absent: at no level. */
export function isSameStanding(before: Standing = RECOVERED, now: Standing = RECOVERED): boolean {
  if (before.level !== now.level || before.reason !== now.reason) return false;
  const [old = [], path = []] = [before.path, now.path];
  return (
    old.length === path.length &&
    path.every((step, at) => step.runId === old[at]!.runId && step.node === old[at]!.node)
  );
}
