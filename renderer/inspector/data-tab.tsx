/** What went into a node and what came out of it in the shown run. Read when looked at. */
import { Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Json } from "#contract/json.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useNodeRun, useRunState } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";
import { IconButton } from "#renderer/ui/button.tsx";
import { EmptyState } from "#renderer/ui/empty-state.tsx";

/** More than this is not read by anybody on a screen. */
const MOST_CHARACTERS = 200_000;

type Data = { readonly output: Json; readonly input: Json };

/** Undefined until it is read, or when the node has not begun. */
export function useNodeData(id: string): Data | undefined {
  const runId = useRunState((state) => state.runId);
  const run = useNodeRun(id);
  const [data, setData] = useState<Data>();
  const stamp = run && `${run.status}/${run.activations}/${run.attempts}`;
  const begun = run !== undefined && run.activations > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when there is something new to read
  useEffect(() => {
    setData(undefined);
    if (runId === undefined || !begun) return;
    let wanted = true;
    getEngine()
      .getNodeData({ runId, node: id })
      .then(
        (read) => {
          if (wanted) setData(read);
        },
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, [runId, id, stamp, begun]);
  return data;
}

type Props = {
  readonly id: string;
  readonly side: "input" | "output";
  /** What can be done with it. */
  readonly children?: ReactNode;
};

export function DataTab({ id, side, children }: Props): ReactNode {
  const t = useT();
  const run = useNodeRun(id);
  const begun = run !== undefined && run.activations > 0;
  const value = useNodeData(id)?.[side];
  if (value === undefined || (value === null && !begun)) {
    return <EmptyState title={t(`inspector.data.${side}.none`)} text={t("inspector.run.noneHint")} />;
  }
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return (
    <div className="in-data">
      <div className="in-data-head">
        <span>{t("inspector.data.size", { n: text.length })}</span>
        <IconButton
          label={t("inspector.copy")}
          onClick={() => void navigator.clipboard.writeText(text).catch(showError)}
        >
          <Copy size={14} />
        </IconButton>
      </div>
      {children !== undefined && <div className="in-data-acts">{children}</div>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keyboard */}
      <pre tabIndex={0}>
        {text.slice(0, MOST_CHARACTERS)}
        {text.length > MOST_CHARACTERS && "\n…"}
      </pre>
    </div>
  );
}
