/** How far recovery has got in a run: the level, what it means and why. Levels 3 and 4 are for a person. */
import type { ReactNode } from "react";
import type { Escalation } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { goToNode } from "#renderer/state/go-to.ts";

export function EscalationMark({ escalation }: { readonly escalation: Escalation | undefined }): ReactNode {
  const t = useT();
  if (!escalation || escalation.level === 0) return null;
  const { level, reason, node } = escalation;
  const says = `${t(`escalation.${level}`)} · ${t(`escalation.reason.${reason}`)} · ${node}`;
  return (
    <button
      type="button"
      className="runs-escalation"
      data-level={level}
      title={says}
      onClick={() => goToNode(node)}
    >
      <span aria-hidden="true">{"▲".repeat(level)}</span> {t(`escalation.${level}`)}
    </button>
  );
}
