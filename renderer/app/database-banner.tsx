/**
 * Says when nothing can be recorded: the disk is full, another program has locked the database, or it is damaged, which
 * a backup can undo.
 */
import { DatabaseZap, HardDrive, LockKeyhole } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { openDialog } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";

const LOOKS = {
  full: { icon: HardDrive, title: "app.database.full", text: "app.database.fullText" },
  locked: { icon: LockKeyhole, title: "app.database.locked", text: "app.database.lockedText" },
  "read-only": { icon: DatabaseZap, title: "app.database.damaged", text: "app.database.damagedText" },
} as const;

export function DatabaseBanner(): ReactNode {
  const t = useT();
  const { state, error } = useEngineState((engine) => engine.database);
  const connected = useEngineState((engine) => engine.connection === "open");
  if (state === "ok" || !connected) return null;
  const { icon: Icon, title, text } = LOOKS[state];
  return (
    <div className="app-banner" data-tone="warning" role="alert" title={error?.message}>
      <Icon size={16} aria-hidden="true" />
      <span>
        <strong>{t(title)}</strong> {t(text)}
      </span>
      {state === "read-only" && (
        <Button onClick={() => openDialog({ kind: "restore" })}>{t("app.database.restore")}</Button>
      )}
    </div>
  );
}
