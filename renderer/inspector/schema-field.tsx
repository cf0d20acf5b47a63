/** One field made from its schema; groups and lists contain fields again. */
import type { ReactNode } from "react";
import type { Json, JsonObject } from "#contract/json.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { ChoiceField, SwitchField } from "./choice-fields.tsx";
import { type FieldSchema, readSchema, type Widget, widgetOf } from "./field-schema.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { ItemsField, MapField } from "./list-fields.tsx";
import { type Path, pathText } from "./paths.ts";
import { TypedInput } from "./typed-input.tsx";
import { readTyped, showTyped } from "./typed-text.ts";

export type SchemaFieldProps = {
  readonly name: string;
  readonly schema: JsonObject;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly required?: boolean;
  /** In the language of the screen; else the schema's own. */
  readonly label?: string | undefined;
  readonly hint?: string | undefined;
};

export function SchemaField(props: SchemaFieldProps): ReactNode {
  const schema = readSchema(props.schema);
  const widget = widgetOf(schema, props.value);
  const label = props.label ?? schema.title ?? props.name;
  const inner = { ...props, label };
  switch (widget) {
    case "boolean":
      return <SwitchField {...inner} read={schema} />;
    case "choice":
      return <ChoiceField {...inner} read={schema} />;
    case "group":
      return <GroupField {...inner} read={schema} />;
    case "items":
      return <ItemsField {...inner} read={schema} field={SchemaField} />;
    case "map":
      return <MapField {...inner} read={schema} />;
    default:
      return <TextField {...inner} read={schema} widget={widget} />;
  }
}

export type InnerProps = SchemaFieldProps & { readonly label: string; readonly read: FieldSchema };

const STYLES = {
  text: "line",
  number: "line",
  multiline: "text",
  lines: "mono",
  code: "mono",
  json: "mono",
} as const;

function TextField({
  path,
  value,
  required,
  label,
  hint,
  read,
  widget,
}: InnerProps & { readonly widget: Widget }): ReactNode {
  const { commit } = useForm();
  const t = useT();
  const style = widget in STYLES ? STYLES[widget as keyof typeof STYLES] : "mono";
  const byDefault = read.default === undefined ? undefined : showTyped(read.default, widget);
  return (
    <FieldShell
      label={label}
      hint={
        hint ??
        (widget === "lines"
          ? [read.description, t("inspector.onePerLine")].filter(Boolean).join(" ")
          : read.description)
      }
      required={required}
      path={path}
      below={widget === "json" || widget === "lines"}
    >
      {(ids) => (
        <TypedInput
          {...ids}
          shown={showTyped(value, widget)}
          read={(text) => readTyped(text, widget, read)}
          onCommit={(next) => commit(path, next)}
          style={style}
          placeholder={byDefault}
          path={pathText(path)}
          numeric={widget === "number"}
        />
      )}
    </FieldShell>
  );
}

function GroupField({ path, value, label, hint, read }: InnerProps): ReactNode {
  const own = (value ?? {}) as JsonObject;
  const filled = Object.keys(own).length > 0;
  return (
    <details className="in-group" open={filled}>
      <summary data-path={pathText(path)}>{label}</summary>
      {(hint ?? read.description) && <p className="ui-field-hint">{hint ?? read.description}</p>}
      {Object.entries(read.properties ?? {}).map(([name, schema]) => (
        <SchemaField
          key={name}
          name={name}
          schema={schema}
          path={[...path, name]}
          value={own[name]}
          required={read.required.includes(name)}
        />
      ))}
    </details>
  );
}
