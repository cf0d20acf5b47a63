/** The child runs of a node in its newest round, what failed first: how each is, and the way into it. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef } from "react";
import type { NodeView, RunSummary } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { openRun, useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatElapsed } from "#renderer/ui/format.ts";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { ofRound, useChildRuns } from "./use-child-runs.ts";

const ROW_PX = 30;
/** About ten and a half: that there is more below can be seen. */
const MOST_PX = 316;

export function ChildRuns({ run }: { readonly run: NodeView }): ReactNode {
  const t = useT();
  const runId = useRunState((state) => state.runId);
  const all = useChildRuns(runId, run);
  const children = useMemo(() => ofRound(all, run.id, run.activations), [all, run.id, run.activations]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: children.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  if (children.length === 0) return null;
  return (
    <section aria-label={t("inspector.run.children")}>
      <h3 className="ui-field-label">{t("inspector.run.children")}</h3>
      <div ref={scroller} className="in-children" style={{ maxHeight: MOST_PX }}>
        <ol style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const child = children[index];
            return (
              child && (
                <li
                  key={key}
                  className="in-child"
                  style={{ transform: `translateY(${start}px)` }}
                  aria-posinset={index + 1}
                  aria-setsize={children.length}
                >
                  <ChildRow child={child} />
                </li>
              )
            );
          })}
        </ol>
      </div>
    </section>
  );
}

function ChildRow({ child }: { readonly child: RunSummary }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const { id, pipeline, parent, status, startedAt, endedAt } = child;
  const name = parent?.item == null ? pipeline : t("inspector.run.item", { n: parent.item + 1 });
  return (
    <button type="button" className="in-child-open" onClick={() => void openRun(id)}>
      <span className="in-child-name">{name}</span>
      <StateGlyph status={status} />
      <span className="in-round-ms">
        {endedAt !== undefined && formatElapsed(endedAt - startedAt, language)}
      </span>
    </button>
  );
}
