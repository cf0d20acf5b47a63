/** Where a child run belongs: the runs above it, the outermost first, each with the node it was started by. */
import { ChevronRight } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { ParentOfRun } from "#contract/events.ts";
import type { RunSummary } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { openParent } from "#renderer/state/run-store.ts";

type Above = { readonly pipeline: string; readonly parent: ParentOfRun };

export function RunPath({ run }: { readonly run: RunSummary }): ReactNode {
  const t = useT();
  const above = useAbove(run.parent);
  if (!run.parent) return null;
  return (
    <nav className="runs-path" aria-label={t("runs.path")}>
      <ol>
        {above.map(({ pipeline, parent }) => (
          <li key={parent.runId}>
            <button
              type="button"
              className="runs-link"
              title={t("runs.parent")}
              onClick={() => void openParent(parent)}
            >
              {pipeline}
            </button>
            <ChevronRight size={13} aria-hidden="true" />
            <span>
              {parent.item === null
                ? parent.node
                : t("runs.path.item", { node: parent.node, n: parent.item + 1 })}
            </span>
            <ChevronRight size={13} aria-hidden="true" />
          </li>
        ))}
        <li aria-current="page">{run.pipeline}</li>
      </ol>
    </nav>
  );
}

function useAbove(parent: ParentOfRun | undefined): readonly Above[] {
  const [above, setAbove] = useState<readonly Above[]>([]);
  const start = parent && JSON.stringify(parent);
  useEffect(() => {
    if (start === undefined) return setAbove([]);
    let wanted = true;
    void climb(JSON.parse(start) as ParentOfRun).then(
      (all) => wanted && setAbove(all),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [start]);
  return above;
}

/** One question a level: runs are at most a few levels deep. */
async function climb(parent: ParentOfRun): Promise<readonly Above[]> {
  const { summary } = await getEngine().getRun({ runId: parent.runId });
  const own = { pipeline: summary.pipeline, parent };
  return summary.parent ? [...(await climb(summary.parent)), own] : [own];
}
