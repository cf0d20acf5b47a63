/** Fields that are chosen and not typed: one of several values, yes or no. */
import type { ReactNode } from "react";
import type { Json } from "#contract/json.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import type { FieldSchema } from "./field-schema.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { type Path, pathText } from "./paths.ts";

type Props = {
  readonly path: Path;
  readonly value: Json | undefined;
  readonly required?: boolean;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly read: FieldSchema;
};

const same = (left: Json | undefined, right: Json): boolean => JSON.stringify(left) === JSON.stringify(right);

export function ChoiceField({ path, value, required, label, hint, read }: Props): ReactNode {
  const t = useT();
  const or = useTOr();
  const { commit, readOnly } = useForm();
  const options = read.options ?? [];
  const chosen = options.findIndex((option) => same(value, option));
  const name = (option: Json) => or(`inspector.choice.${String(option)}`, String(option));
  const known = chosen >= 0 || value === undefined;
  return (
    <FieldShell label={label} hint={hint ?? read.description} required={required} path={path}>
      {(ids) => (
        <select
          id={ids.id}
          className="ui-input"
          aria-describedby={ids.describedBy}
          aria-invalid={ids.invalid || undefined}
          data-path={pathText(path)}
          disabled={readOnly}
          value={known ? String(chosen) : "other"}
          onChange={(event) => {
            const at = Number(event.target.value);
            commit(path, at >= 0 ? options[at] : undefined);
          }}
        >
          {(!required || value === undefined) && (
            <option value="-1">
              {read.default === undefined
                ? t("inspector.notSet")
                : t("inspector.byDefault", { value: name(read.default) })}
            </option>
          )}
          {!known && <option value="other">{String(value)}</option>}
          {options.map((option, index) => (
            <option key={String(option)} value={String(index)}>
              {name(option)}
            </option>
          ))}
        </select>
      )}
    </FieldShell>
  );
}

export function SwitchField({ path, value, label, hint, read }: Props): ReactNode {
  const { commit, readOnly } = useForm();
  const otherwise = read.default === true;
  return (
    <FieldShell label={label} hint={hint ?? read.description} path={path} inline>
      {(ids) => (
        <input
          id={ids.id}
          type="checkbox"
          className="in-switch"
          aria-describedby={ids.describedBy}
          data-path={pathText(path)}
          disabled={readOnly}
          checked={typeof value === "boolean" ? value : otherwise}
          onChange={(event) =>
            commit(path, event.target.checked === otherwise ? undefined : event.target.checked)
          }
        />
      )}
    </FieldShell>
  );
}
