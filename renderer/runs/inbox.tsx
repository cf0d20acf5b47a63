/** Every open question of every run, oldest first. */
import "#renderer/runs/runs.css";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { ApprovalCard } from "#renderer/runs/approval-card.tsx";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { openRun } from "#renderer/state/run-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";

export function Inbox(): ReactNode {
  const t = useT();
  const inbox = useEngineState((state) => state.inbox);
  if (inbox.length === 0)
    return <EmptyState title={t("runs.inbox.empty")} text={t("runs.inbox.emptyHint")} />;
  return (
    <ul className="runs-inbox">
      {inbox.map((task) => (
        <li key={`${task.runId} ${task.node} ${task.activation}`}>
          <ApprovalCard task={task} />
          <Button kind="quiet" onClick={() => void openRun(task.runId)}>
            {t("runs.inbox.openRun")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
