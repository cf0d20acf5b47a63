/**
 * A run's journal as Server-Sent Events: `id` is the event's seq, so that a client that comes back with
 * Last-Event-ID goes on where it stopped. After the last event comes one `result`, then the stream ends.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { EngineApi } from "#contract/engine-api.ts";
import { followRun } from "#contract/follow-run.ts";

const KEEP_ALIVE_MS = 15_000;
/** Tells a browser how soon to come back after a cut, ms. */
const RECONNECT_MS = 1_000;

/** Resolves when the run ended or the reader went away. `response` must not be written by anyone else. */
export async function streamEvents(
  response: ServerResponse,
  api: EngineApi,
  runId: string,
  after: number,
): Promise<void> {
  const write = async (text: string): Promise<void> => {
    if (!response.write(text)) await Promise.race([once(response, "drain"), once(response, "close")]);
  };
  const following = followRun(api, runId, {
    after,
    onEvents: async (events) => {
      await write(events.map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
    },
  });
  response.on("close", () => following.stop());
  const keepAlive = setInterval(() => response.write(": still here\n\n"), KEEP_ALIVE_MS);
  try {
    await write(`retry: ${RECONNECT_MS}\n\n`);
    if (await following.done) {
      await write(`event: result\ndata: ${JSON.stringify(await api.getResult({ runId }))}\n\n`);
    }
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}
