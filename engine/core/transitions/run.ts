/**
 * The run as a whole. A pause holds back what would start something (Enqueue, JudgeSkip, StartChild); results, decisions and timers
 * are still taken in, and RunResumed asks for everything that was held back. The host drops the run's queued items at
 * the pause.
 */
import type { EventOf } from "#contract/events.ts";
import { beginsLimited, isLeftOut } from "#core/leaving.ts";
import { isHeldBack, PARENTING } from "#core/status.ts";
import { illegal, requestExpected, type Turn } from "#core/turn.ts";
import { askForChildren } from "./children.ts";
import { leaveOut, makeReady } from "./propagate.ts";
import { stopRun } from "./withdraw.ts";

export function runStarted(turn: Turn, event: EventOf<"RunStarted">): void {
  const { plan, state } = turn;
  const indexOf = (id: string): number => {
    const index = plan.indexOf.get(id);
    if (index === undefined) throw illegal(`RunStarted: there is no node "${id}"`);
    return index;
  };
  const reusable = (event.reuseFrom?.nodes ?? []).map(indexOf);
  const continued = (event.reuseFrom?.continued ?? []).map(indexOf);
  const listed = event.only?.map(indexOf);
  state.started = true;
  state.runId = event.runId;
  state.pipeline = event.pipeline;
  state.seed = event.seed;
  state.inputs = event.inputs;
  state.reuseRunId = event.reuseFrom?.runId ?? null;
  state.parent = event.parent ?? null;
  state.edited = event.reuseFrom?.edited ?? null;
  state.startedAt = turn.at;
  for (const node of reusable) state.reusable[node] = 1;
  for (const node of continued) state.continued[node] = 1;
  if (listed !== undefined) {
    state.excluded.fill(1);
    for (const node of listed) state.excluded[node] = 0;
  }
  for (const node of plan.roots) if (!isLeftOut(plan, state, node)) makeReady(turn, node);
  if (listed !== undefined) beginLimited(turn);
}

/** The left-out ones come last, for they decide joins. */
function beginLimited(turn: Turn): void {
  const { plan, state } = turn;
  for (const { index } of plan.nodes) if (beginsLimited(plan, state, index)) makeReady(turn, index);
  for (const node of plan.roots) if (isLeftOut(plan, state, node)) leaveOut(turn, node);
}

export function runPaused(turn: Turn): void {
  if (turn.state.paused) throw illegal("RunPaused: the run is paused already");
  turn.state.paused = true;
  touchHeldBack(turn);
}

export function runResumed(turn: Turn): void {
  if (!turn.state.paused) throw illegal("RunResumed: the run is not paused");
  turn.state.paused = false;
  for (const node of touchHeldBack(turn)) requestExpected(turn, node);
  turn.state.status.forEach((status, node) => {
    if (status === PARENTING) askForChildren(turn, node);
  });
}

export function cancelRequested(turn: Turn): void {
  stopRun(turn, "cancelled", "run-cancelled");
}

/** The status is the one asked for, or `failed` when the pipeline's `output:` could not be evaluated. */
export function runEnded(turn: Turn, event: EventOf<"RunEnded">): void {
  const { state } = turn;
  if (event.status !== state.ending && event.status !== "failed") {
    throw illegal(`RunEnded: the run ends as ${state.ending}, not as ${event.status}`);
  }
  state.ended = event.status;
  state.endedAt = turn.at;
  state.output = event.output;
  state.failure = event.failure ?? null;
}

function touchHeldBack(turn: Turn): readonly number[] {
  const nodes = turn.plan.nodes.filter(({ index }) => isHeldBack(turn.state.status[index]!));
  const found = nodes.map(({ index }) => index);
  turn.nodes.push(...found);
  return found;
}
