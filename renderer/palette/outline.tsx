/**
 * The pipeline as a tree, in the order of its edges: what the canvas shows, for screen readers and for those who
 * would rather read a list. Every edit of the canvas can be done from here.
 */
import "./palette.css";
import { type KeyboardEvent, memo, type ReactNode, useMemo } from "react";
import type { EdgeDefinition, NodeDefinition } from "#contract/definition.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { canvasPort } from "#renderer/state/canvas-port.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { useNodeRun } from "#renderer/state/run-store.ts";
import { requestFocus } from "#renderer/state/ui-store.ts";
import { isReadOnly, useShownDefinition } from "#renderer/state/view.ts";
import { LayerIcon } from "#renderer/ui/layer-icon.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { moveFocus } from "./move-focus.ts";
import { outlineOrder } from "./outline-order.ts";

const NONE: readonly EdgeDefinition[] = [];

export function Outline(): ReactNode {
  const t = useT();
  const definition = useShownDefinition();
  const order = useMemo(() => outlineOrder(definition), [definition]);
  const outgoing = useMemo(() => Map.groupBy(definition.edges, (edge) => edge.from), [definition.edges]);
  const selected = useDocument((state) => state.selection.nodes);
  const stop = order.find((id) => selected.has(id)) ?? order[0];
  if (order.length === 0) return <p className="pl-none">{t("palette.outline.empty")}</p>;
  return (
    <div className="pl-outline" role="tree" aria-label={t("palette.outline")} aria-multiselectable="true">
      {order.map((id) => (
        <Row
          key={id}
          id={id}
          node={definition.nodes[id] as NodeDefinition}
          edges={outgoing.get(id) ?? NONE}
          titles={definition.nodes}
          selected={selected.has(id)}
          tabStop={id === stop}
        />
      ))}
    </div>
  );
}

type RowProps = {
  readonly id: string;
  readonly node: NodeDefinition;
  readonly edges: readonly EdgeDefinition[];
  readonly titles: Readonly<Record<string, NodeDefinition>>;
  readonly selected: boolean;
  readonly tabStop: boolean;
};

const Row = memo(function Row({ id, node, edges, titles, selected, tabStop }: RowProps): ReactNode {
  const t = useT();
  const or = useTOr();
  const run = useNodeRun(id);
  const leads = edges.map((edge) => {
    const via = edge.on?.map((outcome) => or(`canvas.outcome.${outcome}`, outcome)).join(", ") ?? edge.when;
    const to = titles[edge.to]?.title ?? edge.to;
    const kind = edge.kind === "flow" ? "" : t(`canvas.kind.${edge.kind}`);
    return `${[kind, via].filter(Boolean).join(" ")} → ${to}`.trim();
  });
  return (
    <div
      role="treeitem"
      className="pl-row"
      data-outline-row=""
      aria-selected={selected}
      aria-level={1}
      tabIndex={tabStop ? 0 : -1}
      onClick={(event) => choose(id, event.shiftKey || event.ctrlKey || event.metaKey)}
      onDoubleClick={() => requestFocus(`nodes.${id}`)}
      onKeyDown={(event) => rowKey(event, id)}
    >
      <span className="pl-row-head">
        <LayerIcon layer={node.layer} size={14} />
        <span className="pl-row-title">{node.title ?? id}</span>
        {run && run.status !== "idle" && <StateGlyph status={run.status} compact />}
      </span>
      {leads.map((lead) => (
        <span key={lead} className="pl-row-lead">
          {lead}
        </span>
      ))}
    </div>
  );
});

function choose(id: string, add: boolean): void {
  const { selection } = useDocument.getState();
  const nodes = add ? new Set(selection.nodes) : new Set<string>();
  if (add && nodes.has(id)) nodes.delete(id);
  else nodes.add(id);
  documentActions().select({ nodes });
  if (!add) canvasPort()?.reveal(id);
}

function rowKey(event: KeyboardEvent<HTMLElement>, id: string): void {
  const list = event.currentTarget.closest("[role=tree]");
  const act = (what: () => void) => {
    event.preventDefault();
    what();
  };
  if (event.key === "ArrowDown") moveFocus(event, list, "[data-outline-row]", 1);
  else if (event.key === "ArrowUp") moveFocus(event, list, "[data-outline-row]", -1);
  else if (event.key === " ") act(() => choose(id, event.ctrlKey || event.metaKey));
  else if (event.key === "Enter") {
    act(() => {
      choose(id, false);
      requestFocus(`nodes.${id}`);
    });
  } else if (!isReadOnly() && event.key === "Delete") act(() => canvasPort()?.removeNode(id));
  else if (!isReadOnly() && event.key.toLowerCase() === "c" && !event.ctrlKey && !event.metaKey) {
    act(() => canvasPort()?.connectTo(id));
  }
}
