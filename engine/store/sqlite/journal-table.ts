/**
 * Owns the rows of the journal and how they get in quickly. Must not know what an event means, nor begin or end a
 * transaction.
 */
import type { Database, Statement } from "better-sqlite3";
import { LayerloomError } from "#contract/errors.ts";
import type { JournalEvent } from "#contract/events.ts";
import { linkOver } from "./chain.ts";
import { withPosition } from "./journal-reader.ts";
import type { RunTable } from "./run-table.ts";

/** Rows a statement, largest first. What a statement costs besides its rows is most of what a single row costs. */
const BATCHES = [32, 8, 1] as const;
const COLUMNS = 5;

type Batch = { readonly rows: number; readonly statement: Statement };
type EventRecord = { seq: number; at: number; json: string };

export class JournalTable {
  readonly #runs: RunTable;
  readonly #batches: readonly Batch[];
  readonly #after: Statement<[string, number, number], EventRecord>;

  constructor(db: Database, runs: RunTable) {
    this.#runs = runs;
    this.#batches = BATCHES.map((rows) => ({
      rows,
      statement: db.prepare(
        `INSERT INTO events (run, seq, at, json, link) VALUES ${Array(rows).fill("(?, ?, ?, ?, ?)").join(", ")}`,
      ),
    }));
    this.#after = db.prepare(
      `SELECT seq, at, json FROM events
       WHERE run = (SELECT key FROM runs WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
    );
  }

  /** Throws ILLEGAL_EVENT unless each run's sequence numbers go on from its newest one without a gap. */
  append(groups: readonly { readonly runId: string; readonly events: readonly JournalEvent[] }[]): void {
    const values: (number | string | null)[] = [];
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
        values.push(run.key, seq, at, json, null);
      }
      if (jsons.length === 0) continue;
      run.link = linkOver(run.link, runId, from, times, jsons);
      values[values.length - 1] = run.link;
    }
    let done = 0;
    for (const { rows, statement } of this.#batches) {
      const width = rows * COLUMNS;
      for (; values.length - done >= width; done += width) {
        statement.run(width === values.length ? values : values.slice(done, done + width));
      }
    }
  }

  after(runId: string, after: number, limit: number): readonly JournalEvent[] {
    return this.#after.all(runId, after, limit).map(withPosition);
  }
}

function outOfOrder(runId: string, last: number, seq: number): LayerloomError {
  return new LayerloomError("ILLEGAL_EVENT", `event ${seq} of run ${runId} does not follow event ${last}`);
}

/** `seq` and `at` have columns of their own. (Copying first is cheaper than cutting them out of the text.) */
function withoutPosition(event: JournalEvent): string {
  const { seq: _seq, at: _at, ...body } = event;
  return JSON.stringify(body);
}
