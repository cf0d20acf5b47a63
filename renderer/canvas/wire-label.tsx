/** The pill on a wire: outcome, condition, loop counter, skip mark. Always above the nodes. */
import { Hand } from "lucide-react";
import type { ReactNode } from "react";
import type { EdgeDefinition } from "#contract/definition.ts";
import { DEFAULT_LOOP_MAX } from "#contract/definition.ts";
import type { EdgeView } from "#contract/run.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import type { WireData } from "./graph-model.ts";
import type { Marks } from "./problem-marks.ts";

type Props = {
  readonly data: WireData;
  readonly run: EdgeView | undefined;
  readonly selected: boolean;
  readonly problem: Marks | undefined;
  readonly far: boolean;
};

export function WireLabel({ data, run, selected, problem, far }: Props): ReactNode {
  const t = useT();
  const or = useTOr();
  const said = useEngineWords();
  const { edge, route, approval } = data;
  const words = labelWords(
    edge,
    (outcome) => or(`canvas.outcome.${outcome}`, outcome),
    t("canvas.wire.else"),
  );
  // Where there is little room, words that are not short need all of it.
  const mark = route.labelRoom !== undefined && words.length > 5 ? "" : markOf(edge, approval);
  const count = edge.kind === "loop" ? `${run?.count ?? 0}/${run?.max ?? edge.max ?? DEFAULT_LOOP_MAX}` : "";
  const times = edge.kind !== "loop" && run && run.taken > 1 ? `×${run.taken}` : "";
  if (!words && !count && !times && !problem && edge.kind !== "skip") return null;
  const shift = route.labelAnchor === "start" ? "translate(0,-50%)" : "translate(-50%,-50%)";
  const style = {
    transform: `translate(${route.label.x}px,${route.label.y}px) ${shift}`,
    maxWidth: route.labelRoom,
  };
  return (
    <div
      className="ll-wire-label nodrag nopan"
      data-kind={approval ? "approval" : edge.kind}
      data-state={run?.state ?? "none"}
      data-anchor={route.labelAnchor}
      data-tight={route.labelRoom !== undefined || undefined}
      data-selected={selected || undefined}
      data-far={far || undefined}
      data-layer={edge.kind === "loop" ? (data.targetLayer ?? "none") : undefined}
      data-problem={problem?.worst}
      data-edge-index={data.index}
      style={style}
      title={problem ? said(problem.first) : words || undefined}
    >
      {mark && (
        <span className="ll-wire-label-mark" aria-hidden="true">
          {mark}
        </span>
      )}
      {words && !far && <span className="ll-wire-label-words">{words}</span>}
      {count && <span className="ll-wire-label-count">{count}</span>}
      {times && <span className="ll-wire-label-count">{times}</span>}
      {problem && <span className="ll-wire-label-problem">!</span>}
    </div>
  );
}

export function labelWords(
  edge: EdgeDefinition,
  name: (outcome: string) => string,
  otherwise: string,
): string {
  const outcomes = edge.on?.map(name).join(", ");
  const condition = edge.when?.replace(/\s+/g, " ").trim();
  return [outcomes, condition, edge.else ? otherwise : undefined].filter(Boolean).join(" · ");
}

function markOf(edge: EdgeDefinition, approval: boolean): ReactNode {
  if (edge.kind === "loop") return "↺";
  if (edge.kind === "skip") return "»";
  if (approval) return <Hand size={11} />;
  return edge.kind === "branch" && (edge.on || edge.else) ? "◇" : "";
}
