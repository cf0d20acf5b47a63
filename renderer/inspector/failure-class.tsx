/** What kind of failure it was, and which row of the failure table says so. */
import type { ReactNode } from "react";
import type { FailedChild, Failure } from "#contract/events.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { classWords } from "#renderer/i18n/rule-words.ts";
import { openRun } from "#renderer/state/run-store.ts";
import { Button } from "#renderer/ui/button.tsx";

/** The class decides what recovery does; the row says why it is this one. */
export function FailureClass({
  failure,
}: {
  readonly failure: Pick<Failure, "class" | "rule" | "child">;
}): ReactNode {
  const t = useT();
  const { child } = failure;
  if (child) return <ChildClass child={child} />;
  return <div className="in-class">{classWords(t, failure)}</div>;
}

/** The class of a child's failure is what a person looks for: the node itself just passes it on. */
function ChildClass({ child }: { readonly child: FailedChild }): ReactNode {
  const t = useT();
  const { item, runId } = child;
  const name = item === undefined ? t("inspector.run.child") : t("inspector.run.item", { n: item + 1 });
  return (
    <div className="in-class">
      {runId === undefined ? (
        name
      ) : (
        <Button kind="quiet" onClick={() => void openRun(runId)}>
          {name}
        </Button>
      )}
      <FailureClass failure={child} />
    </div>
  );
}
