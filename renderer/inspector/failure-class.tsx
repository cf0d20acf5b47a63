/** What kind of failure it was, and which row of the failure table says so. */
import type { ReactNode } from "react";
import type { Failure } from "#contract/events.ts";
import { useT } from "#renderer/i18n/i18n.ts";

/** The class decides what recovery does; the row says why it is this one. */
export function FailureClass({ failure }: { readonly failure: Pick<Failure, "class" | "rule"> }): ReactNode {
  const t = useT();
  return (
    <div className="in-class">
      {t(`inspector.class.${failure.class}`)}
      {failure.rule !== undefined && ` · ${t("inspector.class.rule", { rule: failure.rule })}`}
    </div>
  );
}
