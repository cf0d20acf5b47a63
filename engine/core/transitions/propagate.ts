/**
 * How resolved edges travel: a taken or dead edge is counted at its target, which becomes ready, not reached, or goes
 * on waiting; what is not reached resolves its own out-edges. A work list, no recursion: a chain of 10,000 is fine.
 */

import { skipCause, statusBeforeRunning } from "#core/expected.ts";
import { joinOf } from "#core/join.ts";
import { isLeftOut } from "#core/leaving.ts";
import { BLOCKED, DEAD, IDLE, JUDGING, NOT_REACHED, TAKEN } from "#core/status.ts";
import { requestExpected, setStatus, type Turn } from "#core/turn.ts";

/** A new activation: to be judged for a skip, looked up, or queued. */
export function makeReady(turn: Turn, node: number): void {
  const { plan, state } = turn;
  state.activations[node]! += 1;
  state.tookDegraded[node] = 0;
  const judged = skipCause(plan, state, node) !== undefined;
  setStatus(turn, node, judged ? JUDGING : statusBeforeRunning(plan, node));
  requestExpected(turn, node);
}

/** The node has no part in this run, and nothing that follows it has by it. */
export function leaveOut(turn: Turn, node: number): void {
  const { out, id } = turn.plan.nodes[node]!;
  setStatus(turn, node, NOT_REACHED);
  turn.derived.push({ event: "NodeNotReached", node: id });
  resolveEdges(
    turn,
    [...out],
    out.map(() => DEAD),
  );
}

/** Resolves `edges[i]` as `states[i]` and all that follows from it. Both lists are used up as work lists. */
export function resolveEdges(turn: Turn, edges: number[], states: number[]): void {
  const { plan, state } = turn;
  for (let head = 0; head < edges.length; head++) {
    const edge = plan.edges[edges[head]!]!;
    const target = edge.to;
    state.edgeState[edge.index] = states[head]!;
    state.inResolved[target]! += 1;
    turn.edges.push(edge.index);
    if (states[head] === TAKEN) {
      state.inTaken[target]! += 1;
      state.edgeTaken[edge.index]! += 1;
      const { from, to } = edge.definition;
      turn.derived.push({ event: "EdgeTaken", from, to, kind: edge.kind, edge: edge.index });
    } else if (states[head] === BLOCKED) {
      state.inBlocked[target]! += 1;
    }
    if (state.status[target] !== IDLE) continue;
    const join = joinOf(plan, state, target);
    if (join === "ready") makeReady(turn, target);
    if (join !== "unreachable") continue;
    setStatus(turn, target, NOT_REACHED);
    turn.derived.push({ event: "NodeNotReached", node: plan.nodes[target]!.id });
    const blocked = state.inBlocked[target] !== 0;
    for (const out of plan.nodes[target]!.out) {
      edges.push(out);
      states.push(blocked && !isLeftOut(plan, state, plan.edges[out]!.to) ? BLOCKED : DEAD);
    }
  }
}
