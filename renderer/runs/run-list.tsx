/** All runs, newest first. Opening one shows its own frozen graph. */
import "#renderer/runs/runs.css";
import { FlaskConical } from "lucide-react";
import { type ReactNode, useState } from "react";
import { isFinal } from "#contract/events.ts";
import type { RunSummary } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { EscalationMark } from "#renderer/runs/escalation-mark.tsx";
import { shortId } from "#renderer/runs/run-facts.tsx";
import { loadOlderRuns, useEngineState } from "#renderer/state/engine-store.ts";
import { cancelRun, openRun, retryRun, useRunState } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { formatElapsed, formatUsd, formatWhen } from "#renderer/ui/format.ts";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { useNow } from "#renderer/ui/use-now.ts";

export function RunList(): ReactNode {
  const t = useT();
  const runs = useEngineState((state) => state.runs);
  const shown = useRunState((state) => state.runId);
  const [more, setMore] = useState(true);
  const live = runs?.some((run) => !isFinal(run.status)) ?? false;
  const now = useNow(live);
  if (!runs) return <EmptyState title={t("app.loading")} />;
  if (runs.length === 0) return <EmptyState title={t("runs.list.empty")} text={t("runs.list.emptyHint")} />;
  return (
    <div className="runs-list">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("runs.list.status")}</th>
            <th scope="col">{t("runs.list.pipeline")}</th>
            <th scope="col">{t("runs.list.started")}</th>
            <th scope="col">{t("runs.list.duration")}</th>
            <th scope="col">{t("runs.list.cost")}</th>
            <th scope="col">{t("runs.list.model")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("runs.list.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} now={now} shown={run.id === shown} />
          ))}
        </tbody>
      </table>
      {more && runs.length >= 50 && (
        <Button kind="quiet" onClick={() => void loadOlderRuns().then(setMore, showError)}>
          {t("runs.list.more")}
        </Button>
      )}
    </div>
  );
}

type RowProps = { readonly run: RunSummary; readonly now: number; readonly shown: boolean };

function RunRow({ run, now, shown }: RowProps): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const over = isFinal(run.status);
  return (
    <tr aria-current={shown ? "true" : undefined}>
      <td>
        <StateGlyph status={run.status} /> <EscalationMark run={run} />
      </td>
      <td>
        <button type="button" className="runs-link" onClick={() => void openRun(run.id)}>
          {run.pipeline} <span className="runs-id">{shortId(run.id)}</span>
        </button>
        {run.origin && (
          <span className="runs-origin">
            {t(`origin.${run.origin.as}`, { id: shortId(run.origin.runId) })}
          </span>
        )}
      </td>
      <td>{formatWhen(run.startedAt, language)}</td>
      <td className="runs-figure">{formatElapsed((run.endedAt ?? now) - run.startedAt, language)}</td>
      <td className="runs-figure">{formatUsd(run.cost.usd)}</td>
      <td>
        {run.simulated && (
          <span className="runs-simulated">
            <FlaskConical size={12} aria-hidden="true" /> {t("runs.simulated")}
          </span>
        )}
      </td>
      <td className="runs-actions">
        <Button kind="quiet" onClick={() => void openRun(run.id)}>
          {t("runs.open")}
        </Button>
        {over ? (
          <Button kind="quiet" onClick={() => void retryRun(run.id)}>
            {t("runs.retry")}
          </Button>
        ) : (
          <Button kind="quiet" onClick={() => void cancelRun(run.id)}>
            {t("runs.cancel")}
          </Button>
        )}
      </td>
    </tr>
  );
}
