/** Over the run bar: how far recovery has got, from degraded results up to a person who is needed. */
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { escalationPlace } from "#contract/escalation-place.ts";
import { type FinalRunStatus, isFinal } from "#contract/events.ts";
import type { RunSummary } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { openRun, useRunState } from "#renderer/state/run-store.ts";

export function EscalationNote({ run }: { readonly run: RunSummary }): ReactNode {
  const t = useT();
  const { escalation } = run;
  const id = escalation?.node ?? "";
  const title = useRunState((state) => state.frozen?.definition.nodes[id]?.title) ?? id;
  // A single retry is told at its node, and why a run failed at its end.
  if (!escalation || escalation.level < 2 || (isFinal(run.status) && saysItself(run.status))) return null;
  const { level, reason } = escalation;
  const child = escalation.path?.at(-1);
  const node = escalationPlace(escalation, title);
  return (
    <div className="runs-escalation" data-level={level} role={level > 2 ? "alert" : "status"}>
      <TriangleAlert size={14} aria-hidden="true" />
      <button type="button" onClick={() => (child ? void openRun(child.runId) : goToNode(id))}>
        <b>{t("runs.escalation.level", { level })}</b> {t(`runs.escalation.${reason}`, { node })}
      </button>
    </div>
  );
}

const saysItself = (status: FinalRunStatus): boolean => status === "failed" || status === "cancelled";
