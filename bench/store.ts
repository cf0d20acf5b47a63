/** What the store costs over a bare append of the same bytes: no engine, only journal events in groups of 64. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalEvent } from "#contract/events.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { bareGroupedAppend, GROUP, median, printRatio } from "./append.ts";

const EVENTS = GROUP * 1000;
const ROUNDS = 5;

/** Medians of five, alternating, so that a slow moment of the machine hits both sides. */
export function benchStore(): boolean {
  const events = sampleEvents(EVENTS);
  const payloads = events.map((event) => JSON.stringify(event));
  const ratios = Array.from({ length: ROUNDS }, () => storeAppend(events) / bareGroupedAppend(payloads));
  return printRatio("store: journal append, groups of 64, against a bare one", median(ratios), 0.5, ">=");
}

/** Events a second. */
function storeAppend(events: readonly JournalEvent[]): number {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-bench-"));
  const store = openSqliteStore(join(folder, "store.db"));
  try {
    store.commit({ created: [sampleRun] });
    const start = performance.now();
    for (let from = 0; from < events.length; from += GROUP) {
      store.commit({ events: [{ runId: sampleRun.id, events: events.slice(from, from + GROUP) }] });
    }
    return events.length / ((performance.now() - start) / 1000);
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sampleRun = {
  id: "run-1",
  pipeline: "bench",
  status: "running",
  simulated: false,
  file: null,
  text: "",
  settings: {},
  startedAt: 0,
  endedAt: null,
  cost: { usd: 0, tokens: 0 },
  openTasks: 0,
  highestLevel: 0,
  parent: null,
} as const;

function sampleEvents(count: number): JournalEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at: 1_763_700_000_000 + index,
    event: "AttemptSucceeded",
    node: "reason",
    activation: index >> 1,
    attempt: 1,
    outcome: "ok",
    output: { value: { index, text: "x".repeat(60) } },
    verdicts: { "3": index % 2 === 0 },
  }));
}
