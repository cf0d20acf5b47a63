/** The live strip of a node: what streams out of it, else the head of its output or failure, else nothing. */
import type { ReactNode } from "react";
import type { NodeView } from "#contract/run.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useNodeStream } from "#renderer/state/run-store.ts";

type Props = {
  readonly id: string;
  readonly run: NodeView | undefined;
  readonly problem: string | undefined;
};

export function CardLive({ id, run, problem }: Props): ReactNode {
  const said = useEngineWords();
  const stream = useNodeStream(id);
  if (stream) {
    return (
      <div className="ll-card-live" data-kind="stream">
        <span>{stream}</span>
        <i className="ll-card-caret" aria-hidden="true" />
      </div>
    );
  }
  const failed = run?.failure !== undefined && run.status !== "succeeded";
  const text = failed && run.failure ? said(run.failure) : run?.summary;
  if (text && run && run.status !== "idle") {
    return (
      <div className="ll-card-live" data-kind={failed ? "failure" : "output"} title={text}>
        <span>{text}</span>
      </div>
    );
  }
  return (
    <div className="ll-card-live" data-kind={problem ? "problem" : "empty"} title={problem}>
      {problem && <span>{problem}</span>}
    </div>
  );
}
