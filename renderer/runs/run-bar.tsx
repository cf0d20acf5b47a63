/** The floating bar: pause, cancel, what runs now, how far it is; afterwards how it ended and what one can do. */
import { Pause, Play, RotateCcw, Square, X } from "lucide-react";
import type { ReactNode } from "react";
import { type Failure, isFinal } from "#contract/events.ts";
import type { NodeView } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { BudgetMeter, useBudget } from "#renderer/runs/budget-meter.tsx";
import { EscalationNote } from "#renderer/runs/escalation-note.tsx";
import { goToNode } from "#renderer/state/go-to.ts";
import type { RunHead } from "#renderer/state/run-board.ts";
import {
  cancelRun,
  pauseRun,
  putRunAway,
  resumeRun,
  retryRun,
  runBoard,
  startRun,
  useRunHead,
  useRunState,
} from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { ErrorText } from "#renderer/ui/error-text.tsx";
import { formatElapsed, formatUsd } from "#renderer/ui/format.ts";
import { PinGlyph } from "#renderer/ui/pin-glyph.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";

export function RunBar(): ReactNode {
  const head = useRunHead();
  if (!head) return null;
  return isFinal(head.summary.status) ? <EndedBar head={head} /> : <LiveBar head={head} />;
}

function LiveBar({ head }: { readonly head: RunHead }): ReactNode {
  const { summary } = head;
  return (
    <div className="runs-stack">
      <EscalationNote run={summary} />
      <LiveBox head={head} />
    </div>
  );
}

function LiveBox({ head }: { readonly head: RunHead }): ReactNode {
  const t = useT();
  const { summary, progress } = head;
  const paused = summary.status === "paused";
  const first = progress.active[0];
  return (
    <div className="runs-bar-box" role="status">
      <IconButton
        label={t(paused ? "runs.resume" : "runs.pause")}
        onClick={() => void (paused ? resumeRun() : pauseRun())}
      >
        {paused ? <Play size={16} fill="currentColor" /> : <Pause size={16} fill="currentColor" />}
      </IconButton>
      <IconButton label={t("runs.cancel")} className="runs-stop" onClick={() => void cancelRun()}>
        <Square size={14} fill="currentColor" />
      </IconButton>
      {first ? (
        <ActiveNode node={first} more={progress.active.length - 1} />
      ) : (
        <StateGlyph status={summary.status} />
      )}
      <span className="runs-progress">
        {progress.done}/{progress.total}
      </span>
      <BudgetMeter spent={summary.cost.usd} />
      <PinNote />
    </div>
  );
}

/** Whoever looks at a result should know what of it is made up. */
function PinNote(): ReactNode {
  const t = useT();
  const pinned = runBoard.allNodes().filter((node) => node.pinned);
  const [first] = pinned;
  const name = useRunState((state) => state.frozen?.definition.nodes[first?.id ?? ""]?.title) ?? first?.id;
  if (!first || name === undefined) return null;
  return (
    <button
      type="button"
      className="runs-pinned"
      title={pinned.length === 1 ? t("pin.one", { name }) : t("pin.some", { n: pinned.length })}
      onClick={() => goToNode(first.id)}
    >
      <PinGlyph size={13} /> {t("pin.count", { n: pinned.length })}
    </button>
  );
}

function ActiveNode({ node, more }: { readonly node: NodeView; readonly more: number }): ReactNode {
  const t = useT();
  const title = useRunState((state) => state.frozen?.definition.nodes[node.id]?.title) ?? node.id;
  const detail = node.status === "retrying" ? `${node.attempt}/${node.maxAttempts}` : undefined;
  return (
    <button type="button" className="runs-now" onClick={() => goToNode(node.id)}>
      {title} <StateGlyph status={node.status} detail={detail} />
      {more > 0 && <span className="runs-more">{t("runs.andMore", { n: more })}</span>}
    </button>
  );
}

function EndedBar({ head }: { readonly head: RunHead }): ReactNode {
  const t = useT();
  const { summary, failure } = head;
  const language = useUi((state) => state.language);
  const opened = useRunState((state) => state.opened);
  const budget = useBudget();
  const failed = runBoard.allNodes().find((node) => node.status === "failed");
  const shown: Failure | undefined = failed?.failure ?? failure;
  const bad = summary.status === "failed" || summary.status === "partial";
  return (
    <div className="runs-stack runs-ended" role="status">
      <EscalationNote run={summary} />
      {bad && shown && (
        <div className="runs-failure">
          {failed && <NodeLink id={failed.id} />}
          <ErrorText error={shown} />
        </div>
      )}
      <div className="runs-bar-box">
        <StateGlyph status={summary.status} />
        <span className="runs-progress">
          {formatElapsed((summary.endedAt ?? summary.startedAt) - summary.startedAt, language)}
          {budget === undefined && ` · ${formatUsd(summary.cost.usd)}`}
        </span>
        <BudgetMeter spent={summary.cost.usd} />
        <PinNote />
        {!summary.parent && (bad || summary.status === "cancelled") && (
          <Button onClick={() => void retryRun(summary.id, failed?.id)}>
            <RotateCcw size={14} aria-hidden="true" />
            {t("runs.retryFromFailure")}
          </Button>
        )}
        {!opened && (
          <>
            <Button kind="quiet" onClick={() => void startRun()}>
              {t("app.runAgain")}
            </Button>
            <IconButton label={t("runs.clear")} onClick={putRunAway}>
              <X size={14} />
            </IconButton>
          </>
        )}
      </div>
    </div>
  );
}

function NodeLink({ id }: { readonly id: string }): ReactNode {
  const title = useRunState((state) => state.frozen?.definition.nodes[id]?.title) ?? id;
  return (
    <button type="button" className="runs-link" onClick={() => goToNode(id)}>
      ✕ {title}
    </button>
  );
}
