/** What attempts of a pipeline's nodes cost and took in its newest runs. Reads a bounded part of the store. */
import { isFinal, type JournalEvent } from "#contract/events.ts";
import type { Store } from "#ports/store.ts";
import type { NodeHistory } from "./quote-node.ts";

/** Runs looked through for those of the pipeline, runs of it that count, events of each. */
const RUNS = 100;
const COUNTED = 5;
const EVENTS = 2_000;

type Sum = { readonly attempts: number; readonly usd: number; readonly ms: number };

/** By node id, means over attempts, or child runs, that succeeded. `simulated`: runs with the simulated model, and else those without. */
export function historyOf(
  store: Store,
  pipeline: string,
  simulated: boolean,
): ReadonlyMap<string, NodeHistory> {
  const runs = store
    .runs(RUNS)
    .filter((run) => run.pipeline === pipeline && run.simulated === simulated && isFinal(run.status))
    .slice(0, COUNTED);
  const sums = new Map<string, Sum>();
  for (const { id } of runs) count(store.events(id, 0, EVENTS), sums);
  return new Map(
    [...sums].map(([node, { attempts, usd, ms }]) => [node, { usd: usd / attempts, ms: ms / attempts }]),
  );
}

function count(events: readonly JournalEvent[], sums: Map<string, Sum>): void {
  const started = new Map<string, number>();
  const add = (node: string, key: string, at: number, usd: number): void => {
    const from = started.get(key);
    if (from === undefined) return;
    started.delete(key);
    const sum = sums.get(node) ?? { attempts: 0, usd: 0, ms: 0 };
    sums.set(node, { attempts: sum.attempts + 1, usd: sum.usd + usd, ms: sum.ms + Math.max(0, at - from) });
  };
  for (const event of events) {
    switch (event.event) {
      case "AttemptStarted":
        started.set(event.node, event.at);
        break;
      case "AttemptSucceeded":
        add(event.node, event.node, event.at, event.usage?.usd ?? 0);
        break;
      case "HumanTaskDecided":
        add(event.node, event.node, event.at, 0);
        break;
      // What is done by child runs is counted by child, as a quote counts it.
      case "ChildStarted":
        started.delete(event.node);
        started.set(childKey(event), event.at);
        break;
      case "ChildEnded":
        if (event.status === "completed" || event.status === "partial")
          add(event.node, childKey(event), event.at, event.usage?.usd ?? 0);
        break;
    }
  }
}

function childKey({ node, item }: { readonly node: string; readonly item: number }): string {
  return `${node}/${item}`;
}
