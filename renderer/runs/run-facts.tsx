/** The shown run in one line: which, when, how long, what it cost. */
import type { ReactNode } from "react";
import { isFinal } from "#contract/events.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useRunSummary } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatElapsed, formatUsd, formatWhen } from "#renderer/ui/format.ts";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { useNow } from "#renderer/ui/use-now.ts";

export function RunFacts(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const run = useRunSummary();
  const now = useNow(run !== undefined && !isFinal(run.status), 250);
  if (!run) return null;
  return (
    <span className="runs-facts">
      <StateGlyph status={run.status} />
      <span title={run.id}>
        {t("runs.run")} {shortId(run.id)} · {formatWhen(run.startedAt, language)} ·{" "}
        {formatElapsed((run.endedAt ?? now) - run.startedAt, language)} · {formatUsd(run.cost.usd)}
      </span>
    </span>
  );
}

export const shortId = (id: string): string => id.slice(-6);
