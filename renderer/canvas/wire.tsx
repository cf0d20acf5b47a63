/**
 * One edge on the canvas: its line, its arrow, the mark at its start, its label. The five kinds (and the approval)
 * differ in dash, weight and mark, never by colour alone. Moves only while something flows along it.
 */
import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import type { EdgeView } from "#contract/run.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEdgeRun, useNodeRun } from "#renderer/state/run-store.ts";
import { useCanvas } from "./canvas-store.ts";
import type { WireData, WireEdge } from "./graph-model.ts";
import { useEdgeProblems } from "./problem-marks.ts";
import { WireLabel } from "./wire-label.tsx";
import { WireMark } from "./wire-mark.tsx";

const AT_WORK: ReadonlySet<string> = new Set(["queued", "running", "retrying", "waiting"]);

export const Wire = memo(function Wire({
  data,
  selected,
  target,
  deletable,
}: EdgeProps<WireEdge>): ReactNode {
  return data ? (
    <Drawn data={data} selected={selected === true} target={target} readOnly={deletable === false} />
  ) : null;
});

type Props = {
  readonly data: WireData;
  readonly selected: boolean;
  readonly target: string;
  readonly readOnly: boolean;
};

function Drawn({ data, selected, target, readOnly }: Props): ReactNode {
  const t = useT();
  const { edge, index, route, approval, choice } = data;
  const run = useEdgeRun(index);
  const status = useNodeRun(target)?.status;
  const source = useNodeRun(edge.from)?.degraded;
  // A loop carries a reason back, not the result.
  const degraded = source !== undefined && run?.state === "taken" && edge.kind !== "loop";
  const far = useCanvas((state) => state.far);
  const dropping = useCanvas((state) => state.dropEdge === index);
  const problem = useEdgeProblems(index, readOnly);
  const state = run?.state ?? "none";
  const active = state === "taken" && status !== undefined && AT_WORK.has(status);
  return (
    <g
      className="ll-wire"
      data-kind={approval ? "approval" : choice ? "branch" : edge.kind}
      data-state={state}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-dropping={dropping || undefined}
      data-degraded={degraded || undefined}
      data-problem={problem?.worst}
      data-layer={edge.kind === "loop" ? (data.targetLayer ?? "none") : undefined}
    >
      <title>
        {wireTitle(t("canvas.wire.to"), choice ? t("canvas.wire.chosen") : undefined, data, run)}
        {degraded && ` · ${t("canvas.wire.degraded")}`}
      </title>
      <path className="ll-wire-hit react-flow__edge-interaction" d={route.d} data-edge-index={index} />
      {(selected || dropping) && <path className="ll-wire-glow" d={route.d} />}
      <path className="ll-wire-line" d={route.d} />
      {edge.kind === "loop" && <path className="ll-wire-core" d={route.d} />}
      {active && <path className="ll-wire-flow" d={route.d} />}
      <path className="ll-wire-arrow" d={route.arrow} />
      {!far && <WireMark data={data} />}
      {degraded && (
        <path className="ll-wire-degraded" d={`M${route.end.x - 21},${route.end.y - 13}h10l-5,8Z`} />
      )}
      {(!far || edge.kind === "loop") && (
        <EdgeLabelRenderer>
          <WireLabel data={data} run={run} selected={selected} problem={problem} far={far} />
        </EdgeLabelRenderer>
      )}
    </g>
  );
}

function wireTitle(
  to: string,
  chosen: string | undefined,
  { edge, fromTitle, toTitle }: WireData,
  run: EdgeView | undefined,
): string {
  const condition = [chosen, edge.on?.join(", "), edge.when, edge.else ? "else" : undefined]
    .filter(Boolean)
    .join(" · ");
  const taken = run && run.taken > 0 ? ` ×${run.taken}` : "";
  return `${fromTitle} ${to} ${toTitle} (${edge.kind}${condition ? `: ${condition}` : ""})${taken}`;
}
