/**
 * Owns the results that nodes may take instead of running. Must not know what a key is made of, nor begin or end a
 * transaction.
 */

import type { Database, Statement } from "better-sqlite3";
import type { CacheScope } from "#contract/definition.ts";
import type { ResultFilter } from "#contract/engine-api.ts";
import type { ValueRef } from "#contract/events.ts";
import type { StoredResult } from "#ports/store.ts";

/** Expired rows removed by each commit that stores something. */
const SWEPT = 20;

type Row = {
  key: string;
  scope: CacheScope;
  pipeline: string;
  node: string;
  outcome: string;
  output: string;
  stored_at: number;
  expires_at: number;
  usd: number;
  tokens: number;
};
type Match = { pipeline: string | null; node: string | null; key: string | null };

const FITS = `(@pipeline IS NULL OR pipeline = @pipeline) AND (@node IS NULL OR node = @node)
  AND (@key IS NULL OR key = @key)`;

export class ResultTable {
  readonly #upsert: Statement;
  readonly #sweep: Statement;
  readonly #one: Statement<[string], Row>;
  readonly #list: Statement<[Match & { limit: number }], Row>;
  readonly #clear: Statement<[Match]>;

  constructor(db: Database) {
    this.#upsert = db.prepare(
      `INSERT OR REPLACE INTO results
         (key, scope, pipeline, node, outcome, output, stored_at, expires_at, usd, tokens)
       VALUES (@key, @scope, @pipeline, @node, @outcome, @output, @storedAt, @expiresAt, @usd, @tokens)`,
    );
    this.#sweep = db.prepare(
      `DELETE FROM results WHERE key IN
         (SELECT key FROM results WHERE expires_at <= ? ORDER BY expires_at LIMIT ${SWEPT})`,
    );
    this.#one = db.prepare("SELECT * FROM results WHERE key = ?");
    this.#list = db.prepare(`SELECT * FROM results WHERE ${FITS} ORDER BY stored_at DESC, key LIMIT @limit`);
    this.#clear = db.prepare(`DELETE FROM results WHERE ${FITS}`);
  }

  put(results: readonly StoredResult[]): void {
    for (const result of results) this.#upsert.run({ ...result, output: JSON.stringify(result.output) });
    this.#sweep.run(Math.max(...results.map(({ storedAt }) => storedAt)));
  }

  one(key: string): StoredResult | undefined {
    const row = this.#one.get(key);
    return row && resultOf(row);
  }

  list(filter: ResultFilter, limit: number): readonly StoredResult[] {
    return this.#list.all({ ...matchOf(filter), limit }).map(resultOf);
  }

  clear(filter: ResultFilter): number {
    return this.#clear.run(matchOf(filter)).changes;
  }
}

function matchOf({ pipeline, node, key }: ResultFilter): Match {
  return { pipeline: pipeline ?? null, node: node ?? null, key: key ?? null };
}

function resultOf({ stored_at: storedAt, expires_at: expiresAt, output, ...row }: Row): StoredResult {
  return { ...row, output: JSON.parse(output) as ValueRef, storedAt, expiresAt };
}
