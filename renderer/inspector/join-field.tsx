/** How many of the wires into a node must be taken before it starts. */
import type { ReactNode } from "react";
import type { JoinDefinition } from "#contract/definition.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { OwnField } from "./own-field.tsx";
import { type Path, pathText } from "./paths.ts";

const AT_LEAST = { type: "integer", minimum: 1 } as const;

export function JoinField({
  path,
  join,
}: {
  readonly path: Path;
  readonly join: JoinDefinition | undefined;
}): ReactNode {
  const t = useT();
  const { commit, readOnly } = useForm();
  const counted = typeof join === "object";
  return (
    <>
      <FieldShell label={t("inspector.field.node.join")} path={path}>
        {(ids) => (
          <select
            id={ids.id}
            className="ui-input"
            aria-describedby={ids.describedBy}
            aria-invalid={ids.invalid || undefined}
            data-path={pathText(path)}
            disabled={readOnly}
            value={counted ? "atLeast" : (join ?? "all")}
            onChange={(event) => {
              const next = event.target.value;
              commit(path, next === "atLeast" ? { atLeast: 2 } : next === "any" ? "any" : undefined);
            }}
          >
            <option value="all">{t("inspector.join.all")}</option>
            <option value="any">{t("inspector.join.any")}</option>
            <option value="atLeast">{t("inspector.join.atLeast")}</option>
          </select>
        )}
      </FieldShell>
      {counted && (
        <OwnField
          text="node.atLeast"
          schema={AT_LEAST}
          path={[...path, "atLeast"]}
          value={join.atLeast}
          required
        />
      )}
    </>
  );
}
