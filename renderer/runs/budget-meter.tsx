/** What the shown run has cost, beside the budget that it is held to. Nothing for a run without one. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { formatUsd } from "#renderer/ui/format.ts";

export const useBudget = (): number | undefined =>
  useRunState((state) => state.frozen?.definition.budget?.usd);

export function BudgetMeter({ spent }: { readonly spent: number }): ReactNode {
  const t = useT();
  const budget = useBudget();
  if (budget === undefined) return null;
  const words = t("runs.ofBudget", { spent: formatUsd(spent), budget: formatUsd(budget) });
  return (
    <span className="runs-budget" title={t("runs.budgetHint")}>
      <meter aria-label={t("runs.budget")} min={0} max={Math.max(budget, 0.000001)} value={spent}>
        {words}
      </meter>
      {words}
    </span>
  );
}
