/** What happened to this node in the shown run: state, why it waits, failure, cost, and every attempt by round. */
import { type ReactNode, useEffect, useState } from "react";
import type { Failure, PrintedEvent } from "#contract/events.ts";
import type { NodeView } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useNodeRun, useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { ErrorText } from "#renderer/ui/error-text.tsx";
import { formatClock, formatElapsed, formatNumber, formatUsd } from "#renderer/ui/format.ts";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { type Attempt, attemptsOf } from "./attempts.ts";

export function RunTab({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const run = useNodeRun(id);
  const language = useUi((state) => state.language);
  const outcomeText = useOutcomeText();
  if (!run) return <EmptyState title={t("inspector.run.none")} text={t("inspector.run.noneHint")} />;
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
            {t(`canvas.waits.${run.waitsFor.kind}`)}
            {run.waitsFor.until !== undefined && ` · ${formatClock(run.waitsFor.until, language)}`}
          </Fact>
        )}
        {run.breaker && (
          <Fact name={t("inspector.run.service")}>
            {t(`inspector.breaker.${run.breaker.state}`, {
              service: run.breaker.service,
              count: run.breaker.failures,
              until: run.breaker.until === undefined ? "" : formatClock(run.breaker.until, language),
            })}
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
      {run.failure && (
        <div className="in-failure">
          <ErrorText error={run.failure} />
          <FailureClass failure={run.failure} />
        </div>
      )}
      <Rounds id={id} run={run} />
    </div>
  );
}

/** The class decides what recovery does; the row says why it is this one. */
function FailureClass({ failure }: { readonly failure: Pick<Failure, "class" | "rule"> }): ReactNode {
  const t = useT();
  return (
    <div className="in-class">
      {t(`inspector.class.${failure.class}`)}
      {failure.rule !== undefined && ` · ${t("inspector.class.rule", { rule: failure.rule })}`}
    </div>
  );
}

/** An outcome of the pipeline's own is shown as it is written. */
function useOutcomeText(): (outcome: string) => string {
  const or = useTOr();
  return (outcome) => or(`canvas.outcome.${outcome}`, outcome);
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const MOST = 5_000;

function Rounds({ id, run }: { readonly id: string; readonly run: NodeView }): ReactNode {
  const t = useT();
  const runId = useRunState((state) => state.runId);
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const language = useUi((state) => state.language);
  const outcomeText = useOutcomeText();
  const said = useEngineWords();
  const stamp = `${run.status}/${run.activations}/${run.attempts}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when there is something new to read
  useEffect(() => {
    if (runId === undefined) return;
    let wanted = true;
    getEngine()
      .getEvents({ runId, limit: MOST })
      .then(
        (events: readonly PrintedEvent[]) => {
          if (wanted) setAttempts(attemptsOf(events, id));
        },
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [runId, id, stamp]);
  if (attempts.length === 0) return null;
  return (
    <section>
      <h3 className="ui-field-label">{t("inspector.run.history")}</h3>
      <ol className="in-rounds">
        {attempts.map((attempt) => (
          <li key={`${attempt.activation}/${attempt.attempt}`} className="in-round">
            <span className="in-round-name">
              {t("inspector.run.attempt", { round: attempt.activation, n: attempt.attempt })}
            </span>
            <StateGlyph
              status={attempt.state}
              detail={
                attempt.outcome === undefined || attempt.outcome === "ok"
                  ? undefined
                  : outcomeText(attempt.outcome)
              }
            />
            {attempt.ms !== undefined && (
              <span className="in-round-ms">{formatElapsed(attempt.ms, language)}</span>
            )}
            {attempt.error && (
              <div className="in-round-text">
                {said(attempt.error)}
                <FailureClass failure={attempt.error} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
