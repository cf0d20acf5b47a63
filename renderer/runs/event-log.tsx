/** Every journalled event of the run, newest at the bottom, following along while one stays there. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { eventSays } from "#renderer/runs/event-says.ts";
import type { PrintedEvent } from "#renderer/runs/printed-event.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { EmptyState } from "#renderer/ui/empty-state.tsx";
import { formatClock } from "#renderer/ui/format.ts";
import { useStandIn } from "#renderer/ui/node-marks.tsx";

const ROW_PX = 24;
const SHOWN_ELSEWHERE: ReadonlySet<string> = new Set(["type", "seq", "at", "event", "node", "from", "to"]);

export function EventLog({ events }: { readonly events: readonly PrintedEvent[] }): ReactNode {
  const t = useT();
  const or = useTOr();
  const language = useUi((state) => state.language);
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const virtual = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  useEffect(() => {
    if (follows.current && events.length > 0) virtual.scrollToIndex(events.length - 1);
  }, [events.length, virtual]);
  const noteScroll = (): void => {
    const box = scroller.current;
    if (box) follows.current = box.scrollHeight - box.scrollTop - box.clientHeight < ROW_PX * 2;
  };
  if (events.length === 0) return <EmptyState title={t("runs.timeline.nothing")} />;
  return (
    <div
      ref={scroller}
      className="runs-events"
      onScroll={noteScroll}
      role="log"
      aria-label={t("runs.timeline.events")}
    >
      <ol style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const event = events[item.index];
          if (!event) return null;
          const { node } = event;
          return (
            <li key={item.key} className="runs-event" style={{ transform: `translateY(${item.start}px)` }}>
              <span className="runs-event-seq">{event.seq}</span>
              <span className="runs-event-time">{formatClock(Date.parse(event.at), language)}</span>
              <span className="runs-event-name" title={event.event}>
                {or(`event.${event.event}`, event.event)}
              </span>
              {typeof node === "string" ? (
                <button type="button" className="runs-link" onClick={() => goToNode(node)}>
                  {node}
                </button>
              ) : (
                <span className="runs-event-ends">{ends(event)}</span>
              )}
              <EventRest event={event} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

/** In a sentence where there is one, else as the journal has it. */
function EventRest({ event }: { readonly event: PrintedEvent }): ReactNode {
  const t = useT();
  const standIn = useStandIn();
  const language = useUi((state) => state.language);
  const says = eventSays(event, { t, standIn, language });
  if (says === undefined) return <code className="runs-event-rest">{rest(event)}</code>;
  return (
    <span className="runs-event-rest" title={rest(event)}>
      {says}
    </span>
  );
}

/** An edge's event is about both its ends. */
function ends(event: PrintedEvent): string {
  const { from, to } = event;
  return typeof from === "string" && typeof to === "string" ? `${from} → ${to}` : "";
}

function rest(event: PrintedEvent): string {
  return Object.entries(event)
    .filter(([key]) => !SHOWN_ELSEWHERE.has(key))
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("  ")
    .slice(0, 600);
}
