/**
 * Follows one run to its end over any EngineApi: every journal event once, in order, and the live picture beside it.
 * The event stream of REST and the command line are built on it. Knows no clock and no transport.
 */
import type { EngineApi } from "./engine-api.ts";
import { isFinal, type PrintedEvent } from "./events.ts";
import type { RunUpdate } from "./run.ts";

const PAGE = 1_000;

export type FollowOptions = {
  /** Deliver events with a greater `seq` only. */
  readonly after?: number | undefined;
  /** Absent: the journal is not read at all. */
  readonly onEvents?: ((events: readonly PrintedEvent[]) => void | Promise<void>) | undefined;
  readonly onUpdate?: ((update: RunUpdate) => void) | undefined;
  /** Stop here although the run has not ended (it waits for a person, say). Asked once all events are delivered. */
  readonly until?: ((update: RunUpdate) => boolean) | undefined;
};

export type Following = {
  /** The update at which it stopped; undefined after `stop()`. */
  readonly done: Promise<RunUpdate | undefined>;
  stop(): void;
};

export function followRun(api: EngineApi, runId: string, options: FollowOptions = {}): Following {
  let cursor = options.after ?? 0;
  let latest: RunUpdate | undefined;
  let reading = false;
  let stopped = false;
  const { promise, resolve, reject } = Promise.withResolvers<RunUpdate | undefined>();

  const finish = (update: RunUpdate | undefined): void => {
    if (stopped) return;
    stopped = true;
    unsubscribe();
    resolve(update);
  };
  const fail = (thrown: unknown): void => {
    if (stopped) return;
    stopped = true;
    unsubscribe();
    reject(thrown);
  };

  const unsubscribe = api.watchRun({ runId }, (update) => {
    if (stopped) return;
    latest = update;
    try {
      options.onUpdate?.(update);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    void catchUp();
  });
  // A run that is not there has no first update; asking for it brings the reason (and a lost connection) to light.
  api.getRun({ runId }).catch(fail);

  async function catchUp(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (latest && !stopped) {
        const seen: RunUpdate = latest;
        if (options.onEvents) await readEvents(seen.seq, options.onEvents);
        if (seen !== latest) continue;
        if (isFinal(seen.summary.status) || options.until?.(seen)) finish(seen);
        break;
      }
    } catch (thrown) {
      fail(thrown);
    } finally {
      reading = false;
    }
  }

  async function readEvents(seq: number, deliver: NonNullable<FollowOptions["onEvents"]>): Promise<void> {
    while (cursor < seq && !stopped) {
      const events = await api.getEvents({ runId, after: cursor, limit: PAGE });
      const last = events.at(-1);
      if (!last || stopped) return;
      await deliver(events);
      cursor = last.seq;
    }
  }

  return { done: promise, stop: () => finish(undefined) };
}
