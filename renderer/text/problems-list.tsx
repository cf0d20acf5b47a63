/** What is wrong with the document. These are mistakes in the drawing; a failed run is shown where runs are. */
import "#renderer/text/text.css";
import { CircleX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Problem } from "#contract/errors.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { requestFocus, requestPlace } from "#renderer/state/ui-store.ts";
import { partOf } from "#renderer/text/places.ts";
import { EmptyState } from "#renderer/ui/empty-state.tsx";

export function ProblemsList(): ReactNode {
  const t = useT();
  const problems = useDocument((state) => state.problems);
  if (problems.length === 0)
    return <EmptyState title={t("text.problems.none")} text={t("text.problems.noneHint")} />;
  const sorted = [...problems].sort((a, b) =>
    a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1,
  );
  return (
    <ul className="text-problems">
      {sorted.map((problem) => (
        <li key={`${problem.path} ${problem.code} ${problem.message}`}>
          <ProblemRow problem={problem} />
        </li>
      ))}
    </ul>
  );
}

/**
 * Opens the exact field: selects what it belongs to, then asks inspector and text to show the path. While the text
 * cannot be read there are no fields, only a line.
 */
function showProblem({ path, place }: Problem): void {
  if (place && !useDocument.getState().readable) {
    requestPlace(place);
    return;
  }
  const part = partOf(path);
  if (part?.kind === "node") goToNode(part.id);
  else if (part?.kind === "edge") documentActions().select({ edges: [part.index] });
  else documentActions().select({});
  requestFocus(path);
}

function ProblemRow({ problem }: { readonly problem: Problem }): ReactNode {
  const t = useT();
  const { severity, code, message, hint, path, place } = problem;
  return (
    <button
      type="button"
      className="text-problem"
      data-severity={severity}
      onClick={() => showProblem(problem)}
    >
      {severity === "error" ? (
        <CircleX size={16} aria-hidden="true" />
      ) : (
        <TriangleAlert size={16} aria-hidden="true" />
      )}
      <span className="text-problem-body">
        <span>
          <strong>{t(`error.${code}`)}</strong> {message}
        </span>
        {hint !== undefined && <span className="text-problem-hint">{hint}</span>}
      </span>
      <span className="text-problem-place">
        <code>{path === "" ? code : path}</code>
        {place && <span>{t("text.line", { line: place.line, column: place.column })}</span>}
      </span>
    </button>
  );
}
