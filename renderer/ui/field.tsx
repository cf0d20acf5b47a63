/** A labelled form field: the label is tied to whatever control `children` makes of the given id. */
import { type ReactNode, useId } from "react";

type FieldProps = {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly error?: ReactNode;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
};

export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className="ui-field">
      <label className="ui-field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, describedBy: note === undefined ? undefined : noteId })}
      {note !== undefined && (
        <div id={noteId} className={error === undefined ? "ui-field-hint" : "ui-field-error"}>
          {note}
        </div>
      )}
    </div>
  );
}
