/** What has come to need a person since the engine was last heard. Pure. */
import type { Escalation, HumanTask, RunSummary } from "#contract/run.ts";
import { risenRuns } from "#renderer/state/escalations.ts";

/** `question`: a node asks; `look`: it keeps failing and is still tried; `person`: nothing else is left to try. */
export type News = {
  readonly runId: string;
  readonly pipeline: string;
  readonly need: "question" | "look" | "person";
  /** Where to look: in the run itself, or in a child run of it. */
  readonly at: { readonly runId: string; readonly node: string };
  /** Why, where it is more than a question. */
  readonly escalation?: Escalation | undefined;
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
    const need = card.reason === "node" ? "question" : "person";
    news.set(runId, { runId, pipeline, need, at: { runId, node } });
  }
  for (const { id: runId, pipeline, escalation } of risenRuns(before.runs, now.runs)) {
    if (!escalation) continue;
    const at = escalation.path?.at(-1) ?? { runId, node: escalation.node };
    // A child's question is its parent's need.
    news.delete(at.runId);
    const need = escalation.level < 4 ? "look" : "person";
    news.set(runId, { runId, pipeline, need, at: { runId: at.runId, node: at.node }, escalation });
  }
  return [...news.values()];
}

const nameOf = ({ runId, node, activation, openedAt }: HumanTask): string =>
  `${runId} ${node} ${activation} ${openedAt}`;
