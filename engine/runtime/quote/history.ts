/** What attempts of a pipeline's nodes cost and took in its newest runs. Reads a bounded part of the store. */
import { isFinal, type JournalEvent } from "#contract/events.ts";
import type { Store } from "#ports/store.ts";
import type { NodeHistory } from "./quote-node.ts";

/** Runs looked through for those of the pipeline, runs of it that count, events of each. */
const RUNS = 100;
const COUNTED = 5;
const EVENTS = 2_000;

/** By node id, means over attempts that succeeded. `simulated`: runs with the simulated model, and else those without. */
export function historyOf(
  store: Store,
  pipeline: string,
  simulated: boolean,
): ReadonlyMap<string, NodeHistory> {
  const runs = store
    .runs(RUNS)
    .filter((run) => run.pipeline === pipeline && run.simulated === simulated && isFinal(run.status))
    .slice(0, COUNTED);
  const sums = new Map<string, { attempts: number; usd: number; ms: number }>();
  for (const { id } of runs) count(store.events(id, 0, EVENTS), sums);
  return new Map(
    [...sums].map(([node, { attempts, usd, ms }]) => [node, { usd: usd / attempts, ms: ms / attempts }]),
  );
}

function count(
  events: readonly JournalEvent[],
  sums: Map<string, { attempts: number; usd: number; ms: number }>,
): void {
  const started = new Map<string, number>();
  for (const event of events) {
    if (event.event === "AttemptStarted") started.set(event.node, event.at);
    const isEnd = event.event === "AttemptSucceeded" || event.event === "HumanTaskDecided";
    if (!isEnd) continue;
    const from = started.get(event.node);
    if (from === undefined) continue;
    started.delete(event.node);
    const sum = sums.get(event.node) ?? { attempts: 0, usd: 0, ms: 0 };
    sum.attempts += 1;
    sum.usd += event.event === "AttemptSucceeded" ? (event.usage?.usd ?? 0) : 0;
    sum.ms += Math.max(0, event.at - from);
    sums.set(event.node, sum);
  }
}
