/** What has come to need a person since the engine was last heard. Pure. */
import type { EscalationReason } from "#contract/events.ts";
import type { HumanTask, RunSummary } from "#contract/run.ts";
import { risenRuns } from "#renderer/state/escalations.ts";

/** `question`: a node asks; `look`: it keeps failing and is still tried; `person`: nothing else is left to try. */
export type News = {
  readonly runId: string;
  readonly pipeline: string;
  readonly node: string;
  readonly need: "question" | "look" | "person";
  /** Why, where recovery has come to an end. */
  readonly reason?: EscalationReason | undefined;
};

export type Heard = {
  readonly runs: readonly RunSummary[] | undefined;
  readonly inbox: readonly HumanTask[];
};

/** At most one a run: why a person is needed says more than that a question came of it. */
export function newsOf(before: Heard, now: Heard): readonly News[] {
  // What is there when the screen opens is no news.
  if (before.runs === undefined) return [];
  const news = new Map<string, News>();
  const known = new Set(before.inbox.map(nameOf));
  for (const task of now.inbox) {
    const { runId, pipeline, node, card } = task;
    if (known.has(nameOf(task)) || news.has(runId)) continue;
    news.set(runId, { runId, pipeline, node, need: card.reason === "node" ? "question" : "person" });
  }
  for (const { id: runId, pipeline, escalation } of risenRuns(before.runs, now.runs)) {
    if (!escalation) continue;
    const { node, level, reason } = escalation;
    news.set(runId, { runId, pipeline, node, need: level < 4 ? "look" : "person", reason });
  }
  return [...news.values()];
}

const nameOf = ({ runId, node, activation, openedAt }: HumanTask): string =>
  `${runId} ${node} ${activation} ${openedAt}`;
