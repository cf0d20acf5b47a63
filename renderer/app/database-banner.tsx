/** Says when nothing can be recorded: the disk is full, or the database is damaged, which a backup can undo. */
import { DatabaseZap, HardDrive } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { openDialog } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";

export function DatabaseBanner(): ReactNode {
  const t = useT();
  const { state, error } = useEngineState((engine) => engine.database);
  const connected = useEngineState((engine) => engine.connection === "open");
  if (state === "ok" || !connected) return null;
  const full = state === "full";
  const Icon = full ? HardDrive : DatabaseZap;
  return (
    <div className="app-banner" data-tone="warning" role="alert" title={error?.message}>
      <Icon size={16} aria-hidden="true" />
      <span>
        <strong>{t(full ? "app.database.full" : "app.database.damaged")}</strong>{" "}
        {t(full ? "app.database.fullText" : "app.database.damagedText")}
      </span>
      {!full && <Button onClick={() => openDialog({ kind: "restore" })}>{t("app.database.restore")}</Button>}
    </div>
  );
}
