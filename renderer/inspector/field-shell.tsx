/** Label, hint and findings around one field. The hint steps back while something is wrong. */
import { type ReactNode, useCallback, useId, useState } from "react";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useProblemsAt } from "./form-context.ts";
import type { Path } from "./paths.ts";

export type FieldIds = {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
  readonly onReason: (reason: string | undefined) => void;
};

type Props = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly required?: boolean | undefined;
  readonly path: Path;
  /** Findings inside the field are shown here too: for fields that show a whole value. */
  readonly below?: boolean;
  readonly inline?: boolean;
  readonly children: (ids: FieldIds) => ReactNode;
};

export function FieldShell({
  label,
  hint,
  required,
  path,
  below = false,
  inline = false,
  children,
}: Props): ReactNode {
  const id = useId();
  const noteId = `${id}-note`;
  const problems = useProblemsAt(path, below);
  const [reason, setReason] = useState<string>();
  const onReason = useCallback((text: string | undefined) => setReason(text), []);
  const said = useEngineWords();
  const first = problems[0];
  const note = reason ?? (first && said(first));
  const help = reason === undefined ? first?.hint : undefined;
  const invalid = reason !== undefined || first?.severity === "error";
  const described = note !== undefined || hint !== undefined ? noteId : undefined;
  return (
    <div className={inline ? "in-field in-field-inline" : "in-field"}>
      <label className="ui-field-label" htmlFor={id}>
        {label}
        {required && (
          <span className="in-required" aria-hidden="true">
            {" "}
            *
          </span>
        )}
      </label>
      {children({ id, describedBy: described, invalid, onReason })}
      {note !== undefined ? (
        <div
          id={noteId}
          className="ui-field-error"
          data-severity={reason === undefined ? first?.severity : "error"}
        >
          {note}
          {help !== undefined && <span className="in-help"> {help}</span>}
        </div>
      ) : (
        hint !== undefined && (
          <div id={noteId} className="ui-field-hint">
            {hint}
          </div>
        )
      )}
    </div>
  );
}
