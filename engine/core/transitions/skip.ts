/** Answers to JudgeSkip. A skipped node leaves by its completion like one that ran, with no attempt. */
import type { EventOf } from "#contract/events.ts";
import { JUDGING, QUEUED, SKIPPED } from "#core/status.ts";
import { nodeOf, requestExpected, setStatus, type Turn } from "#core/turn.ts";
import { refuseErrorOutcome } from "./attempt.ts";
import { complete } from "./finish.ts";

export function nodeSkipped(turn: Turn, event: EventOf<"NodeSkipped">): void {
  const node = nodeOf(turn, event, JUDGING);
  refuseErrorOutcome(event);
  turn.state.nodeStartedAt[node] = turn.at;
  complete(turn, node, SKIPPED, event);
}

export function skipDeclined(turn: Turn, event: EventOf<"SkipDeclined">): void {
  const node = nodeOf(turn, event, JUDGING);
  setStatus(turn, node, QUEUED);
  requestExpected(turn, node);
}
