/**
 * Taking a loop: its counter rises, the target and everything reachable from it by non-loop edges starts a new
 * round. In-edges from outside the scope keep their resolution. Why this ends is told in `regions.ts`.
 */
import type { ValueRef } from "#contract/events.ts";
import { markDegraded } from "#core/degraded.ts";
import { joinOf } from "#core/join.ts";
import { beginsLimited } from "#core/leaving.ts";
import type { PlanEdge } from "#core/plan.ts";
import { BLOCKED, IDLE, PENDING, TAKEN } from "#core/status.ts";
import { setStatus, type Turn } from "#core/turn.ts";
import { dropItems } from "./items.ts";
import { makeReady } from "./propagate.ts";
import { withdraw } from "./withdraw.ts";

export function takeLoop(
  turn: Turn,
  edge: PlanEdge,
  feedback: ValueRef | undefined,
  adjust: ValueRef | undefined,
): void {
  const { plan, state } = turn;
  const { scope, scopeIds, resets, max } = edge.loop!;
  const draft = state.outputs[edge.to] ?? undefined;
  state.loopCount[edge.index]! += 1;
  state.edgeTaken[edge.index]! += 1;
  state.edgeState[edge.index] = TAKEN;
  turn.edges.push(edge.index);
  for (const inner of resets) {
    state.loopCount[inner] = 0;
    state.edgeState[inner] = PENDING;
    turn.edges.push(inner);
  }
  turn.derived.push({
    event: "LoopTaken",
    from: edge.definition.from,
    to: edge.definition.to,
    edge: edge.index,
    count: state.loopCount[edge.index]!,
    max,
    feedback,
    adjust,
    draft,
    reopened: scopeIds,
  });
  for (const node of scope) reopenNode(turn, node);
  state.loopBy[edge.to] = edge.index;
  state.feedback[edge.to] = feedback ?? null;
  state.adjust[edge.to] = adjust ?? null;
  state.drafts[edge.to] = draft ?? null;
  makeReady(turn, edge.to);
  // A join that needs only some of its edges may already be met by edges from outside the scope.
  for (const node of scope) {
    if (state.status[node] !== IDLE) continue;
    if (joinOf(plan, state, node) === "ready" || beginsLimited(plan, state, node)) makeReady(turn, node);
  }
}

function reopenNode(turn: Turn, node: number): void {
  const { plan, state } = turn;
  if (state.status[node] !== IDLE) {
    withdraw(turn, node, "loop");
    setStatus(turn, node, IDLE);
    state.unhandled -= state.unhandledAt[node]!;
    state.unhandledAt[node] = 0;
    state.attempt[node] = 0;
    state.link[node] = 0;
    state.triesBefore[node] = 0;
    markDegraded(state, node, 0);
    state.nodeStartedAt[node] = -1;
    state.nodeEndedAt[node] = -1;
    state.outcome[node] = null;
    state.failures[node] = null;
    // Kept while children of it still have to say what they cost.
    if (state.children[node]?.running === 0) dropItems(state, node);
  }
  state.skipBy[node] = -1;
  state.loopBy[node] = -1;
  state.feedback[node] = null;
  state.adjust[node] = null;
  state.drafts[node] = null;
  for (const edge of plan.nodes[node]!.out) {
    const before = state.edgeState[edge];
    if (before === PENDING) continue;
    const target = plan.edges[edge]!.to;
    state.inResolved[target]! -= 1;
    if (before === TAKEN) state.inTaken[target]! -= 1;
    if (before === BLOCKED) state.inBlocked[target]! -= 1;
    state.edgeState[edge] = PENDING;
    turn.edges.push(edge);
  }
}
