/** Above the canvas while a run's frozen graph is shown: which run, and the way back. */
import { ArrowLeft, Lock } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { shortId } from "#renderer/runs/run-facts.tsx";
import { RunPath } from "#renderer/runs/run-path.tsx";
import { useDocument } from "#renderer/state/document-store.ts";
import { closeRun, useRunState, useRunSummary } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { formatWhen } from "#renderer/ui/format.ts";

export function RunBanner(): ReactNode {
  const t = useT();
  const opened = useRunState((state) => state.opened);
  const run = useRunSummary();
  const editing = useDocument((state) => state.phase === "editing");
  const language = useUi((state) => state.language);
  if (!opened || !run) return null;
  return (
    <div className="app-banner" data-tone="info">
      <Lock size={14} aria-hidden="true" />
      <RunPath run={run} />
      <span>
        {t(run.parent ? "runs.bannerOfChild" : "runs.banner", {
          id: shortId(run.id),
          pipeline: run.pipeline,
          when: formatWhen(run.startedAt, language),
        })}
      </span>
      <Button onClick={closeRun}>
        <ArrowLeft size={14} aria-hidden="true" />
        {t(editing ? "runs.back" : "app.home")}
      </Button>
    </div>
  );
}
