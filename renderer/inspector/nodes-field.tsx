/** Chooses among the nodes that come next: where the output may send the run, or what may start ahead of it. */
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useShownDefinition } from "#renderer/state/view.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { pathText } from "./paths.ts";

type Props = {
  readonly id: string;
  readonly name: "next" | "speculate";
  readonly chosen: readonly string[] | undefined;
};

export function NodesField({ id, name, chosen = [] }: Props): ReactNode {
  const t = useT();
  const { commit, readOnly } = useForm();
  const { edges, nodes } = useShownDefinition();
  const after = edges.filter((edge) => edge.from === id && edge.kind !== "loop").map((edge) => edge.to);
  const all = [...new Set([...after, ...chosen])];
  const path = ["nodes", id, name];
  const toggle = (node: string) => {
    const next = all.filter((each) => (each === node) !== chosen.includes(each));
    commit(path, next.length > 0 ? next : undefined);
  };
  return (
    <FieldShell
      label={t(`inspector.field.node.${name}`)}
      hint={t(`inspector.hint.node.${name}`)}
      path={path}
      below
    >
      {(ids) => (
        <fieldset
          id={ids.id}
          aria-label={t(`inspector.field.node.${name}`)}
          aria-describedby={ids.describedBy}
          className="in-chips"
          data-path={pathText(path)}
          tabIndex={-1}
        >
          {all.length === 0 && <span className="ui-field-hint">{t("inspector.noneAfter")}</span>}
          {all.map((node) => (
            <button
              key={node}
              type="button"
              className="in-chip"
              aria-pressed={chosen.includes(node)}
              disabled={readOnly}
              onClick={() => toggle(node)}
            >
              {nodes[node]?.title ?? node}
            </button>
          ))}
        </fieldset>
      )}
    </FieldShell>
  );
}
