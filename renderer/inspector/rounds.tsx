/** Every attempt of a node in the shown run, by round: how it ended, who made it, and what a loop had sent back. */
import { type ReactNode, useEffect, useState } from "react";
import type { PrintedEvent } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { NodeView } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatElapsed } from "#renderer/ui/format.ts";
import { useStandIn } from "#renderer/ui/node-marks.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { type Attempt, attemptsOf } from "./attempts.ts";
import { FailureClass } from "./failure-class.tsx";

/** An outcome of the pipeline's own is shown as it is written. */
export function useOutcomeText(): (outcome: string) => string {
  const or = useTOr();
  return (outcome) => or(`canvas.outcome.${outcome}`, outcome);
}

const MOST = 5_000;

export function Rounds({ id, run }: { readonly id: string; readonly run: NodeView }): ReactNode {
  const t = useT();
  const runId = useRunState((state) => state.runId);
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const standIn = useStandIn();
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
              {attempt.by !== undefined && ` · ${standIn(attempt.by)}`}
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
            {attempt.back && <SentBack back={attempt.back} />}
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

/** The reason, what changes because of it, and the draft that was not good enough. */
function SentBack({ back }: { readonly back: NonNullable<Attempt["back"]> }): ReactNode {
  const t = useT();
  const { from, feedback, adjust, draft } = back;
  return (
    <div className="in-back">
      <div>
        ↺ {t("inspector.run.sentBack", { from })}
        {feedback !== undefined && `: ${asLine(feedback)}`}
      </div>
      {adjust !== undefined && <div>{t("inspector.run.changed", { what: asLine(adjust) })}</div>}
      {draft !== undefined && (
        <details>
          <summary>{t("inspector.run.draft")}</summary>
          <pre className="in-draft">{asText(draft).slice(0, MOST_CHARACTERS)}</pre>
        </details>
      )}
    </div>
  );
}

const MOST_CHARACTERS = 4_000;
const LINE = 300;

const asText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const asLine = (value: Json): string => asText(value).replace(/\s+/g, " ").slice(0, LINE);
