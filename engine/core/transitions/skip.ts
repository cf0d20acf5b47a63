/** Answers to JudgeSkip. A node that takes a result over leaves by its completion like one that ran, with no attempt. */
import type { EventOf } from "#contract/events.ts";
import { statusBeforeRunning } from "#core/expected.ts";
import { CACHED, JUDGING, QUEUED, SEEKING, SKIPPED } from "#core/status.ts";
import { nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { refuseErrorOutcome } from "./attempt.ts";
import { complete } from "./finish.ts";
import { leaveOut } from "./propagate.ts";

export function nodeSkipped(turn: Turn, event: EventOf<"NodeSkipped">): void {
  const node = nodeOf(turn, event, JUDGING);
  refuseErrorOutcome(event);
  turn.state.nodeStartedAt[node] = turn.at;
  turn.state.tookDegraded[node] = Number(event.degraded === true);
  complete(turn, node, SKIPPED, event);
}

export function nodeCached(turn: Turn, event: EventOf<"NodeCached">): void {
  const { state } = turn;
  const node = nodeOf(turn, event, SEEKING);
  refuseErrorOutcome(event);
  state.nodeStartedAt[node] = turn.at;
  state.cachedAt[node] = event.storedAt;
  state.cachedUsd[node] = event.saved.usd ?? 0;
  state.cachedTokens[node] = event.saved.tokens ?? 0;
  complete(turn, node, CACHED, event);
}

/** What is not skipped may still be stored; what is not stored runs. */
export function skipDeclined(turn: Turn, event: EventOf<"SkipDeclined">): void {
  const sought = event.reason === "not-cached";
  const node = nodeOf(turn, event, sought ? SEEKING : JUDGING);
  const { plan, state } = turn;
  // A pinned result that cannot be delivered fails its node; one to take over that is gone leaves it out.
  if (state.excluded[node] === 1 && plan.nodes[node]!.definition.pin === undefined) {
    leaveOut(turn, node);
    return;
  }
  setStatus(turn, node, sought ? QUEUED : statusBeforeRunning(plan, node));
  requestExpected(turn, node);
}
