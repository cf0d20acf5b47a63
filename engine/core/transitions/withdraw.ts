/** Taking back what a live node waits for: by a loop, a cancelled run, or a failure that stops everything. */
import type { EventOf, FinalRunStatus } from "#contract/events.ts";
import { CANCELLED, isForPeople, isLive, PARENTING, RETRYING, RUNNING, SLEEPING } from "#core/status.ts";
import { setStatus, type Turn } from "#core/turn.ts";
import { writeOff } from "./money.ts";

type Reason = EventOf<"AttemptCancelled">["reason"];

/** Stops attempt, children, timer and task of the node. The caller sets its next status. */
export function withdraw(turn: Turn, index: number, reason: Reason): void {
  const { plan, state } = turn;
  const node = plan.nodes[index]!.id;
  const activation = state.activations[index]!;
  const status = state.status[index]!;
  if (status === RUNNING) {
    const attempt = state.attempt[index]!;
    writeOff(state, index);
    turn.effects.push({ type: "CancelAttempt", node, activation, attempt });
    turn.derived.push({ event: "AttemptCancelled", node, activation, attempt, reason });
  } else if (status === RETRYING || status === SLEEPING) {
    state.fireAt[index] = -1;
    turn.effects.push({
      type: "ClearTimer",
      node,
      activation,
      timer: status === RETRYING ? "retry" : "wait",
    });
  } else if (status === PARENTING) {
    if (state.children[index]!.running > 0) turn.effects.push({ type: "CancelChildren", node, activation });
  } else if (isForPeople(status)) {
    closeTask(turn, index);
  }
}

/** The task, if it was opened, leaves the inbox and its timer ends. */
export function closeTask(turn: Turn, index: number): void {
  const { plan, state } = turn;
  if (state.cards[index] === null) return;
  const node = plan.nodes[index]!.id;
  const activation = state.activations[index]!;
  if (state.fireAt[index]! >= 0) turn.effects.push({ type: "ClearTimer", node, activation, timer: "human" });
  turn.effects.push({ type: "CloseHumanTask", node, activation });
  state.fireAt[index] = -1;
  state.openedAt[index] = -1;
  state.cards[index] = null;
  state.tasks.delete(index);
}

/** Everything live is cancelled; what was not reached yet stays as it is. O(nodes), once a run. */
export function stopRun(turn: Turn, status: "failed" | "cancelled", reason: Reason): void {
  const { plan, state } = turn;
  for (const { index } of plan.nodes) {
    if (!isLive(state.status[index]!)) continue;
    withdraw(turn, index, reason);
    state.nodeEndedAt[index] = turn.at;
    setStatus(turn, index, CANCELLED);
  }
  endRun(turn, status);
}

/** Nothing is left to do: only RunEnded may follow. */
export function endRun(turn: Turn, status: FinalRunStatus): void {
  turn.state.paused = false;
  turn.state.ending = status;
  turn.effects.push({ type: "EndRun", status });
}
