/** Lists of objects (the rules of a gate) and free keys (the headers of a request). */
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { type ComponentType, type ReactNode, useId } from "react";
import type { Json, JsonObject } from "#contract/json.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { emptyOf, type FieldSchema, readSchema, widgetOf } from "./field-schema.ts";
import { useForm, useProblemsAt } from "./form-context.ts";
import { type Path, pathText } from "./paths.ts";
import { TypedInput } from "./typed-input.tsx";
import { readTyped, showTyped } from "./typed-text.ts";

type FieldProps = {
  readonly name: string;
  readonly schema: JsonObject;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly required?: boolean;
};
type Props = {
  readonly path: Path;
  readonly value: Json | undefined;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly read: FieldSchema;
};

function Findings({ path }: { readonly path: Path }): ReactNode {
  const said = useEngineWords();
  return useProblemsAt(path, false).map((problem) => (
    <p key={problem.message} className="ui-field-error" data-severity={problem.severity}>
      {said(problem)}
    </p>
  ));
}

export function ItemsField({
  path,
  value,
  label,
  hint,
  read,
  field: Field,
}: Props & { readonly field: ComponentType<FieldProps> }): ReactNode {
  const t = useT();
  const id = useId();
  const { commit, readOnly } = useForm();
  const items = (value ?? []) as readonly JsonObject[];
  const item = readSchema(read.items ?? {});
  const swap = (a: number, b: number) => {
    const [left, right] = [items[a], items[b]];
    if (left && right) commit(path, items.with(a, right).with(b, left));
  };
  return (
    <section className="in-list" aria-labelledby={id}>
      <h3 id={id} className="ui-field-label" data-path={pathText(path)} tabIndex={-1}>
        {label}
      </h3>
      {(hint ?? read.description) && <p className="ui-field-hint">{hint ?? read.description}</p>}
      <Findings path={path} />
      {items.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no name; their place is who they are
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
                disabled={readOnly || index === items.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <ArrowDown size={13} />
              </IconButton>
              <IconButton
                label={t("inspector.remove")}
                disabled={readOnly}
                onClick={() => commit(path, items.toSpliced(index, 1))}
              >
                <Trash2 size={13} />
              </IconButton>
            </span>
          </div>
          <Findings path={[...path, index]} />
          {Object.entries(item.properties ?? {}).map(([name, schema]) => (
            <Field
              key={name}
              name={name}
              schema={schema}
              path={[...path, index, name]}
              value={entry[name]}
              required={item.required.includes(name)}
            />
          ))}
        </div>
      ))}
      <Button kind="quiet" disabled={readOnly} onClick={() => commit(path, [...items, emptyOf(item)])}>
        <Plus size={14} /> {t("inspector.add")}
      </Button>
    </section>
  );
}

export function MapField({ path, value, label, hint, read }: Props): ReactNode {
  const t = useT();
  const id = useId();
  const { commit, readOnly } = useForm();
  const own = (value ?? {}) as JsonObject;
  const rename = (from: string, to: string) => {
    if (to === "" || to === from || own[to] !== undefined) return;
    commit(
      path,
      Object.fromEntries(Object.entries(own).map(([key, item]) => [key === from ? to : key, item])),
    );
  };
  const fresh = () => {
    for (let n = 1; ; n++) if (own[`name${n}`] === undefined) return `name${n}`;
  };
  return (
    <section className="in-list" aria-labelledby={id}>
      <h3 id={id} className="ui-field-label" data-path={pathText(path)} tabIndex={-1}>
        {label}
      </h3>
      {(hint ?? read.description) && <p className="ui-field-hint">{hint ?? read.description}</p>}
      <Findings path={path} />
      {Object.entries(own).map(([key, item]) => (
        <MapRow
          key={key}
          name={key}
          value={item}
          path={[...path, key]}
          read={read}
          onRename={(to) => rename(key, to)}
        />
      ))}
      <Button kind="quiet" disabled={readOnly} onClick={() => commit(path, { ...own, [fresh()]: "" })}>
        <Plus size={14} /> {t("inspector.add")}
      </Button>
    </section>
  );
}

type RowProps = {
  readonly name: string;
  readonly value: Json | undefined;
  readonly path: Path;
  readonly read: FieldSchema;
  readonly onRename: (to: string) => void;
};

function MapRow({ name, value, path, read, onRename }: RowProps): ReactNode {
  const t = useT();
  const id = useId();
  const { commit, readOnly } = useForm();
  const schema = readSchema(read.values ?? {});
  const widget = widgetOf(schema, value);
  return (
    <div className="in-map-row">
      <label htmlFor={`${id}-key`} className="visually-hidden">
        {t("inspector.mapName")}
      </label>
      <TypedInput
        id={`${id}-key`}
        describedBy={undefined}
        shown={name}
        read={(text) => ({ ok: true, value: text.trim() })}
        onCommit={(next) => onRename(String(next ?? ""))}
        onReason={() => undefined}
        invalid={false}
        style="mono-line"
        path={`${pathText(path)}#name`}
      />
      <label htmlFor={`${id}-value`} className="visually-hidden">
        {name}
      </label>
      <TypedInput
        id={`${id}-value`}
        describedBy={undefined}
        shown={showTyped(value, widget)}
        read={(text) => readTyped(text, widget === "json" ? "json" : "text", schema)}
        onCommit={(next) => commit(path, next ?? "")}
        onReason={() => undefined}
        invalid={false}
        style="mono-line"
        path={pathText(path)}
      />
      <IconButton label={t("inspector.remove")} disabled={readOnly} onClick={() => commit(path, undefined)}>
        <Trash2 size={13} />
      </IconButton>
    </div>
  );
}
