/** Databases with a past: many ended runs, or one run that a kill left open after so many rows. */
import { createRegistry } from "#activities/registry.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { RealClock } from "#runtime/clocks.ts";
import { Host } from "#runtime/host.ts";
import { Programs } from "#runtime/programs.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { loopOfTwo } from "./pipelines.ts";

const EVENTS_A_RUN = 1_000;
const FILLING = "x".repeat(900);

/** Ended runs until the journal holds so many megabytes. */
export function seedEndedRuns(database: string, megabytes: number): void {
  const store = openSqliteStore(database);
  const runs = Math.ceil((megabytes * 1_000_000) / (EVENTS_A_RUN * (FILLING.length + 100)));
  for (let run = 0; run < runs; run += 1) {
    const id = `ended${run}`;
    store.commit({
      created: [
        {
          id,
          pipeline: "past",
          status: "completed",
          simulated: false,
          file: null,
          text: "layerloom: 1\nname: past\nnodes: {}\nedges: []\n",
          settings: {},
          startedAt: run,
          endedAt: run + 1,
          cost: { usd: 0, tokens: 0 },
          openTasks: 0,
          highestLevel: 0,
          parent: null,
        },
      ],
      events: [
        {
          runId: id,
          events: Array.from({ length: EVENTS_A_RUN }, (_, index) => ({
            seq: index + 1,
            at: run,
            event: "CancelRequested",
            reason: FILLING,
          })),
        },
      ],
    });
  }
  store.close();
}

/** A run stopped, as a kill would stop it, once its journal has so many rows. Returns its id. */
export async function seedOpenRun(database: string, rows: number): Promise<string> {
  const registry = createRegistry();
  const language = createExpressionLanguage();
  const store = openSqliteStore(database);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const host: Host = new Host({
    store,
    clock: new RealClock(),
    programs: new Programs({
      registry,
      language,
      read: (text, file) =>
        readDocument(text, { registry, language, ...(file === undefined ? {} : { file }) }),
    }),
    simulated: false,
    onFatal: reject,
    onCommitted: ([run]) => {
      if (run && run.seq >= rows) {
        host.stop();
        resolve();
      }
    },
  });
  const service = new RunService({
    host,
    store,
    publisher: new Publisher(host.values, () => ({ runs: [], inbox: [] })),
    hasSecret: () => false,
    folders: [],
    simulated: false,
  });
  const { runId } = await service.startRun({ text: loopOfTwo(1_000_000, false), seed: 1 });
  await promise;
  store.close();
  return runId;
}
