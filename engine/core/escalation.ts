/**
 * How far recovery has got. Each node stands at a level; the run stands at the highest of them, and tells of the node
 * that has been there longest. Kept in step at the end of each transition: O(nodes touched).
 */
import type { EscalationLevel, EscalationReason } from "#contract/events.ts";
import { hasStandIns, OWN } from "./degraded.ts";
import type { RunState } from "./state.ts";
import { EXHAUSTED, isLive, JUDGING, QUEUED, RETRYING, STUCK, SUCCEEDED, UNSAFE } from "./status.ts";
import type { Turn } from "./turn.ts";

/** Failed attempts in a row, within one activation, of which a person is told. */
const MANY_FAILURES = 3;
/** The link of a chain from which on two have been given up. */
const SECOND_FALLBACK = 2;

export type Standing = { readonly level: EscalationLevel; readonly reason: EscalationReason };

const RECOVERED: Standing = { level: 0, reason: "recovered" };

/** Where one node stands. */
export function standingOf(state: RunState, node: number): Standing {
  const status = state.status[node]!;
  if (status === EXHAUSTED) return { level: 4, reason: "exhausted" };
  if (status === UNSAFE) return { level: 4, reason: "unsafe" };
  if (status === STUCK) return { level: 4, reason: "chain-ended" };
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
  const { reason } = standingOf(state, about);
  const node = plan.nodes[about]!.id;
  if (before?.level === level && before.reason === reason && before.node === node) return;
  state.escalation = { level, reason, node };
  derived.push({ event: "EscalationChanged", level, reason, node });
}
