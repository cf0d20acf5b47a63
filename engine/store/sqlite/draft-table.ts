/** Owns unsaved editor texts. Each call is a transaction of its own; must not know runs. */
import type { Database, Statement } from "better-sqlite3";
import type { DraftRow } from "#ports/store.ts";

type DraftRecord = { key: string; text: string; base_hash: string | null; saved_at: number };

export class DraftTable {
  readonly #all: Statement<[], DraftRecord>;
  readonly #upsert: Statement;
  readonly #delete: Statement;

  constructor(db: Database) {
    this.#all = db.prepare("SELECT key, text, base_hash, saved_at FROM drafts ORDER BY saved_at DESC, key");
    this.#upsert = db.prepare(
      `INSERT INTO drafts (key, text, base_hash, saved_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET text = excluded.text, base_hash = excluded.base_hash, saved_at = excluded.saved_at`,
    );
    this.#delete = db.prepare("DELETE FROM drafts WHERE key = ?");
  }

  /** The newest first. */
  all(): readonly DraftRow[] {
    return this.#all
      .all()
      .map(({ key, text, base_hash, saved_at }) => ({ key, text, baseHash: base_hash, savedAt: saved_at }));
  }

  put(draft: DraftRow): void {
    this.#upsert.run(draft.key, draft.text, draft.baseHash, draft.savedAt);
  }

  drop(key: string): void {
    this.#delete.run(key);
  }
}
