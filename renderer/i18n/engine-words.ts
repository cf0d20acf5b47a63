/** What the engine said, on one line. Its words are English: in another language the meaning of the code goes first. */
import { useCallback } from "react";
import type { ErrorCode } from "#contract/errors.ts";
import { useLanguage, useT } from "#renderer/i18n/i18n.ts";

export type Said = { readonly code: ErrorCode; readonly message: string };

export function useEngineWords(): (said: Said) => string {
  const t = useT();
  const language = useLanguage();
  return useCallback(
    ({ code, message }) => (language === "en" ? message : `${t(`error.${code}`)}: ${message}`),
    [t, language],
  );
}
