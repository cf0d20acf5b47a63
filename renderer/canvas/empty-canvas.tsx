/** What an empty canvas says: how to begin. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";

export function EmptyCanvas(): ReactNode {
  const t = useT();
  return (
    <div className="ll-empty">
      <p className="ll-empty-title">{t("canvas.empty.title")}</p>
      <p>{t("canvas.empty.text")}</p>
    </div>
  );
}
