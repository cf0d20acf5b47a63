/** The items of a node that runs once for each: a bar in parts, and the same in words. */
import type { ReactNode } from "react";
import type { NodeView } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";

export function CardItems({ items }: { readonly items: NonNullable<NodeView["items"]> }): ReactNode {
  const t = useT();
  const { total, running, done, failed } = items;
  const part = (count: number) => ({ flexGrow: count });
  const words = [
    t("items.done", { done, total }),
    ...(running > 0 ? [t("items.running", { n: running })] : []),
    ...(failed > 0 ? [t("items.failed", { n: failed })] : []),
  ].join(" · ");
  return (
    <div className="ll-card-items" title={words}>
      <span>{words}</span>
      <div className="ll-card-items-bar" aria-hidden="true">
        <i data-part="done" style={part(Math.max(0, done - failed))} />
        <i data-part="failed" style={part(failed)} />
        <i data-part="running" style={part(running)} />
        <i data-part="left" style={part(Math.max(0, total - done - running))} />
      </div>
    </div>
  );
}
