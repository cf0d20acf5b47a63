/** The settings of a node: what its activity asks for, then what every node has. */
import { type ReactNode, useMemo } from "react";
import { ID_PATTERN, type NodeDefinition } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { renameNode } from "#renderer/state/edits.ts";
import { useActivities, useActivity } from "#renderer/state/engine-store.ts";
import { useNodeQuote } from "#renderer/state/quote-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { formatCount } from "#renderer/ui/format.ts";
import { readSchema } from "./field-schema.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm, useProblemsAt } from "./form-context.ts";
import { JoinField } from "./join-field.tsx";
import { NodeFields, NodeSections } from "./node-sections.tsx";
import { SchemaField } from "./schema-field.tsx";
import { TypedInput } from "./typed-input.tsx";
import type { Typed } from "./typed-text.ts";
import { wordedSchema } from "./worded-schema.ts";

type Props = { readonly id: string; readonly node: NodeDefinition };

export function NodeForm({ id, node }: Props): ReactNode {
  const t = useT();
  return (
    <div className="in-form" data-path={`nodes.${id}`} tabIndex={-1}>
      <NodeProblems id={id} />
      <NodeBounds id={id} />
      <ActivityFields id={id} node={node} />
      <details className="in-section" open>
        <summary>{t("inspector.section.node")}</summary>
        <NodeFields id={id} node={node} names={["title"]} />
        <IdField id={id} />
        <UsesField id={id} node={node} />
        <NodeFields id={id} node={node} names={["layer"]} />
        <JoinField path={["nodes", id, "join"]} join={node.join} />
        <NodeFields id={id} node={node} names={["remember", "notes"]} />
      </details>
      <NodeSections id={id} node={node} />
    </div>
  );
}

/** Findings about the node as a whole, or about something that has no field here. */
function NodeProblems({ id }: { readonly id: string }): ReactNode {
  const said = useEngineWords();
  const here = useProblemsAt(["nodes", id], false);
  return here.map((problem) => (
    <p key={problem.message} className="in-finding" data-severity={problem.severity}>
      {said(problem)} {problem.hint && <span className="in-help">{problem.hint}</span>}
    </p>
  ));
}

/** What is proven of the node before a run. */
function NodeBounds({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const { readOnly } = useForm();
  const quote = useNodeQuote(id);
  if (readOnly || !quote) return null;
  const { activations, attempts, items } = quote;
  const said = {
    runs: formatCount(activations, language),
    tries: formatCount(attempts, language),
  };
  return (
    <p className="ui-field-hint">
      {t(activations === 1 ? "inspector.most.once" : "inspector.most", said)}
      {items === undefined ? "" : ` ${t("inspector.most.items")}`}
    </p>
  );
}

function ActivityFields({ id, node }: Props): ReactNode {
  const or = useTOr();
  const info = useActivity(node.uses);
  const schema = useMemo(() => info && readSchema(wordedSchema(info.schema, info.name, or)), [info, or]);
  if (!schema) return null;
  const settings = (node.with ?? {}) as Readonly<Record<string, Json>>;
  return Object.entries(schema.properties ?? {}).map(([name, field]: [string, JsonObject]) => (
    <SchemaField
      key={`${node.uses}/${name}`}
      name={name}
      schema={field}
      path={["nodes", id, "with", name]}
      value={settings[name]}
      required={schema.required.includes(name)}
    />
  ));
}

/** Renaming follows the id into edges, layout and expressions. */
function IdField({ id }: { readonly id: string }): ReactNode {
  const t = useT();
  const read = (text: string): Typed => {
    const next = text.trim();
    if (!ID_PATTERN.test(next)) return { ok: false, reason: "inspector.bad.id" };
    const taken = next !== id && useDocument.getState().definition.nodes[next] !== undefined;
    return taken ? { ok: false, reason: "inspector.bad.idTaken" } : { ok: true, value: next };
  };
  return (
    <FieldShell label={t("inspector.field.node.id")} path={["nodes", id, "id"]}>
      {(ids) => (
        <TypedInput
          {...ids}
          shown={id}
          read={read}
          onCommit={(next) => {
            const to = String(next);
            documentActions().apply(t("inspector.do.rename", { name: to }), (d) => renameNode(d, id, to));
            documentActions().select({ nodes: [to] });
          }}
          style="mono-line"
          path={`nodes.${id}.id`}
        />
      )}
    </FieldShell>
  );
}

/** Another activity takes over what its settings have in common with the old ones. */
function UsesField({ id, node }: Props): ReactNode {
  const t = useT();
  const or = useTOr();
  const { readOnly } = useForm();
  const activities = useActivities();
  const known = activities.some((info) => info.name === node.uses);
  const change = (uses: string) => {
    const info = activities.find((candidate) => candidate.name === uses);
    if (!info) return;
    const allowed = readSchema(info.schema).properties ?? {};
    const kept = Object.entries(node.with ?? {}).filter(([name]) => allowed[name] !== undefined);
    const settings = { ...info.example, ...Object.fromEntries(kept) };
    documentActions().apply(t("inspector.do.edit", { field: "uses" }), (d) => ({
      ...d,
      nodes: { ...d.nodes, [id]: { ...node, uses, with: settings } },
    }));
  };
  return (
    <FieldShell label={t("inspector.field.node.uses")} path={["nodes", id, "uses"]}>
      {(ids) => (
        <select
          id={ids.id}
          className="ui-input"
          aria-describedby={ids.describedBy}
          aria-invalid={ids.invalid || undefined}
          data-path={`nodes.${id}.uses`}
          disabled={readOnly}
          value={node.uses}
          onChange={(event) => change(event.target.value)}
        >
          {!known && <option value={node.uses}>{node.uses}</option>}
          {activities.map((info) => (
            <option key={info.name} value={info.name}>
              {or(`activity.${info.name}.title`, info.title)} · {info.name}
            </option>
          ))}
        </select>
      )}
    </FieldShell>
  );
}
