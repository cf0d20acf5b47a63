/** The events of the shown run, loaded page by page and followed while it goes on; the timeline is built alongside. */
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { getEngine } from "#renderer/bridge/engine.ts";
import type { PrintedEvent } from "#renderer/runs/printed-event.ts";
import { TimelineModel } from "#renderer/runs/timeline-model.ts";
import { useRunHead, useRunState } from "#renderer/state/run-store.ts";
import { showError } from "#renderer/state/toast-store.ts";

const PAGE = 1_000;
/** Older events leave the list (not the timeline), so that a long run does not fill the memory. */
const KEPT = 20_000;
const PAUSE_MS = 250;

export type LogView = {
  readonly events: readonly PrintedEvent[];
  readonly timeline: TimelineModel;
  readonly version: number;
};

class RunLog {
  #events: PrintedEvent[] = [];
  readonly #timeline = new TimelineModel();
  #last = 0;
  #loading = false;
  #wanted = 0;
  #view: LogView = { events: [], timeline: this.#timeline, version: 0 };
  readonly #listeners = new Set<() => void>();
  readonly #runId: string | undefined;

  constructor(runId: string | undefined) {
    this.#runId = runId;
  }

  view = (): LogView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Load what is there up to at least `seq`. */
  want(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    if (this.#loading || this.#runId === undefined || this.#last >= this.#wanted) return;
    this.#loading = true;
    void this.#load(this.#runId)
      .catch(showError)
      .finally(() => {
        this.#loading = false;
      });
  }

  async #load(runId: string): Promise<void> {
    while (this.#last < this.#wanted) {
      const page = await getEngine().getEvents({ runId, after: this.#last, limit: PAGE });
      const last = page.at(-1);
      if (!last) return;
      for (const event of page) this.#timeline.push(event);
      this.#events.push(...page);
      if (this.#events.length > KEPT) this.#events = this.#events.slice(-KEPT);
      this.#last = last.seq;
      this.#view = { events: [...this.#events], timeline: this.#timeline, version: this.#view.version + 1 };
      for (const listener of this.#listeners) listener();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

export function useRunLog(): LogView {
  const runId = useRunState((state) => state.runId);
  const log = useMemo(() => new RunLog(runId), [runId]);
  const seq = useRunHead()?.seq ?? 0;
  useEffect(() => log.want(seq), [log, seq]);
  return useSyncExternalStore(log.subscribe, log.view);
}
