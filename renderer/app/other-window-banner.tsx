/** Says that this file is open in another window as well, and that neither can take the other's work away. */
import { AppWindow } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useOtherWindows } from "#renderer/state/other-windows.ts";
import { useReadOnly } from "#renderer/state/view.ts";

export function OtherWindowBanner(): ReactNode {
  const t = useT();
  const openElsewhere = useOtherWindows((state) => state.openElsewhere);
  const readOnly = useReadOnly();
  if (!openElsewhere || readOnly) return null;
  return (
    <div className="app-banner" data-tone="warning" role="status">
      <AppWindow size={16} aria-hidden="true" />
      <span>
        <strong>{t("app.elsewhere")}</strong> {t("app.elsewhereText")}
      </span>
    </div>
  );
}
