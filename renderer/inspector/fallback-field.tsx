/** The fallback chain of a node: models, templates and a person, in the order in which they take over. */
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useId } from "react";
import type { FallbackDefinition } from "#contract/definition.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { readSchema } from "./field-schema.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { type Path, pathText } from "./paths.ts";
import { TypedInput } from "./typed-input.tsx";
import { readTyped, showTyped } from "./typed-text.ts";

const KINDS = ["model", "template", "human"] as const;
type Kind = (typeof KINDS)[number];

const MOST = 10;
const ANY = readSchema({});

function kindOf(link: FallbackDefinition): Kind {
  if (typeof link === "object") return "template";
  return link === "human" ? "human" : "model";
}

const FRESH_MODEL = "haiku";
const FRESH: Readonly<Record<Kind, FallbackDefinition>> = {
  model: FRESH_MODEL,
  template: { template: "" },
  human: "human",
};

type Props = { readonly path: Path; readonly links: readonly FallbackDefinition[] };

export function FallbackField({ path, links }: Props): ReactNode {
  const t = useT();
  const id = useId();
  const { commit, readOnly } = useForm();
  const store = (next: readonly FallbackDefinition[]) =>
    commit(path, next.length === 0 ? undefined : [...next]);
  const swap = (a: number, b: number) => {
    const [left, right] = [links[a], links[b]];
    if (left !== undefined && right !== undefined) store(links.with(a, right).with(b, left));
  };
  return (
    <section className="in-list" aria-labelledby={id}>
      <h3 id={id} className="ui-field-label" data-path={pathText(path)} tabIndex={-1}>
        {t("inspector.field.node.fallback")}
      </h3>
      <p className="ui-field-hint">{t("inspector.hint.node.fallback")}</p>
      {links.map((link, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: links have no name; their place is who they are
        <div key={index} className="in-item">
          <div className="in-item-head">
            <span>{index + 1}</span>
            <span className="in-item-tools">
              <IconButton
                label={t("inspector.up")}
                disabled={readOnly || index === 0}
                onClick={() => swap(index, index - 1)}
              >
                <ArrowUp size={13} />
              </IconButton>
              <IconButton
                label={t("inspector.down")}
                disabled={readOnly || index === links.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <ArrowDown size={13} />
              </IconButton>
              <IconButton
                label={t("inspector.remove")}
                disabled={readOnly}
                onClick={() => store(links.toSpliced(index, 1))}
              >
                <Trash2 size={13} />
              </IconButton>
            </span>
          </div>
          <Link path={[...path, index]} link={link} />
        </div>
      ))}
      {links.length < MOST && (
        <Button kind="quiet" disabled={readOnly} onClick={() => store([...links, FRESH.model])}>
          <Plus size={14} /> {t("inspector.add")}
        </Button>
      )}
    </section>
  );
}

function Link({ path, link }: { readonly path: Path; readonly link: FallbackDefinition }): ReactNode {
  const t = useT();
  const { commit, readOnly } = useForm();
  const kind = kindOf(link);
  return (
    <>
      <FieldShell label={t("inspector.fallback.kind")} path={path}>
        {(ids) => (
          <select
            id={ids.id}
            className="ui-input"
            aria-describedby={ids.describedBy}
            aria-invalid={ids.invalid || undefined}
            data-path={pathText(path)}
            disabled={readOnly}
            value={kind}
            onChange={(event) => {
              const next = KINDS.find((known) => known === event.target.value);
              if (next && next !== kind) commit(path, FRESH[next]);
            }}
          >
            {KINDS.map((known) => (
              <option key={known} value={known}>
                {t(`inspector.fallback.${known}`)}
              </option>
            ))}
          </select>
        )}
      </FieldShell>
      {typeof link === "object" && (
        <FieldShell label={t("inspector.fallback.template")} path={[...path, "template"]} below>
          {(ids) => (
            <TypedInput
              {...ids}
              shown={showTyped(link.template, "json")}
              read={(text) => readTyped(text, "json", ANY)}
              onCommit={(next) => commit([...path, "template"], next ?? "")}
              style="mono"
              path={pathText([...path, "template"])}
            />
          )}
        </FieldShell>
      )}
      {kind === "model" && typeof link === "string" && (
        <FieldShell label={t("inspector.fallback.model")} path={[...path, "model"]}>
          {(ids) => (
            <TypedInput
              {...ids}
              shown={link}
              read={(text) => ({ ok: true, value: text.trim() })}
              onCommit={(next) => commit(path, next === "" || next === undefined ? FRESH_MODEL : next)}
              style="mono-line"
              path={`${pathText(path)}.model`}
            />
          )}
        </FieldShell>
      )}
    </>
  );
}
