/** The child runs of a node in its newest round: all of them, and again when one has started or ended. */
import { useEffect, useRef, useState } from "react";
import type { NodeView, RunSummary } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { Refresher } from "#renderer/state/refresher.ts";

const PAGE = 1_000;
const EVERY_MS = 1_000;

export function useChildRuns(
  runId: string | undefined,
  { id, activations, items }: NodeView,
): readonly RunSummary[] {
  const [children, setChildren] = useState<readonly RunSummary[]>([]);
  const refresher = useRef<Refresher>(undefined);
  useEffect(() => {
    if (runId === undefined) return;
    let wanted = true;
    const own = new Refresher(async () => {
      const all = await loadChildren(runId).catch(() => []);
      if (wanted) setChildren(all);
    }, EVERY_MS);
    refresher.current = own;
    return () => {
      wanted = false;
      own.stop();
      setChildren([]);
    };
  }, [runId]);
  const stamp = `${runId} ${id} ${activations} ${items?.running} ${items?.done}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when there is something new to read
  useEffect(() => refresher.current?.ask(), [stamp]);
  return children;
}

async function loadChildren(runId: string): Promise<readonly RunSummary[]> {
  const all: RunSummary[] = [];
  for (;;) {
    const page = await getEngine().listRuns({ parent: runId, limit: PAGE, before: all.at(-1)?.id });
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const URGENCY: Partial<Record<RunSummary["status"], number>> = {
  failed: 0,
  partial: 1,
  waiting: 2,
  paused: 3,
};

/** Of the node's newest round: what went wrong first, then by their place in the list. */
export function ofRound(
  runs: readonly RunSummary[],
  node: string,
  activation: number,
): readonly RunSummary[] {
  const rank = ({ status }: RunSummary): number => URGENCY[status] ?? 4;
  return runs
    .filter(({ parent }) => parent?.node === node && parent.activation === activation)
    .toSorted((a, b) => rank(a) - rank(b) || (a.parent?.item ?? 0) - (b.parent?.item ?? 0));
}
