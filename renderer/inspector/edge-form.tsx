/** The settings of an edge: its kind, and what that kind knows. Changing the kind drops what the new one cannot have. */
import type { ReactNode } from "react";
import { EDGE_KINDS, type EdgeDefinition, type EdgeKind } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";
import { outcomesOf } from "#contract/outcomes.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { documentActions } from "#renderer/state/document-store.ts";
import { updateEdge } from "#renderer/state/edits.ts";
import { useActivity } from "#renderer/state/engine-store.ts";
import { useShownDefinition } from "#renderer/state/view.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm, useProblemsAt } from "./form-context.ts";
import { OwnField } from "./own-field.tsx";
import { EDGE_FIELDS } from "./own-schemas.ts";

type Props = { readonly index: number; readonly edge: EdgeDefinition };

const HAS: Readonly<Record<EdgeKind, readonly (keyof EdgeDefinition)[]>> = {
  flow: [],
  branch: ["on", "when", "else"],
  skip: ["when", "reuse"],
  loop: ["on", "when", "max", "feedback", "adjust", "onExhausted"],
  error: ["when"],
};

const LOOP_FIELDS = ["max", "feedback", "adjust", "onExhausted"] as const;

function ofKind(edge: EdgeDefinition, kind: EdgeKind): EdgeDefinition {
  const kept = Object.fromEntries(
    HAS[kind].filter((key) => edge[key] !== undefined).map((key) => [key, edge[key]]),
  );
  const needed =
    kind === "skip" && kept.when === undefined
      ? { when: "true" }
      : kind === "branch" && Object.keys(kept).length === 0
        ? { when: "true" }
        : {};
  return { from: edge.from, to: edge.to, kind, ...needed, ...kept } as EdgeDefinition;
}

export function EdgeForm({ index, edge }: Props): ReactNode {
  const t = useT();
  const at = ["edges", index] as const;
  const has = (key: keyof EdgeDefinition) => HAS[edge.kind].includes(key);
  const said = useEngineWords();
  const here = useProblemsAt(at, false);
  return (
    <div className="in-form" data-path={`edges.${index}`} tabIndex={-1}>
      {here.map((problem) => (
        <p key={problem.message} className="in-finding" data-severity={problem.severity}>
          {said(problem)} {problem.hint && <span className="in-help">{problem.hint}</span>}
        </p>
      ))}
      <KindField index={index} edge={edge} />
      {has("on") && edge.else !== true && <OutcomesField index={index} edge={edge} />}
      {has("when") && edge.else !== true && (
        <OwnField
          text="edge.when"
          schema={EDGE_FIELDS.when}
          path={[...at, "when"]}
          value={edge.when}
          required={edge.kind === "skip"}
        />
      )}
      {has("else") && <ElseField index={index} edge={edge} />}
      {has("reuse") && (
        <OwnField text="edge.reuse" schema={EDGE_FIELDS.reuse} path={[...at, "reuse"]} value={edge.reuse} />
      )}
      {edge.kind === "loop" &&
        LOOP_FIELDS.map((name) => (
          <OwnField
            key={name}
            text={`edge.${name}`}
            schema={EDGE_FIELDS[name]}
            path={[...at, name]}
            value={edge[name]}
          />
        ))}
      <p className="ui-field-hint">{t(`inspector.kind.${edge.kind}.says`)}</p>
    </div>
  );
}

function KindField({ index, edge }: Props): ReactNode {
  const t = useT();
  const { readOnly } = useForm();
  return (
    <FieldShell label={t("inspector.field.edge.kind")} path={["edges", index, "kind"]}>
      {(ids) => (
        <select
          id={ids.id}
          className="ui-input"
          aria-describedby={ids.describedBy}
          data-path={`edges.${index}.kind`}
          disabled={readOnly}
          value={edge.kind}
          onChange={(event) => {
            const kind = EDGE_KINDS.find((known) => known === event.target.value);
            if (kind)
              documentActions().apply(t("inspector.do.edit", { field: "kind" }), (d) =>
                updateEdge(d, index, (old) => ofKind(old, kind)),
              );
          }}
        >
          {EDGE_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`canvas.kind.${kind}`)}
            </option>
          ))}
        </select>
      )}
    </FieldShell>
  );
}

function OutcomesField({ index, edge }: Props): ReactNode {
  const t = useT();
  const or = useTOr();
  const { commit, readOnly } = useForm();
  const node = useShownDefinition().nodes[edge.from];
  const info = useActivity(node?.uses);
  const offered = info && node ? outcomesOf(info, node.with, node.forEach) : [];
  const all = [
    ...new Set([...offered, ...(edge.kind === "branch" ? ["exhausted"] : []), ...(edge.on ?? [])]),
  ];
  const chosen = new Set(edge.on);
  const toggle = (outcome: string) => {
    const next = all.filter((each) => (each === outcome ? !chosen.has(each) : chosen.has(each)));
    commit(["edges", index, "on"], next.length > 0 ? (next as Json) : undefined);
  };
  return (
    <FieldShell
      label={t("inspector.field.edge.on")}
      hint={t("inspector.hint.edge.on")}
      path={["edges", index, "on"]}
      below
    >
      {(ids) => (
        <fieldset
          id={ids.id}
          aria-label={t("inspector.field.edge.on")}
          aria-describedby={ids.describedBy}
          className="in-chips"
          data-path={`edges.${index}.on`}
          tabIndex={-1}
        >
          {all.map((outcome) => (
            <button
              key={outcome}
              type="button"
              className="in-chip"
              aria-pressed={chosen.has(outcome)}
              disabled={readOnly}
              onClick={() => toggle(outcome)}
            >
              {or(`canvas.outcome.${outcome}`, outcome)}
            </button>
          ))}
        </fieldset>
      )}
    </FieldShell>
  );
}

function ElseField({ index, edge }: Props): ReactNode {
  const t = useT();
  const { readOnly } = useForm();
  const change = (otherwise: boolean) =>
    documentActions().apply(t("inspector.do.edit", { field: "else" }), (d) =>
      updateEdge(d, index, ({ from, to, kind }) =>
        otherwise ? { from, to, kind, else: true } : { from, to, kind, when: "true" },
      ),
    );
  return (
    <FieldShell label={t("inspector.field.edge.else")} path={["edges", index, "else"]} inline>
      {(ids) => (
        <input
          id={ids.id}
          type="checkbox"
          className="in-switch"
          aria-describedby={ids.describedBy}
          data-path={`edges.${index}.else`}
          disabled={readOnly}
          checked={edge.else === true}
          onChange={(event) => change(event.target.checked)}
        />
      )}
    </FieldShell>
  );
}
