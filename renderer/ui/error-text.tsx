/** An error for a person: what its code means, what exactly was said, and what to do. */
import type { ReactNode } from "react";
import type { ErrorCode } from "#contract/errors.ts";
import { useT } from "#renderer/i18n/i18n.ts";

export type ShownError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
};

export function ErrorText({ error }: { readonly error: ShownError }): ReactNode {
  const t = useT();
  return (
    <>
      <div>
        <strong>{t(`error.${error.code}`)}</strong> <span className="ui-toast-code">{error.code}</span>
      </div>
      <div>{error.message}</div>
      {error.hint !== undefined && <div className="ui-toast-hint">{error.hint}</div>}
    </>
  );
}
