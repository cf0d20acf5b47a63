/**
 * `npm run bench`: the engine's figures as ratios within one run, medians of five. Machines differ and are noisy; a
 * ratio to what the same machine does bare is what can be compared.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { bareAutocommitAppend, bareGroupedAppend, median, printRatio } from "./append.ts";
import { benchBackup } from "./backup.ts";
import { measure, rowsByStep } from "./engine.ts";
import { seedEndedRuns, seedOpenRun } from "./history.ts";
import { benchLists } from "./lists.ts";
import { chain, fanOut, loopOfTwo, randomDag } from "./pipelines.ts";
import { benchSpace } from "./space.ts";
import { builtCli, runToEnd, timeBareStart, timeToLine } from "./start.ts";
import { benchStore } from "./store.ts";

const TIMES = 5;

async function medianOf(measureOnce: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let time = 0; time < TIMES; time += 1) values.push(await measureOnce());
  return median(values);
}

/** Steps a second of the engine over what the bare database does with the same rows. */
async function againstGrouped(text: string, copies = 1): Promise<number> {
  const { seconds, rows } = await measure(text, copies);
  return rows.length / seconds / bareGroupedAppend(rows);
}

async function throughput(): Promise<void> {
  const rounds = 10_000;
  printRatio(
    "loop of two pure nodes, 10,000 rounds / grouped append",
    await medianOf(() => againstGrouped(loopOfTwo(rounds, false))),
    0.3,
    ">=",
  );
  const withEffects = await medianOf(async () => {
    const { seconds, steps, rows } = await measure(loopOfTwo(rounds / 2, true));
    return steps / seconds / bareAutocommitAppend(rowsByStep(rows));
  });
  printRatio("the same with side effects / autocommit append, a row a step", withEffects, 0.4, ">=");
  const shapes: [string, string, number][] = [
    ["1,000 runs of five nodes", chain(5), 1_000],
    ["chain of 1,000", chain(1_000), 1],
    ["fan-out of 1,000 and join", fanOut(1_000), 1],
    ["random DAG of 10,000", randomDag(10_000), 1],
  ];
  for (const [name, text, copies] of shapes) {
    printRatio(`${name} / grouped append`, await medianOf(() => againstGrouped(text, copies)), 0.2, ">=");
  }
  const perStep = async (text: string, copies: number): Promise<number> => {
    const { seconds, steps } = await measure(text, copies);
    return seconds / steps;
  };
  const large = randomDag(10_000);
  const small = randomDag(100);
  const cost = await medianOf(async () => (await perStep(large, 1)) / (await perStep(small, 100)));
  printRatio("cost a step, graph of 10,000 / of 100 nodes", cost, 1.5, "<=");
}

type Mark = { readonly steps: number; readonly cpu: number; readonly bytes: number };

/** Windows of 5,000 steps around step 5,000 and step 100,000 of one run. */
async function flatness(): Promise<void> {
  const cpuRatios: number[] = [];
  const byteRatios: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const wanted = [2_500, 7_500, 97_500, 102_500];
    const marks: Mark[] = [];
    await measure(loopOfTwo(52_000, false), 1, ([run], database) => {
      const next = wanted[marks.length];
      if (!run || next === undefined) return;
      const steps = (run.state.attempts[0] ?? 0) + (run.state.attempts[1] ?? 0);
      if (steps < next) return;
      const { user, system } = process.cpuUsage();
      marks.push({
        steps,
        cpu: user + system,
        bytes: bytesUsed(database),
      });
    });
    const [a, b, c, d] = marks;
    if (!a || !b || !c || !d) throw new Error("the run ended before its windows");
    cpuRatios.push(slope(c, d, "cpu") / slope(a, b, "cpu"));
    byteRatios.push(slope(c, d, "bytes") / slope(a, b, "bytes"));
  }
  printRatio("CPU a step at step 100,000 / at step 5,000", median(cpuRatios), 1.2, "<=");
  printRatio(
    "bytes a step at step 100,000, off those at step 5,000 by",
    Math.abs(median(byteRatios) - 1),
    0.05,
    "<=",
  );
}

/** What the database holds, wherever it is: pages in use, those still in the write-ahead log included. */
function bytesUsed(database: string): number {
  const db = new Database(database, { readonly: true });
  const read = (name: string): number => Number(db.pragma(name, { simple: true }));
  const bytes = (read("page_count") - read("freelist_count")) * read("page_size");
  db.close();
  return bytes;
}

function slope(from: Mark, to: Mark, key: "cpu" | "bytes"): number {
  return (to[key] - from[key]) / (to.steps - from.steps);
}

async function starts(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-bench-"));
  const cli = builtCli();
  const file = join(folder, "one.layerloom.yaml");
  writeFileSync(
    file,
    "layerloom: 1\nname: one\nnodes:\n  first: { uses: transform, with: { value: 1 } }\nedges: []\n",
  );
  const isFirstNode = (line: string): boolean => line.includes('"AttemptStarted"');
  const run = (database: string): Promise<number> =>
    timeToLine([cli, "run", file, "--json", "--db", database], isFirstNode);
  try {
    // The compile cache is written at a normal end, so the first run is left alone.
    await runToEnd([cli, "run", file, "--json", "--db", join(folder, "warm-up.db")]);
    let count = 0;
    const fresh = (name: string): string => join(folder, `${name}-${count++}.db`);
    const [own, bare] = [fresh("own"), fresh("bare")];
    await run(own);
    await timeBareStart(bare);
    const start = await medianOf(async () => (await run(own)) / (await timeBareStart(bare)));
    printRatio("start to first node / bare Node start with better-sqlite3", start, 2.5, "<=");

    const full = join(folder, "full.db");
    const empty = join(folder, "empty.db");
    seedEndedRuns(full, 100);
    await run(empty);
    const history = await medianOf(async () => (await run(full)) / (await run(empty)));
    printRatio("start with a 100 MB journal / with an empty one", history, 1.15, "<=");

    const afterKill = async (rows: number): Promise<number> => {
      const database = fresh(`killed-${rows}`);
      const runId = await seedOpenRun(database, rows);
      return timeToLine([cli, "runs", "resume", runId, "--json", "--db", database], (line) =>
        line.includes('"AttemptStarted"'),
      );
    };
    const resumed = await medianOf(async () => (await afterKill(100_000)) / (await afterKill(100)));
    printRatio("next node after a kill at 100,000 rows / at 100 rows", resumed, 1.2, "<=");
    const later = await medianOf(async () => (await afterKill(100_000)) - (await run(fresh("first"))));
    printRatio(
      "ms from a fresh start's first node to the next after a kill at 100,000 rows",
      later,
      300,
      "<=",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

benchStore();
await throughput();
await flatness();
await benchLists();
await starts();
await benchSpace();
await benchBackup();
