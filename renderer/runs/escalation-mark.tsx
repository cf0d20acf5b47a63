/**
 * In a list of runs: how far recovery has got, as many signs as the level; why is in the words. Of a run that has ended,
 * or has recovered, the highest level that it stood at.
 */
import type { ReactNode } from "react";
import { escalationPlace } from "#contract/escalation-place.ts";
import type { RunSummary } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";

type Leveled = Pick<RunSummary, "escalation" | "highestLevel">;

export function EscalationMark({
  run: { escalation, highestLevel = 0 },
}: {
  readonly run: Leveled;
}): ReactNode {
  const t = useT();
  const level = escalation?.level ?? highestLevel;
  if (level === 0) return null;
  const where = escalation
    ? t(`runs.escalation.${escalation.reason}`, { node: escalationPlace(escalation) })
    : t("runs.escalation.highest");
  const says = `${t("runs.escalation.level", { level })}: ${where}`;
  return (
    <span
      className="runs-level"
      data-level={level}
      data-past={escalation ? undefined : true}
      role="img"
      aria-label={says}
      title={says}
    >
      {"▲".repeat(level)}
    </span>
  );
}
