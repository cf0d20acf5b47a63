/** The foot of a node: its state in glyph and words, then elapsed time, attempt, tokens and cost. */
import type { ReactNode } from "react";
import type { NodeView } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatTicking, formatUsd } from "#renderer/ui/format.ts";
import { useStandIn } from "#renderer/ui/node-marks.tsx";
import { StateGlyph, stateColour } from "#renderer/ui/state-glyph.tsx";
import { useNow } from "./now.ts";
import { elapsedText, figures, secondsLeft, waitKey } from "./run-words.ts";

export function CardFoot({ run }: { readonly run: NodeView | undefined }): ReactNode {
  const ticking = run !== undefined && (run.status === "running" || run.waitsFor?.until !== undefined);
  const now = useNow(ticking);
  const t = useT();
  const language = useUi((state) => state.language);
  const standIn = useStandIn();
  if (!run) return <div className="ll-card-foot" data-status="none" />;
  if (run.cached) return <StoredFoot run={run} cached={run.cached} now={now} />;
  const elapsed = elapsedText(run, now, language);
  const facts = figures(run, (n) => t("canvas.tokens", { n }));
  const by = run.fallback ? [t("canvas.by", { link: standIn(run.fallback.to) })] : [];
  const told = [...by, ...facts, ...(elapsed ? [elapsed] : [])].join(" · ");
  return (
    <div className="ll-card-foot" data-status={run.status}>
      <State run={run} now={now} />
      <span className="ll-card-facts" title={told}>
        {told}
      </span>
    </div>
  );
}

/** A stored result says how old it is and what it saved. */
function StoredFoot({
  run,
  cached,
  now,
}: {
  readonly run: NodeView;
  readonly cached: NonNullable<NodeView["cached"]>;
  readonly now: number;
}): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const age = formatTicking(Math.max(0, (run.startedAt ?? now) - cached.storedAt), language);
  const saved = cached.saved.usd ? [t("cached.saved", { usd: formatUsd(cached.saved.usd) })] : [];
  const facts = [...saved, t("cached.age", { age })].join(" · ");
  return (
    <div className="ll-card-foot" data-status={run.status}>
      <StateGlyph status={run.status} />
      <span className="ll-card-facts" title={facts}>
        {facts}
      </span>
    </div>
  );
}

/** A wait is said by what it is for, with the seconds that are left where they are known. */
function State({ run, now }: { readonly run: NodeView; readonly now: number }): ReactNode {
  const t = useT();
  const left = secondsLeft(run, now);
  const language = useUi((state) => state.language);
  const seconds = left === undefined ? "" : ` · ${formatTicking(left * 1_000, language)}`;
  const waits = waitKey(run);
  if (!waits) {
    const detail = run.status === "retrying" ? `${run.attempt}/${run.maxAttempts}${seconds}` : undefined;
    return <StateGlyph status={run.status} detail={detail} />;
  }
  return (
    <span
      className="ll-card-waits"
      style={{ color: stateColour(run.status) }}
      title={t(waits, { service: run.waitsFor?.service ?? "" })}
    >
      <StateGlyph status={run.status} compact />
      <span>
        {run.waitsFor?.kind === "breaker" ? t("canvas.serviceRests") : t(waits)}
        {seconds}
      </span>
    </span>
  );
}
