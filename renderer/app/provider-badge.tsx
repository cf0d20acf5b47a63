/** Which model the next run uses and what has been spent: the simulated one is always labelled as such. */
import { FlaskConical, KeyRound } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { useRunSummary } from "#renderer/state/run-store.ts";
import { setProvider, useUi } from "#renderer/state/ui-store.ts";
import { formatUsd } from "#renderer/ui/format.ts";
import { Menu, type MenuItem } from "#renderer/ui/menu.tsx";

export function ProviderBadge(): ReactNode {
  const t = useT();
  const provider = useUi((state) => state.provider);
  const hasKey = useEngineState((state) => state.info?.hasModelKey ?? false);
  const usd = formatUsd(useRunSummary()?.cost.usd ?? 0);
  const items: readonly MenuItem[] = [
    { key: "heading", heading: t("app.provider.choose") },
    {
      key: "simulated",
      label: t("app.provider.simulatedName"),
      icon: <FlaskConical size={14} />,
      end: provider === "simulated" ? "✓" : undefined,
      onSelect: () => setProvider("simulated"),
    },
    {
      key: "anthropic",
      label: t(hasKey ? "app.provider.anthropicName" : "app.provider.noKey"),
      icon: <KeyRound size={14} />,
      end: provider === "anthropic" ? "✓" : undefined,
      disabled: !hasKey,
      onSelect: () => setProvider("anthropic"),
    },
  ];
  return (
    <Menu
      trigger={
        <button type="button" className="app-provider" data-provider={provider}>
          {provider === "simulated" ? (
            <FlaskConical size={14} aria-hidden="true" />
          ) : (
            <KeyRound size={14} aria-hidden="true" />
          )}
          <span>
            {t(provider === "simulated" ? "app.provider.simulated" : "app.provider.anthropic", { usd })}
          </span>
        </button>
      }
      items={items}
    />
  );
}
