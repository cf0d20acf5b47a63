/**
 * A node finishes: by an outcome, or by failing for good. Loop edges come first, in definition order: the first that
 * holds and has rounds left is taken, and nothing else of the node is resolved, for it is re-opened. If some hold but
 * all are spent, the policy of the first of these decides. Then every non-loop edge is resolved, once.
 */
import type { Completion, Failure } from "#contract/events.ts";
import { INHERITED, inheritsDegraded, markDegraded, OWN } from "#core/degraded.ts";
import {
  exhaustion,
  exhaustionPolicy,
  holds,
  isOpen,
  isTaken,
  isTakenOnError,
  type Leave,
  type Verdicts,
} from "#core/leaving.ts";
import { chosenNext } from "#core/next.ts";
import type { PlanEdge } from "#core/plan.ts";
import { BLOCKED, DEAD, DEGRADED, EXHAUSTED, FAILED, SUCCEEDED, TAKEN } from "#core/status.ts";
import { requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { resolveEdges } from "./propagate.ts";
import { takeLoop } from "./reopen.ts";
import { stopRun } from "./withdraw.ts";

export type Judged = Pick<Completion, "verdicts" | "feedback" | "adjust">;

/** The node finished by an outcome of its own, or was skipped. */
export function complete(turn: Turn, node: number, status: number, completion: Completion): void {
  deliver(turn, node, status, completion);
  leave(turn, node, completion);
}

/** A person answered for a loop that ran out: loops are not asked again in this activation. */
export function completeAfterEscalation(turn: Turn, node: number, completion: Completion): void {
  deliver(turn, node, SUCCEEDED, completion);
  resolveOut(turn, node, completion);
}

/**
 * No try is left and no link of the chain. With `default:` the node is degraded and goes on as if by outcome `ok`; else its error edges may take
 * the failure; else it blocks what depends on it. `loops`: may loop edges still be taken (with `default:` only)?
 */
export function failForGood(turn: Turn, node: number, failure: Failure, judged: Judged, loops = true): void {
  const { plan, state } = turn;
  const { default: fallback, next } = plan.nodes[node]!.definition;
  state.failures[node] = failure;
  if (fallback === undefined) {
    settle(turn, node, FAILED, "error");
    resolveFailed(turn, node, failure, judged.verdicts);
    return;
  }
  state.outputs[node] = { value: fallback };
  settle(turn, node, DEGRADED, "ok");
  const by = { ...judged, outcome: "ok", next: next && chosenNext(next, fallback) };
  if (loops) leave(turn, node, by);
  else resolveOut(turn, node, by);
}

function deliver(turn: Turn, node: number, status: number, completion: Completion): void {
  const { state } = turn;
  state.outputs[node] = completion.output;
  state.failures[node] = null;
  settle(turn, node, state.link[node] === 0 ? status : DEGRADED, completion.outcome);
}

function settle(turn: Turn, node: number, status: number, outcome: string): void {
  const { plan, state } = turn;
  state.nodeEndedAt[node] = turn.at;
  state.outcome[node] = outcome;
  setStatus(turn, node, status);
  const inherited = inheritsDegraded(plan, state, node) ? INHERITED : 0;
  markDegraded(state, node, status === DEGRADED ? OWN : inherited);
}

function leave(turn: Turn, node: number, by: Judged & Leave): void {
  const { plan, state } = turn;
  let spent: PlanEdge | undefined;
  for (const index of plan.nodes[node]!.loopsOut) {
    const edge = plan.edges[index]!;
    if (!isOpen(plan, state, edge) || !holds(edge, by.outcome, by.verdicts)) continue;
    if (state.loopCount[index]! < edge.loop!.max) {
      takeLoop(turn, edge, by.feedback?.[index], by.adjust?.[index]);
      return;
    }
    spent ??= edge;
  }
  if (spent === undefined) resolveOut(turn, node, by);
  else exhaust(turn, spent, by);
}

function exhaust(turn: Turn, edge: PlanEdge, by: Judged & Leave): void {
  const { plan, state } = turn;
  const node = edge.from;
  const onExhausted = exhaustionPolicy(plan, edge);
  const { from, to } = edge.definition;
  const { max } = edge.loop!;
  turn.derived.push({ event: "LoopExhausted", from, to, edge: edge.index, max, onExhausted });
  switch (onExhausted) {
    case "edge":
      state.outcome[node] = "exhausted";
      resolveOut(turn, node, { ...by, outcome: "exhausted" });
      return;
    case "continue":
      resolveOut(turn, node, by);
      return;
    case "escalate":
      state.nodeEndedAt[node] = -1;
      state.outcome[node] = null;
      markDegraded(state, node, 0);
      setStatus(turn, node, EXHAUSTED);
      requestExpected(turn, node);
      return;
    case "fail":
      failForGood(turn, node, exhaustion(edge), by, false);
  }
}

function resolveOut(turn: Turn, node: number, by: Leave): void {
  const { plan, state } = turn;
  const { out } = plan.nodes[node]!;
  const states = out.map((index) => {
    const edge = plan.edges[index]!;
    if (!isOpen(plan, state, edge) || !isTaken(plan, edge, by)) return DEAD;
    // Marked before any edge is resolved: the marked nodes become ready by these very edges.
    for (const inner of edge.skip?.between ?? []) {
      if (state.skipBy[inner] === -1) state.skipBy[inner] = index;
    }
    return TAKEN;
  });
  resolveEdges(turn, [...out], states);
}

function resolveFailed(turn: Turn, index: number, failure: Failure, verdicts: Verdicts): void {
  const { plan, state } = turn;
  const { id: node, out } = plan.nodes[index]!;
  const open = out.map((edge) => isOpen(plan, state, plan.edges[edge]!));
  const taken = out.map((edge, at) => open[at] === true && isTakenOnError(plan, plan.edges[edge]!, verdicts));
  const handled = taken.includes(true);
  turn.derived.push({ event: "NodeFailed", node, activation: state.activations[index]!, failure, handled });
  if (!handled) {
    state.unhandledAt[index] = 1;
    state.unhandled += 1;
  }
  const otherwise = handled ? DEAD : BLOCKED;
  resolveEdges(
    turn,
    [...out],
    taken.map((isTakenEdge, at) => (isTakenEdge ? TAKEN : open[at] ? otherwise : DEAD)),
  );
  if (!handled && plan.onFailure === "stop") stopRun(turn, "failed", "stopped");
}
