/** The breaker that a node's service has, unless it is switched off for the node. */
import type { ReactNode } from "react";
import type { BreakerDefinition } from "#contract/definition.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { FieldShell } from "./field-shell.tsx";
import { useForm } from "./form-context.ts";
import { OwnField } from "./own-field.tsx";
import { BREAKER } from "./own-schemas.ts";
import { type Path, pathText } from "./paths.ts";

type Props = { readonly path: Path; readonly breaker: BreakerDefinition | undefined };

export function BreakerField({ path, breaker }: Props): ReactNode {
  const t = useT();
  const { commit, readOnly } = useForm();
  return (
    <>
      <FieldShell
        label={t("inspector.field.node.breakerOn")}
        hint={t("inspector.hint.node.breakerOn")}
        path={path}
        inline
      >
        {(ids) => (
          <input
            id={ids.id}
            type="checkbox"
            className="in-switch"
            aria-describedby={ids.describedBy}
            data-path={pathText(path)}
            disabled={readOnly}
            checked={breaker !== false}
            onChange={(event) => commit(path, event.target.checked ? undefined : false)}
          />
        )}
      </FieldShell>
      {breaker !== false && <OwnField text="node.breaker" schema={BREAKER} path={path} value={breaker} />}
    </>
  );
}
