/**
 * One node on the canvas. Draws from its own data and its own run subscription; re-renders only when one of them
 * changes. Knows nothing of the other nodes.
 */
import type { NodeProps } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import type { NodeView } from "#contract/run.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useMostRuns } from "#renderer/state/quote-store.ts";
import { useNodeRun } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { ActivityIcon } from "#renderer/ui/activity-icon.tsx";
import { formatCount } from "#renderer/ui/format.ts";
import { LAYER_LETTERS, LayerIcon } from "#renderer/ui/layer-icon.tsx";
import { NodeMarks } from "#renderer/ui/node-marks.tsx";
import { PinGlyph } from "#renderer/ui/pin-glyph.tsx";
import { StateGlyph } from "#renderer/ui/state-glyph.tsx";
import { useCanvas } from "./canvas-store.ts";
import { CardChanged } from "./card-changed.tsx";
import { CardFoot } from "./card-foot.tsx";
import { CardItems } from "./card-items.tsx";
import { CardLive } from "./card-live.tsx";
import { CardPorts } from "./card-ports.tsx";
import { gateOutline } from "./gate-outline.ts";
import { NODE_WIDTH } from "./geometry.ts";
import type { CardData, CardNode } from "./graph-model.ts";
import { problemWords, useNodeProblems } from "./problem-marks.ts";
import { summaryLine } from "./summary-line.ts";

export const Card = memo(function Card({ id, data, selected, dragging }: NodeProps<CardNode>) {
  const far = useCanvas((state) => state.far);
  const run = useNodeRun(id);
  const verdict = useCanvas((state) => state.connecting?.judge(id));
  const problems = useNodeProblems(id, data.readOnly);
  const said = useEngineWords();
  const status = run?.status;
  const fit = verdict === undefined ? undefined : verdict.fits ? verdict.edge.kind : "no";
  return (
    <div
      className="ll-card"
      data-shape={data.shape}
      data-pinned={data.node.pin !== undefined || undefined}
      data-layer={data.node.layer ?? "none"}
      data-status={status ?? "none"}
      data-selected={selected || undefined}
      data-dragging={dragging || undefined}
      data-far={far || undefined}
      data-degraded={run?.degraded}
      data-fit={fit}
      data-problem={problems?.worst}
      style={{ height: data.height }}
    >
      {data.shape === "gate" && <GateOutline height={data.height} />}
      <div className="ll-card-box">
        <CardHead id={id} data={data} run={run} />
        {far ? (
          <FarState run={run} problem={problems?.worst} />
        ) : (
          <>
            <Summary data={data} />
            {run?.items ? (
              <CardItems items={run.items} />
            ) : (
              <CardLive
                id={id}
                run={run}
                problem={problems && problemWords(problems, said(problems.first))}
              />
            )}
            <CardFoot run={run} />
          </>
        )}
      </div>
      {problems && !far && (
        <span
          className="ll-card-problem"
          data-kind={problems.worst}
          role="img"
          aria-label={said(problems.first)}
          title={said(problems.first)}
        >
          !
        </span>
      )}
      {!problems && !data.readOnly && <CardChanged id={id} />}
      {verdict && !far && <FitNote fit={verdict.fits ? verdict.edge.kind : verdict.reason} />}
      <CardPorts data={data} far={far} />
    </div>
  );
});

function CardHead({ id, data, run }: { id: string; data: CardData; run: NodeView | undefined }): ReactNode {
  const t = useT();
  const { node, info } = data;
  return (
    <div className="ll-card-head">
      <span className="ll-card-icon">
        {node.layer ? (
          <LayerIcon layer={node.layer} size={15} />
        ) : (
          <ActivityIcon name={info?.icon} size={15} />
        )}
      </span>
      <span className="ll-card-title">{node.title ?? id}</span>
      {run && <NodeMarks run={run} compact />}
      {node.pin && (
        <span className="ll-card-pin" role="img" aria-label={t("pin.mark")} title={t("pin.mark")}>
          <PinGlyph size={13} />
        </span>
      )}
      {run && run.activations > 1 && <span className="ll-card-round">×{run.activations}</span>}
      {!run && !data.readOnly && <MostRuns id={id} />}
      {node.layer && <span className="ll-card-letter">{LAYER_LETTERS[node.layer]}</span>}
    </div>
  );
}

/** Proven before a run; while there is one, what happened is shown instead. */
function MostRuns({ id }: { id: string }): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const most = useMostRuns(id);
  if (most === undefined) return null;
  const n = formatCount(most, language);
  return (
    <span className="ll-card-round" title={t("canvas.mostSays", { n })}>
      {t("canvas.most", { n })}
    </span>
  );
}

function Summary({ data }: { data: CardData }): ReactNode {
  const t = useT();
  const or = useTOr();
  const line = summaryLine(data.node, {
    rules: (count, otherwise) =>
      t("canvas.summary.rules", { count, otherwise: or(`canvas.outcome.${otherwise}`, otherwise) }),
    steps: (count) => t("canvas.summary.steps", { count }),
  });
  return (
    <div className="ll-card-summary" title={line}>
      {line}
    </div>
  );
}

function FarState({ run, problem }: { run: NodeView | undefined; problem: string | undefined }): ReactNode {
  return (
    <div className="ll-card-far">
      {run && run.status !== "idle" ? (
        <StateGlyph status={run.status} compact />
      ) : problem ? (
        <span className="ll-card-far-problem">!</span>
      ) : null}
    </div>
  );
}

function FitNote({
  fit,
}: {
  fit: "flow" | "branch" | "skip" | "loop" | "error" | "self" | "duplicate" | "error-back" | "unknown";
}): ReactNode {
  const t = useT();
  return <div className="ll-card-fit">{t(`canvas.fit.${fit}`)}</div>;
}

function GateOutline({ height }: { height: number }): ReactNode {
  return (
    <svg className="ll-card-gate" width={NODE_WIDTH} height={height} aria-hidden="true">
      <path className="ll-card-gate-body" d={gateOutline(NODE_WIDTH, height, 0.75)} />
      <path className="ll-card-gate-stripe" d={gateOutline(NODE_WIDTH, height, 2, true)} />
    </svg>
  );
}
