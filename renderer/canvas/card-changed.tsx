/** A dot on a node that is no longer what the shown run ran. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useChangedSince } from "#renderer/state/changed-since.ts";

export function CardChanged({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  if (!useChangedSince(id)) return null;
  const says = t("canvas.changed");
  return <span className="ll-card-changed" role="img" aria-label={says} title={says} />;
}
