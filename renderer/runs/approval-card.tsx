/**
 * One open question to a person: what it is about, what waits behind it, and the answers it allows. Everything by
 * keyboard; Enter while an input method composes is never an answer.
 */
import "#renderer/runs/cards.css";
import { Hand } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Json } from "#contract/json.ts";
import type { HumanTask } from "#contract/run.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Field } from "#renderer/ui/field.tsx";
import { formatTicking, formatWhen } from "#renderer/ui/format.ts";
import { isComposing } from "#renderer/ui/keys.ts";
import { useNow } from "#renderer/ui/use-now.ts";

const GOOD: ReadonlySet<string> = new Set(["approved", "ok", "pass", "continue", "retry"]);
const BAD: ReadonlySet<string> = new Set(["rejected", "fail", "failed", "abort"]);

export function ApprovalCard({ task }: { readonly task: HumanTask }): ReactNode {
  const t = useT();
  const outcomeText = useOutcomeText();
  const now = useNow(true);
  const language = useUi((state) => state.language);
  const [comment, setComment] = useState("");
  const [sending, setSending] = useState<string>();
  const { card } = task;
  const primary = card.outcomes.find((outcome) => GOOD.has(outcome));

  const decide = (outcome: string): void => {
    setSending(outcome);
    const { runId, node, openedAt } = task;
    getEngine()
      .decide({ runId, node, outcome, openedAt, comment: comment.trim() === "" ? undefined : comment })
      .catch(showError)
      .finally(() => setSending(undefined));
  };
  return (
    <article
      className="runs-card"
      aria-label={card.title}
      onKeyDown={(event) => {
        const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
        if (!sends || isComposing(event)) return;
        event.preventDefault();
        event.stopPropagation();
        if (primary !== undefined && sending === undefined) decide(primary);
      }}
    >
      <header className="runs-card-head">
        <Hand size={16} aria-hidden="true" />
        <h3>{card.title}</h3>
        <span className="runs-card-age">
          {t("runs.card.waits", { time: formatTicking(now - task.openedAt, language) })}
        </span>
      </header>
      <div className="runs-card-body">
        <CardFacts task={task} />
        {card.instructions !== undefined && <p className="runs-card-text">{card.instructions}</p>}
        {card.payload !== undefined && card.payload !== null && <Payload value={card.payload} />}
      </div>
      <Field label={t("runs.card.comment")}>
        {({ id }) => (
          <textarea
            id={id}
            className="ui-input"
            rows={2}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </Field>
      <div className="runs-card-foot">
        {card.outcomes.map((outcome) => (
          <Button
            key={outcome}
            kind={outcome === primary ? "primary" : BAD.has(outcome) ? "danger" : "plain"}
            disabled={sending !== undefined}
            title={outcome === primary ? "Ctrl+Enter" : undefined}
            onClick={() => decide(outcome)}
          >
            {outcomeText(outcome)}
          </Button>
        ))}
      </div>
    </article>
  );
}

/** The word for an outcome on a button; an outcome of the pipeline's own is shown as it is written. */
function useOutcomeText(): (outcome: string) => string {
  const tOr = useTOr();
  return (outcome) => tOr(`runs.outcome.${outcome}`, outcome.replaceAll("_", " "));
}

function CardFacts({ task }: { readonly task: HumanTask }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const shown = useRunState((state) => (state.runId === task.runId ? state.frozen?.definition : undefined));
  const outcomeText = useOutcomeText();
  const { card, node } = task;
  const blocked =
    shown?.edges.filter((edge) => edge.from === node && edge.kind !== "loop").map((edge) => edge.to) ?? [];
  const title = (id: string): string => shown?.nodes[id]?.title ?? id;
  return (
    <dl className="runs-card-facts">
      <div>
        <dt>{t("runs.card.step")}</dt>
        <dd>
          <button type="button" className="runs-link" onClick={() => goToNode(node)}>
            {title(node)}
          </button>
          {" · "}
          {task.pipeline}
        </dd>
      </div>
      {card.reason !== "node" && (
        <div>
          <dt>{t("runs.card.why")}</dt>
          <dd>{t(`runs.card.${card.reason}`)}</dd>
        </div>
      )}
      {blocked.length > 0 && (
        <div>
          <dt>{t("runs.card.blocks")}</dt>
          <dd>{[...new Set(blocked)].map(title).join(", ")}</dd>
        </div>
      )}
      {card.timeoutAt !== undefined && (
        <div>
          <dt>{t("runs.card.until")}</dt>
          <dd>
            {formatWhen(card.timeoutAt, language)}
            {card.onTimeout !== undefined && ` → ${outcomeText(card.onTimeout)}`}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Payload({ value }: { readonly value: Json }): ReactNode {
  const t = useT();
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className="runs-payload">
      <div className="ui-field-label">{t("runs.card.payload")}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
