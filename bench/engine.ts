/** Runs pipelines on the real host and a real SQLite file (WAL, synchronous=FULL), and tells what it took. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry } from "#activities/registry.ts";
import { isFinal } from "#contract/events.ts";
import { runStatus } from "#core/view.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { RealClock } from "#runtime/clocks.ts";
import { Host } from "#runtime/host.ts";
import type { LiveRun } from "#runtime/live-run.ts";
import { Programs } from "#runtime/programs.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";

const registry = createRegistry();
const language = createExpressionLanguage();

export type Measured = {
  /** From the start of the first run to the last commit. */
  readonly seconds: number;
  /** Completed attempts. */
  readonly steps: number;
  /** Every journal row as JSON, in order. */
  readonly rows: readonly string[];
};

/** Runs `text` `copies` times at once. `onCommit` is told the runs of each commit. */
export async function measure(
  text: string,
  copies = 1,
  onCommit?: (runs: readonly LiveRun[], database: string) => void,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-bench-"));
  const database = join(folder, "engine.db");
  const store = openSqliteStore(database);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let open = copies;
  const host: Host = new Host({
    store,
    clock: new RealClock(),
    programs: new Programs({
      registry,
      language,
      read: (source, file) =>
        readDocument(source, { registry, language, ...(file === undefined ? {} : { file }) }),
    }),
    simulated: false,
    onFatal: reject,
    onCommitted: (runs) => {
      onCommit?.(runs, database);
      open -= runs.filter((run) => !run.parent && isFinal(runStatus(run.program.plan, run.state))).length;
      if (open === 0) resolve(performance.now());
    },
  });
  const service = new RunService({
    host,
    store,
    publisher: new Publisher(host.values, () => ({ runs: [], inbox: [] })),
    hasSecret: () => false,
    folders: [folder],
    simulated: false,
  });
  try {
    service.warm(text);
    const start = performance.now();
    await Promise.all(Array.from({ length: copies }, () => service.startRun({ text, seed: 1 })));
    const seconds = ((await promise) - start) / 1000;
    const events = store.runs(copies).flatMap(({ id }) => store.events(id, 0, Number.MAX_SAFE_INTEGER));
    const steps = events.filter(({ event }) => event === "AttemptSucceeded").length;
    return { seconds, steps, rows: events.map((event) => JSON.stringify(event)) };
  } finally {
    host.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rows of each step as one: what a barrier before every step has to write. */
export function rowsByStep(rows: readonly string[]): readonly string[] {
  const steps: string[] = [];
  for (const row of rows) {
    if (row.includes('"AttemptStarted"') || steps.length === 0) steps.push(row);
    else steps[steps.length - 1] += row;
  }
  return steps;
}
