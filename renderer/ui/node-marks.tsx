/**
 * What is unusual about a node in a run, each a sign with its words: what its result is made of, who stands in, how its
 * service fares. The state itself is `StateGlyph`'s.
 */
import { CornerDownRight, FastForward, Unplug } from "lucide-react";
import type { ReactNode } from "react";
import type { NodeView } from "#contract/run.ts";
import type { MessageKey } from "#renderer/i18n/catalogue.ts";
import { useLanguage, useT } from "#renderer/i18n/i18n.ts";
import { formatClock, formatUsd } from "./format.ts";

type Kind = "degraded" | "fallback" | "breaker" | "guess";
export type NodeMark = {
  readonly kind: Kind;
  readonly text: MessageKey;
  readonly words: Readonly<Record<string, string | number>>;
};

/** In the order of weight. Pure. */
export function marksOf(run: NodeView): readonly NodeMark[] {
  const { degraded, fallback, breaker, speculation } = run;
  const marks: NodeMark[] = [];
  const add = (kind: Kind, text: MessageKey, words: NodeMark["words"] = {}) =>
    marks.push({ kind, text, words });
  if (breaker) {
    const { service, failures: count, state, until = 0 } = breaker;
    add("breaker", `inspector.breaker.${state}`, { service, count, until });
  }
  if (fallback) add("fallback", "mark.fallback", { to: fallback.to, n: fallback.link });
  if (degraded === "inherited" || (degraded && !fallback)) add("degraded", `mark.degraded.${degraded}`);
  if (speculation?.running) add("guess", "mark.guess.running");
  else if (speculation?.off) add("guess", "mark.guess.off");
  else if (speculation)
    add("guess", "mark.guess.done", {
      right: speculation.confirmed,
      wrong: speculation.refuted,
      usd: formatUsd(speculation.usd),
    });
  return marks;
}

const SIGNS: Readonly<Record<Kind, ReactNode>> = {
  degraded: "▽",
  fallback: <CornerDownRight size={12} />,
  breaker: <Unplug size={12} />,
  guess: <FastForward size={12} />,
};

/** A model is named as it is; what else can stand in has a word. */
export function useStandIn(): (to: string) => string {
  const t = useT();
  return (to) => (to === "template" || to === "human" ? t(`mark.standIn.${to}`) : to);
}

/** `compact`: the signs alone, for tight places; their words stay for the pointer and for screen readers. */
export function NodeMarks({
  run,
  compact = false,
}: {
  readonly run: NodeView;
  readonly compact?: boolean;
}): ReactNode {
  const t = useT();
  const standIn = useStandIn();
  const language = useLanguage();
  // Who stands in is named at the foot of a card.
  const marks = marksOf(run).filter(({ kind }) => !compact || kind !== "fallback");
  if (marks.length === 0) return null;
  return (
    <span className="ui-marks" data-compact={compact || undefined}>
      {marks.map(({ kind, text, words }) => {
        const says = t(text, {
          ...words,
          ...(typeof words.to === "string" && { to: standIn(words.to) }),
          ...(typeof words.until === "number" && { until: formatClock(words.until, language) }),
        });
        return (
          <span key={kind} className="ui-mark" data-kind={kind} title={compact ? says : undefined}>
            <span className="ui-mark-sign" aria-hidden="true">
              {SIGNS[kind]}
            </span>
            <span className={compact ? "visually-hidden" : undefined}>{says}</span>
          </span>
        );
      })}
    </span>
  );
}
