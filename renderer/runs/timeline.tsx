/** The shown run over time: one row a node with its loop rounds folded into it, or the plain list of events. */
import "#renderer/runs/runs.css";
import "#renderer/runs/timeline.css";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import type { Language } from "#renderer/i18n/catalogue.ts";
import { type Translate, useT } from "#renderer/i18n/i18n.ts";
import { EventLog } from "#renderer/runs/event-log.tsx";
import { type LogView, useRunLog } from "#renderer/runs/run-log.ts";
import { type Bar, type Row, tickStep } from "#renderer/runs/timeline-model.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { useRunIsLive, useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { formatElapsed, formatTick } from "#renderer/ui/format.ts";
import { layerColour } from "#renderer/ui/layer-icon.tsx";
import { useNow } from "#renderer/ui/use-now.ts";

const ROW_PX = 24;
const TICKS = 9;

export function Timeline(): ReactNode {
  const t = useT();
  const runId = useRunState((state) => state.runId);
  const log = useRunLog();
  const [events, setEvents] = useState(false);
  if (runId === undefined)
    return <EmptyState title={t("runs.timeline.empty")} text={t("runs.timeline.emptyHint")} />;
  return (
    <div className="runs-timeline">
      <fieldset className="runs-switch" aria-label={t("tab.timeline")}>
        <button type="button" aria-pressed={!events} onClick={() => setEvents(false)}>
          {t("runs.timeline.bars")}
        </button>
        <button type="button" aria-pressed={events} onClick={() => setEvents(true)}>
          {t("runs.timeline.events")}
        </button>
      </fieldset>
      {events ? <EventLog events={log.events} /> : <Bars log={log} />}
    </div>
  );
}

/** A shown line: a node's folded row, or one round of an unfolded node. */
type Line = { readonly row: Row; readonly round: number | undefined };

function Bars({ log }: { readonly log: LogView }): ReactNode {
  const t = useT();
  const { timeline } = log;
  const language = useUi((state) => state.language);
  const live = useRunIsLive();
  const now = useNow(live, 200);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const start = timeline.startedAt ?? now;
  const end = timeline.endedAt ?? (live ? Math.max(now, timeline.latest) : timeline.latest);
  const span = Math.max(end - start, 50) * 1.03;

  const lines: Line[] = timeline.rows
    .filter((row) => row.bars.length > 0)
    .flatMap((row) => [
      { row, round: undefined },
      ...(unfolded.has(row.node)
        ? Array.from({ length: row.rounds }, (_, index) => ({ row, round: index + 1 }))
        : []),
    ]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const toggle = (node: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(node)) next.add(node);
    setUnfolded(next);
  };
  const step = tickStep(span, TICKS);
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
  if (lines.length === 0) return <EmptyState title={t("runs.timeline.nothing")} />;
  return (
    <div ref={scroller} className="runs-bars">
      <div className="runs-axis" aria-hidden="true">
        <div className="runs-label" />
        <div className="runs-track">
          {ticks.map((tick) => (
            <span key={tick} className="runs-tick" style={{ left: `${(tick / span) * 100}%` }}>
              {formatTick(tick, step, language)}
            </span>
          ))}
        </div>
      </div>
      <ul style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return line === undefined ? null : (
            <li key={item.key} className="runs-row" style={{ transform: `translateY(${item.start}px)` }}>
              <RowLabel line={line} open={unfolded.has(line.row.node)} toggle={() => toggle(line.row.node)} />
              <Track line={line} start={start} end={end} span={span} step={step} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function useNodeTitle(id: string): string {
  return useRunState((state) => state.frozen?.definition.nodes[id]?.title) ?? id;
}

function RowLabel(props: {
  readonly line: Line;
  readonly open: boolean;
  readonly toggle: () => void;
}): ReactNode {
  const t = useT();
  const { row, round } = props.line;
  const title = useNodeTitle(row.node);
  const selected = useDocument((state) => state.selection.nodes.has(row.node));
  if (round !== undefined)
    return <div className="runs-label runs-round">{t("runs.timeline.round", { n: round })}</div>;
  return (
    <div className="runs-label">
      {row.rounds > 1 ? (
        <button
          type="button"
          className="runs-fold"
          aria-expanded={props.open}
          aria-label={t("runs.timeline.fold", { node: title })}
          onClick={props.toggle}
        >
          {props.open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        </button>
      ) : (
        <span className="runs-fold" />
      )}
      <button type="button" className="runs-name" aria-pressed={selected} onClick={() => goToNode(row.node)}>
        {title}
        {row.rounds > 1 && <span className="runs-rounds"> ↺{row.rounds}</span>}
      </button>
    </div>
  );
}

type TrackProps = {
  readonly line: Line;
  readonly start: number;
  readonly end: number;
  readonly span: number;
  readonly step: number;
};

function Track({ line, start, end, span, step }: TrackProps): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const { row, round } = line;
  const layer = useRunState((state) => state.frozen?.definition.nodes[row.node]?.layer);
  const bars = round === undefined ? row.bars : row.bars.filter((bar) => bar.activation === round);
  return (
    <div className="runs-track" style={{ backgroundSize: `${(step / span) * 100}% 100%` }}>
      {bars.map((bar) => {
        const until = bar.end ?? end;
        return (
          <button
            type="button"
            // A node has one bar at a time, so its start and kind name it.
            key={`${bar.kind} ${bar.start} ${bar.attempt}`}
            className="runs-bar"
            data-kind={bar.kind}
            data-status={bar.status}
            title={barTitle(bar, until, t, language)}
            aria-label={barTitle(bar, until, t, language)}
            style={{
              left: `${((bar.start - start) / span) * 100}%`,
              width: `${((until - bar.start) / span) * 100}%`,
              color: bar.kind === "human" ? "var(--state-waiting)" : layerColour(layer),
            }}
            onClick={() => goToNode(row.node)}
          />
        );
      })}
    </div>
  );
}

function barTitle(bar: Bar, until: number, t: Translate, language: Language): string {
  const round = t("runs.timeline.round", { n: bar.activation });
  const attempt = bar.attempt > 0 ? ` · ${t("runs.attempt", { n: bar.attempt })}` : "";
  return `${round}${attempt} · ${t(`state.${bar.status}`)} · ${formatElapsed(until - bar.start, language)}`;
}
