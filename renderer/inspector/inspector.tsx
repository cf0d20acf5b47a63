/**
 * The properties of what is selected: a node, an edge, several things, or (nothing selected) the pipeline. Knows no
 * activity by name: its forms are made from schemas.
 */
import "./inspector.css";
import { type ReactNode, useRef, useState } from "react";
import type { EdgeDefinition, NodeDefinition } from "#contract/definition.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useActivity } from "#renderer/state/engine-store.ts";
import { useReadOnly, useShownDefinition } from "#renderer/state/view.ts";
import { layerColour } from "#renderer/ui/layer-icon.tsx";
import { Tabs } from "#renderer/ui/tabs.tsx";
import { DataTab } from "./data-tab.tsx";
import { EdgeForm } from "./edge-form.tsx";
import { FormContext, useNewForm } from "./form-context.ts";
import { NodeForm } from "./node-form.tsx";
import { OutputTab } from "./output-tab.tsx";
import { PipelineForm } from "./pipeline-form.tsx";
import { RunTab } from "./run-tab.tsx";
import { useFieldFocus } from "./use-field-focus.ts";

const TABS = ["settings", "run", "input", "output"] as const;
type TabKey = (typeof TABS)[number];

export function Inspector(): ReactNode {
  const t = useT();
  const form = useNewForm();
  const box = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useState<TabKey>("settings");
  const definition = useShownDefinition();
  const { nodes, edges } = useDocument((state) => state.selection);
  useFieldFocus(box, setTab);
  const [id] = nodes;
  const [index] = edges;
  const node = nodes.size === 1 && id !== undefined ? definition.nodes[id] : undefined;
  const edge =
    nodes.size === 0 && edges.size === 1 && index !== undefined ? definition.edges[index] : undefined;
  return (
    <FormContext value={form}>
      <div ref={box} className="in-inspector">
        {node && id !== undefined ? (
          <OneNode key={id} id={id} node={node} tab={tab} setTab={setTab} />
        ) : edge && index !== undefined ? (
          <OneEdge key={index} index={index} edge={edge} />
        ) : nodes.size + edges.size > 1 ? (
          <Many nodes={nodes.size} edges={edges.size} />
        ) : (
          <>
            <Head title={definition.name} sub={t("inspector.pipeline")} />
            <div className="in-scroll">
              <PipelineForm definition={definition} />
            </div>
          </>
        )}
      </div>
    </FormContext>
  );
}

function Head({
  title,
  sub,
  colour,
}: {
  readonly title: string;
  readonly sub: string;
  readonly colour?: string;
}): ReactNode {
  const t = useT();
  const readOnly = useReadOnly();
  return (
    <header className="in-head">
      <h2 className="in-title">{title}</h2>
      <p className="in-sub" style={colour === undefined ? undefined : { color: colour }}>
        {sub}
      </p>
      {readOnly && <p className="in-read-only">{t("inspector.readOnly")}</p>}
    </header>
  );
}

type OneNodeProps = {
  readonly id: string;
  readonly node: NodeDefinition;
  readonly tab: TabKey;
  readonly setTab: (tab: TabKey) => void;
};

function OneNode({ id, node, tab, setTab }: OneNodeProps): ReactNode {
  const t = useT();
  const or = useTOr();
  const info = useActivity(node.uses);
  const activity = or(`activity.${node.uses}.title`, info?.title ?? node.uses);
  const layer = node.layer ? t(`layer.${node.layer}`) : t("palette.control");
  const panels: Readonly<Record<TabKey, ReactNode>> = {
    settings: <NodeForm id={id} node={node} />,
    run: <RunTab id={id} />,
    input: <DataTab id={id} side="input" />,
    output: <OutputTab id={id} node={node} />,
  };
  return (
    <>
      <Head title={node.title ?? id} sub={`${layer} · ${activity}`} colour={layerColour(node.layer)} />
      <Tabs<TabKey>
        label={t("inspector.tabs")}
        value={tab}
        onChange={setTab}
        tabs={TABS.map((key) => ({ key, label: t(`inspector.tab.${key}`), panel: panels[key] }))}
      />
    </>
  );
}

function OneEdge({ index, edge }: { readonly index: number; readonly edge: EdgeDefinition }): ReactNode {
  const t = useT();
  const definition = useShownDefinition();
  const name = (id: string) => definition.nodes[id]?.title ?? id;
  return (
    <>
      <Head title={`${name(edge.from)} → ${name(edge.to)}`} sub={t(`canvas.kind.${edge.kind}`)} />
      <div className="in-scroll">
        <EdgeForm index={index} edge={edge} />
      </div>
    </>
  );
}

function Many({ nodes, edges }: { readonly nodes: number; readonly edges: number }): ReactNode {
  const t = useT();
  return (
    <>
      <Head title={t("inspector.many", { nodes, edges })} sub={t("inspector.manySub")} />
      <p className="in-form in-many">{t("inspector.manyHint")}</p>
    </>
  );
}
