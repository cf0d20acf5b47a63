/** In a list of runs: how far recovery has got, as many signs as the level; why is in the words. */
import type { ReactNode } from "react";
import type { Escalation } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";

export function EscalationMark({ escalation }: { readonly escalation: Escalation | undefined }): ReactNode {
  const t = useT();
  if (!escalation || escalation.level === 0) return null;
  const { level, reason, node } = escalation;
  const says = `${t("runs.escalation.level", { level })}: ${t(`runs.escalation.${reason}`, { node })}`;
  return (
    <span className="runs-level" data-level={level} role="img" aria-label={says} title={says}>
      {"▲".repeat(level)}
    </span>
  );
}
