/** What every field of a form needs: may it be changed, what is wrong with it, how is a change stored. */
import { createContext, useContext, useMemo } from "react";
import type { Problem } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { type Path, pathText, setAt } from "./paths.ts";

export type Form = {
  readonly readOnly: boolean;
  readonly problems: readonly Problem[];
  /** One undo step. */
  readonly commit: (path: Path, value: Json | undefined) => void;
};

export const FormContext = createContext<Form>({ readOnly: true, problems: [], commit: () => undefined });

export function useForm(): Form {
  return useContext(FormContext);
}

const NONE: readonly Problem[] = [];

export function useNewForm(): Form {
  const t = useT();
  const readOnly = useReadOnly();
  const problems = useDocument((state) => state.problems);
  return useMemo(
    () => ({
      readOnly,
      problems: readOnly ? NONE : problems,
      commit: (path, value) => {
        const label = t("inspector.do.edit", { field: String(path.at(-1) ?? "") });
        documentActions().apply(label, (definition) => setAt(definition, path, value));
      },
    }),
    [readOnly, problems, t],
  );
}

/** The problems of a field; `below`: of everything inside it as well. */
export function useProblemsAt(path: Path, below: boolean): readonly Problem[] {
  const { problems } = useForm();
  const at = pathText(path);
  const found = problems.filter(
    (problem) => problem.path === at || (below && problem.path.startsWith(`${at}.`)),
  );
  return found.length === 0 ? NONE : found;
}
