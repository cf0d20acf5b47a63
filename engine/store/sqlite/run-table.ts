/**
 * Owns the rows of runs and the small integer keys that stand for them in every other table.
 * Must not begin or end a transaction: what it writes belongs to the commit under way.
 */
import { createHash } from "node:crypto";
import type { Database, Statement } from "better-sqlite3";
import { LayerloomError } from "#contract/errors.ts";
import { type EscalationLevel, isFinal, type ParentOfRun, type RunStatus } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { RunPatch, RunRow } from "#ports/store.ts";

type SummaryRecord = {
  id: string;
  pipeline: string;
  status: RunStatus;
  simulated: number;
  file: string | null;
  settings: string;
  started_at: number;
  ended_at: number | null;
  usd: number;
  tokens: number;
  open_tasks: number;
  level: EscalationLevel;
  parent_json: string | null;
};
type FullRecord = SummaryRecord & { text: string };

const SUMMARY =
  "r.id, r.pipeline, r.status, r.simulated, r.file, r.settings, r.started_at, r.ended_at, r.usd, r.tokens, r.open_tasks, r.level, r.parent_json";
const FULL = `SELECT ${SUMMARY}, t.text FROM runs r JOIN texts t ON t.key = r.text`;

/** A run that is being written: its key, and the number and the link of the newest row of its journal. */
export type LiveRun = { readonly key: number; last: number; link: string | null };

export class RunTable {
  readonly #insertText: Statement;
  readonly #textKey: Statement<[string], number>;
  readonly #insert: Statement;
  readonly #patch: Statement;
  readonly #live: Statement<[string], LiveRun>;
  readonly #one: Statement<[string], FullRecord>;
  readonly #open: Statement<[], FullRecord>;
  readonly #roots: Statement<[number, number], SummaryRecord>;
  readonly #children: Statement<[number, number, number], SummaryRecord>;
  /** Open runs only, so that it does not grow with history. Emptied when a commit fails. */
  readonly #cache = new Map<string, LiveRun>();
  #lastText: { readonly text: string; readonly key: number } | undefined;

  constructor(db: Database) {
    this.#insertText = db.prepare(
      "INSERT INTO texts (hash, text) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
    );
    this.#textKey = db.prepare<[string], number>("SELECT key FROM texts WHERE hash = ?").pluck();
    this.#insert = db.prepare(
      `INSERT INTO runs (id, pipeline, status, open, simulated, file, text, settings, started_at, ended_at, usd, tokens, open_tasks, level, parent, parent_json)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#patch = db.prepare(
      "UPDATE runs SET status = ?, open = ?, ended_at = ?, usd = ?, tokens = ?, open_tasks = ?, level = ? WHERE key = ?",
    );
    this.#live = db.prepare(
      `SELECT r.key, coalesce(e.seq, 0) AS last, e.link FROM runs r
       LEFT JOIN events e ON e.run = r.key AND e.seq = (SELECT max(seq) FROM events WHERE run = r.key) WHERE r.id = ?`,
    );
    this.#one = db.prepare(`${FULL} WHERE r.id = ?`);
    this.#open = db.prepare(`${FULL} WHERE r.open = 1 ORDER BY r.key`);
    this.#roots = db.prepare(
      `SELECT ${SUMMARY} FROM runs r WHERE r.parent IS NULL AND r.key < ? ORDER BY r.key DESC LIMIT ?`,
    );
    this.#children = db.prepare(
      `SELECT ${SUMMARY} FROM runs r WHERE r.parent = ? AND r.key < ? ORDER BY r.key DESC LIMIT ?`,
    );
  }

  insert(run: RunRow): void {
    const { status, cost } = run;
    const { changes, lastInsertRowid } = this.#insert.run(
      run.id,
      run.pipeline,
      status,
      isFinal(status) ? 0 : 1,
      run.simulated ? 1 : 0,
      run.file,
      this.#storeText(run.text),
      JSON.stringify(run.settings),
      run.startedAt,
      run.endedAt,
      cost.usd,
      cost.tokens,
      run.openTasks,
      run.highestLevel,
      run.parent ? this.live(run.parent.runId).key : null,
      run.parent ? JSON.stringify(run.parent) : null,
    );
    if (changes === 0) throw new LayerloomError("CONFLICT", `there is already a run ${run.id}`);
    this.#cache.set(run.id, { key: Number(lastInsertRowid), last: 0, link: null });
  }

  patch(patch: RunPatch): void {
    const { id, status, endedAt, cost, openTasks, highestLevel } = patch;
    const ended = isFinal(status);
    this.#patch.run(
      status,
      ended ? 0 : 1,
      endedAt,
      cost.usd,
      cost.tokens,
      openTasks,
      highestLevel,
      this.live(id).key,
    );
    if (ended) this.#cache.delete(id);
  }

  /** Throws NOT_FOUND. */
  live(id: string): LiveRun {
    const known = this.#cache.get(id);
    if (known) return known;
    const found = this.#live.get(id);
    if (!found) throw new LayerloomError("NOT_FOUND", `there is no run ${id} in the database`);
    this.#cache.set(id, found);
    return found;
  }

  /** After a failed commit: what was learnt in it is not true. */
  forget(): void {
    this.#cache.clear();
    this.#lastText = undefined;
  }

  one(id: string): RunRow | undefined {
    const record = this.#one.get(id);
    return record && { ...toSummary(record), text: record.text };
  }

  open(): readonly RunRow[] {
    return this.#open.all().map((record) => ({ ...toSummary(record), text: record.text }));
  }

  /** Roots, or the children of `parent`. Nothing for a run that is not there. */
  newest(
    limit: number,
    before: string | undefined,
    parent: string | undefined,
  ): readonly Omit<RunRow, "text">[] {
    const end = before === undefined ? Number.MAX_SAFE_INTEGER : (this.#key(before) ?? 0);
    const of = parent === undefined ? undefined : (this.#key(parent) ?? 0);
    const records = of === undefined ? this.#roots.all(end, limit) : this.#children.all(of, end, limit);
    return records.map(toSummary);
  }

  #key(id: string): number | undefined {
    return this.#cache.get(id)?.key ?? this.#live.get(id)?.key;
  }

  #storeText(text: string): number {
    if (this.#lastText?.text === text) return this.#lastText.key;
    const hash = createHash("sha256").update(text).digest("hex");
    this.#insertText.run(hash, text);
    const key = this.#textKey.get(hash);
    if (key === undefined) throw new LayerloomError("INTERNAL", "a text that was just stored is not there");
    this.#lastText = { text, key };
    return key;
  }
}

function toSummary(record: SummaryRecord): Omit<RunRow, "text"> {
  const { id, pipeline, status, file, usd, tokens } = record;
  return {
    id,
    pipeline,
    status,
    simulated: record.simulated === 1,
    file,
    settings: JSON.parse(record.settings) as Json,
    startedAt: record.started_at,
    endedAt: record.ended_at,
    cost: { usd, tokens },
    openTasks: record.open_tasks,
    highestLevel: record.level,
    parent: record.parent_json === null ? null : (JSON.parse(record.parent_json) as ParentOfRun),
  };
}
