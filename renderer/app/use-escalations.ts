/** Tells of runs elsewhere that need a look; that of the run on screen is told over its bar. */
import { useEffect } from "react";
import { escalationPlace } from "#contract/escalation-place.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { risenRuns } from "#renderer/state/escalations.ts";
import { runBoard } from "#renderer/state/run-store.ts";
import { showToast } from "#renderer/state/toast-store.ts";

export function useEscalations(): void {
  const t = useT();
  useEffect(
    () =>
      useEngineState.subscribe((state, before) => {
        for (const run of risenRuns(before.runs, state.runs)) {
          if (!run.escalation || run.id === runBoard.head.get("head")?.summary.id) continue;
          const { reason } = run.escalation;
          const node = escalationPlace(run.escalation);
          showToast("info", `${run.pipeline}: ${t(`runs.escalation.${reason}`, { node })}`);
        }
      }),
    [t],
  );
}
