/** What happened to this node in the shown run: state, why it waits, failure, cost, and every attempt by round. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useNodeRun } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { ErrorText } from "#renderer/ui/error-text.tsx";
import { formatClock, formatElapsed, formatNumber, formatUsd, formatWhen } from "#renderer/ui/format.ts";
import { NodeMarks } from "#renderer/ui/node-marks.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { ChildRuns } from "./child-runs.tsx";
import { FailureClass } from "./failure-class.tsx";
import { MemoryLook } from "./memory-look.tsx";
import { Rounds, useOutcomeText } from "./rounds.tsx";

export function RunTab({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const run = useNodeRun(id);
  const language = useUi((state) => state.language);
  const outcomeText = useOutcomeText();
  if (!run) {
    return (
      <>
        <EmptyState title={t("inspector.run.none")} text={t("inspector.run.noneHint")} />
        <MemoryLook id={id} />
      </>
    );
  }
  const elapsed =
    run.startedAt !== undefined && run.endedAt !== undefined ? run.endedAt - run.startedAt : undefined;
  return (
    <div className="in-form">
      <dl className="in-facts">
        <Fact name={t("inspector.run.state")}>
          <StateGlyph status={run.status} />
        </Fact>
        {run.outcome !== undefined && (
          <Fact name={t("inspector.run.outcome")}>{outcomeText(run.outcome)}</Fact>
        )}
        {run.waitsFor && (
          <Fact name={t("inspector.run.waits")}>
            {t(`canvas.waits.${run.waitsFor.kind}`, { service: run.waitsFor.service ?? "" })}
            {run.waitsFor.until !== undefined && ` · ${formatClock(run.waitsFor.until, language)}`}
          </Fact>
        )}
        {run.items && (
          <Fact name={t("inspector.run.items")}>
            {t("items.done", { done: run.items.done, total: run.items.total })}
            {run.items.running > 0 && ` · ${t("items.running", { n: run.items.running })}`}
            {run.items.failed > 0 && ` · ${t("items.failed", { n: run.items.failed })}`}
            {run.items.taken !== undefined && ` · ${t("items.taken", { n: run.items.taken })}`}
          </Fact>
        )}
        {run.cached && (
          <Fact name={t("inspector.run.stored")}>
            {formatWhen(run.cached.storedAt, language)}
            {run.cached.saved.usd ? ` · ${t("cached.saved", { usd: formatUsd(run.cached.saved.usd) })}` : ""}
          </Fact>
        )}
        <Fact name={t("inspector.run.rounds")}>{run.activations}</Fact>
        <Fact name={t("inspector.run.attempts")}>
          {run.attempts}
          {run.maxAttempts > 1 && run.attempt > 0 && ` (${run.attempt}/${run.maxAttempts})`}
        </Fact>
        {run.startedAt !== undefined && (
          <Fact name={t("inspector.run.started")}>{formatClock(run.startedAt, language)}</Fact>
        )}
        {elapsed !== undefined && (
          <Fact name={t("inspector.run.elapsed")}>{formatElapsed(elapsed, language)}</Fact>
        )}
        <Fact name={t("inspector.run.cost")}>
          {formatUsd(run.cost.usd)} · {formatNumber(run.cost.tokens, language)} {t("inspector.run.tokens")}
        </Fact>
      </dl>
      <NodeMarks run={run} />
      {run.failure && (
        <div className="in-failure">
          <ErrorText error={run.failure} />
          <FailureClass failure={run.failure} />
        </div>
      )}
      {run.items && <ChildRuns run={run} />}
      <Rounds id={id} run={run} />
      <MemoryLook id={id} />
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
