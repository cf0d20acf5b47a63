/**
 * Owns reading the journal where it has to be right: for a replay, page by page, each row checked against the chain.
 * Must not write.
 */
import type { Database, Statement } from "better-sqlite3";
import type { JournalEvent } from "#contract/events.ts";
import { type Break, ChainWalk, type LinkedRow } from "./chain.ts";
import { databaseError } from "./faults.ts";

const PAGE = 1_000;

export class JournalReader {
  readonly #page: Statement<[string, number, number], LinkedRow>;

  constructor(db: Database) {
    this.#page = db.prepare(
      `SELECT seq, at, json, link FROM events
       WHERE run = (SELECT key FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
    );
  }

  /** Throws DATABASE_DAMAGED at the first row that is not the one that was written there. */
  *tail(runId: string, after: number): Generator<JournalEvent, void, void> {
    const walk = new ChainWalk(runId, after, this.#linkOf(runId, after));
    for (let last = after; ; ) {
      const page = this.#page.all(runId, last, PAGE);
      for (const row of page) {
        refuse(runId, walk.take(row));
        yield withPosition(row);
        last = row.seq;
      }
      if (page.length < PAGE) break;
    }
    refuse(runId, walk.end());
  }

  #linkOf(runId: string, seq: number): string | null {
    if (seq === 0) return null;
    const row = this.#page.get(runId, seq - 1, 1);
    if (row?.seq !== seq) refuse(runId, { from: seq, to: seq });
    return row?.link ?? null;
  }
}

export function withPosition({ seq, at, json }: Omit<LinkedRow, "link">): JournalEvent {
  return JSON.parse(`{"seq":${seq},"at":${at},${json.slice(1)}`) as JournalEvent;
}

function refuse(runId: string, broken: Break | undefined): void {
  if (!broken) return;
  throw databaseError("DATABASE_DAMAGED", brokenChain(runId, broken));
}

export function brokenChain(runId: string, { from, to }: Break): string {
  const rows = from === to ? `row ${from}` : `rows ${from} to ${to}`;
  return `the journal of the run ${runId} is not as it was written, at ${rows}`;
}
