/** The child runs of a node in its newest round: how each is, and the way into it. */
import { type ReactNode, useEffect, useState } from "react";
import type { NodeView, RunSummary } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { openRun, useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { formatElapsed } from "#renderer/ui/format.ts";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";

const FETCHED = 500;
const SHOWN = 50;

export function ChildRuns({ id, run }: { readonly id: string; readonly run: NodeView }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const runId = useRunState((state) => state.runId);
  const [children, setChildren] = useState<readonly RunSummary[]>([]);
  const stamp = `${run.activations}/${run.items?.running}/${run.items?.done}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when there is something new to read
  useEffect(() => {
    if (runId === undefined) return;
    let wanted = true;
    getEngine()
      .listRuns({ parent: runId, limit: FETCHED })
      .then(
        (runs) => {
          if (wanted) setChildren(ofRound(runs, id, run.activations));
        },
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [runId, id, stamp]);
  if (children.length === 0) return null;
  const total = run.items?.total ?? children.length;
  return (
    <section>
      <h3 className="ui-field-label">{t("inspector.run.children")}</h3>
      <ol className="in-rounds">
        {children.slice(0, SHOWN).map((child) => (
          <li key={child.id} className="in-round">
            <Button kind="quiet" onClick={() => void openRun(child.id)}>
              {child.parent?.item == null
                ? child.pipeline
                : t("inspector.run.item", { n: child.parent.item + 1 })}
            </Button>
            <StateGlyph status={child.status} />
            {child.endedAt !== undefined && (
              <span className="in-round-ms">{formatElapsed(child.endedAt - child.startedAt, language)}</span>
            )}
          </li>
        ))}
      </ol>
      {total > SHOWN && <p className="in-round-name">{t("inspector.run.more", { n: total - SHOWN })}</p>}
    </section>
  );
}

/** What went wrong first, then by their place in the list. */
function ofRound(runs: readonly RunSummary[], node: string, activation: number): readonly RunSummary[] {
  const rank = ({ status }: RunSummary): number => (status === "failed" ? 0 : status === "waiting" ? 1 : 2);
  return runs
    .filter(({ parent }) => parent?.node === node && parent.activation === activation)
    .toSorted((a, b) => rank(a) - rank(b) || (a.parent?.item ?? 0) - (b.parent?.item ?? 0));
}
