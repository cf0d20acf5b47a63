/**
 * The yardstick of the engine's benchmarks: what better-sqlite3 does with the same bytes when nothing else is done
 * with them. Figures of one machine mean little, so every benchmark prints its ratio to this, within one run.
 * Must not import the engine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";

export const GROUP = 64;

/** Rows a second for payloads appended `group` a transaction, on disk (WAL, synchronous=FULL) after each. */
function bareAppend(payloads: readonly string[], group: number): number {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-bench-"));
  const db = new Database(join(folder, "bare.db"));
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.exec("CREATE TABLE rows (key INTEGER PRIMARY KEY, json TEXT NOT NULL)");
    const insert = db.prepare("INSERT INTO rows (json) VALUES (?)");
    const begin = db.prepare("BEGIN IMMEDIATE");
    const end = db.prepare("COMMIT");
    const start = performance.now();
    for (let from = 0; from < payloads.length; from += group) {
      if (group > 1) begin.run();
      for (const payload of payloads.slice(from, from + group)) insert.run(payload);
      if (group > 1) end.run();
    }
    return payloads.length / ((performance.now() - start) / 1000);
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows a second in transactions of 64. */
export function bareGroupedAppend(payloads: readonly string[]): number {
  return bareAppend(payloads, GROUP);
}

/** Rows a second, each a transaction of its own. */
export function bareAutocommitAppend(payloads: readonly string[]): number {
  return bareAppend(payloads, 1);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("the median of nothing");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** One line a figure; says whether the target is met. */
export function printRatio(name: string, value: number, target: number, better: ">=" | "<="): boolean {
  const met = better === ">=" ? value >= target : value <= target;
  console.log(`${met ? "ok  " : "MISS"} ${name}: ${value.toFixed(3)} (wanted ${better} ${target})`);
  return met;
}
