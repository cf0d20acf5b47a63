/**
 * Owns the rows of the journal. Must not know what an event means, nor begin or end a transaction.
 */
import type { Database, Statement } from "better-sqlite3";
import { LayerloomError } from "#contract/errors.ts";
import type { JournalEvent } from "#contract/events.ts";
import { linkOver } from "./chain.ts";
import { withPosition } from "./journal-reader.ts";
import { RowWriter } from "./row-writer.ts";
import type { RunTable } from "./run-table.ts";

type EventRecord = { seq: number; at: number; json: string };

export class JournalTable {
  readonly #runs: RunTable;
  readonly #rows: RowWriter;
  readonly #after: Statement<[string, number, number], EventRecord>;

  constructor(db: Database, runs: RunTable) {
    this.#runs = runs;
    this.#rows = new RowWriter(db);
    this.#after = db.prepare(
      `SELECT seq, at, json FROM events
       WHERE run = (SELECT key FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
    );
  }

  /** Throws ILLEGAL_EVENT unless each run's sequence numbers go on from its newest one without a gap. */
  append(groups: readonly { readonly runId: string; readonly events: readonly JournalEvent[] }[]): void {
    const values: (number | string)[] = [];
    const links: (string | null)[] = [];
    for (const { runId, events } of groups) {
      const run = this.#runs.live(runId);
      const times: number[] = [];
      const jsons: string[] = [];
      const from = run.last + 1;
      for (const event of events) {
        const { seq, at } = event;
        if (seq !== run.last + 1) throw outOfOrder(runId, run.last, seq);
        run.last = seq;
        const json = withoutPosition(event);
        times.push(at);
        jsons.push(json);
        values.push(run.key, seq, at, json);
        links.push(null);
      }
      if (jsons.length === 0) continue;
      run.link = linkOver(run.link, runId, from, times, jsons);
      links[links.length - 1] = run.link;
    }
    this.#rows.write(values, links);
  }

  after(runId: string, after: number, limit: number): readonly JournalEvent[] {
    return this.#after.all(runId, after, limit).map(withPosition);
  }
}

function outOfOrder(runId: string, last: number, seq: number): LayerloomError {
  return new LayerloomError("ILLEGAL_EVENT", `event ${seq} of run ${runId} does not follow event ${last}`);
}

/** `seq` and `at` have columns of their own. (Cutting them out of the text, or naming what is left, takes longer.) */
function withoutPosition(event: JournalEvent): string {
  return JSON.stringify({ ...event, seq: undefined, at: undefined });
}
