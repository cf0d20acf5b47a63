/** Beside the Run button: what a run can cost and take at worst, and what of it nobody knows. */
import type { ReactNode } from "react";
import type { Total } from "#contract/quote.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useQuote } from "#renderer/state/quote-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatElapsed, formatUsd } from "#renderer/ui/format.ts";

const NAMES_SHOWN = 4;

export function RunQuote(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const quote = useQuote();
  if (!quote) return null;
  const sum = ({ usd, ms, unknownUsd, unknownMs }: Total): string => {
    const least = (text: string, unknown: readonly string[]) =>
      unknown.length === 0 ? text : t("app.quote.atLeast", { sum: text });
    return `${least(formatUsd(usd), unknownUsd)} · ${least(formatElapsed(ms, language), unknownMs)}`;
  };
  const unknown = [...new Set([...quote.worst.unknownUsd, ...quote.worst.unknownMs])];
  const more = unknown.length > NAMES_SHOWN ? " …" : "";
  const told = [
    `${t("app.quote.expected")}: ${sum(quote.expected)}`,
    `${t("app.quote.worst")}: ${sum(quote.worst)}`,
    ...(quote.budget === undefined ? [] : [t("app.quote.budget", { sum: formatUsd(quote.budget) })]),
    ...(unknown.length > 0
      ? [t("app.quote.unknown", { nodes: `${unknown.slice(0, NAMES_SHOWN).join(", ")}${more}` })]
      : []),
  ].join("\n");
  return (
    <span className="app-quote" title={told}>
      <span className="app-quote-name">{t("app.quote.worst")}</span>
      <span className="app-quote-sum">{sum(quote.worst)}</span>
    </span>
  );
}
