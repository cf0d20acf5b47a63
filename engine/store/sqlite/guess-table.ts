/** Owns how often guesses were right. Must not know what follows from it, nor begin or end a transaction. */
import type { Database, Statement } from "better-sqlite3";
import type { GuessCount, GuessKind } from "#ports/store.ts";

export class GuessTable {
  readonly #add: Statement<[GuessCount]>;
  readonly #one: Statement<[GuessKind], GuessCount>;
  readonly #forget: Statement<[{ pipeline: string | null; node: string | null }]>;

  constructor(db: Database) {
    this.#add = db.prepare(
      `INSERT INTO guesses (pipeline, source, node, basis, confirmed, refuted)
       VALUES (@pipeline, @source, @node, @basis, @confirmed, @refuted)
       ON CONFLICT (pipeline, source, node, basis) DO UPDATE
       SET confirmed = confirmed + excluded.confirmed, refuted = refuted + excluded.refuted`,
    );
    this.#one = db.prepare(
      `SELECT * FROM guesses
       WHERE pipeline = @pipeline AND source = @source AND node = @node AND basis = @basis`,
    );
    this.#forget = db.prepare(
      `DELETE FROM guesses
       WHERE (@pipeline IS NULL OR pipeline = @pipeline) AND (@node IS NULL OR node = @node)`,
    );
  }

  add(counts: readonly GuessCount[]): void {
    for (const count of counts) this.#add.run(count);
  }

  one(kind: GuessKind): GuessCount | undefined {
    return this.#one.get(kind);
  }

  forget(pipeline: string | undefined, node: string | undefined): void {
    this.#forget.run({ pipeline: pipeline ?? null, node: node ?? null });
  }
}
