/** The question of the shown run, on the canvas, where the eye is. It can be put away; the inbox keeps it. */
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { ApprovalCard } from "#renderer/runs/approval-card.tsx";
import { useTasks } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { IconButton } from "#renderer/ui/button.tsx";

export function ApprovalOverlay(): ReactNode {
  const t = useT();
  const tasks = useTasks();
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const name = (task: (typeof tasks)[number]): string => `${task.runId} ${task.node} ${task.activation}`;
  const task = tasks.find((candidate) => !away.has(name(candidate)));
  const inInbox = useUi((state) => state.bottomOpen && state.bottomTab === "inbox");
  if (!task || inInbox) return null;
  return (
    <div className="runs-overlay">
      <IconButton
        label={t("runs.card.later")}
        className="runs-overlay-close"
        onClick={() => setAway(new Set([...away, name(task)]))}
      >
        <X size={14} />
      </IconButton>
      <ApprovalCard key={name(task)} task={task} />
    </div>
  );
}
