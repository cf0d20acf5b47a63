/**
 * Owns what pipelines remember, as an append-only history. An appended item is a row of its own, so a list costs
 * what its items cost, not their square. Must not begin or end a transaction.
 */

import type { Database, Statement } from "better-sqlite3";
import type { MemoryVersion } from "#contract/engine-api.ts";
import type { Json } from "#contract/json.ts";
import type { MemoryEntry, MemoryWrite } from "#ports/store.ts";

type Head = { version: number; base: number; op: MemoryWrite["op"]; at: number };
type Item = { op: MemoryWrite["op"]; json: string };
type Version = Item & { version: number; at: number; runId: string | null };

export class MemoryTable {
  readonly #insert: Statement;
  readonly #head: Statement<[string], Head>;
  readonly #from: Statement<[string, number], Item>;
  readonly #names: Statement<[], string>;
  readonly #history: Statement<[string, number], Version>;

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO memory (name, version, base, op, at, run, json)
       VALUES (?, ?, ?, ?, ?, (SELECT key FROM runs WHERE id = ?), ?)`,
    );
    this.#head = db.prepare(
      "SELECT version, base, op, at FROM memory WHERE name = ? ORDER BY version DESC LIMIT 1",
    );
    this.#from = db.prepare("SELECT op, json FROM memory WHERE name = ? AND version >= ? ORDER BY version");
    this.#history = db.prepare(
      `SELECT version, at, op, json, (SELECT id FROM runs WHERE key = memory.run) AS runId
       FROM memory WHERE name = ? ORDER BY version DESC LIMIT ?`,
    );
    // One index look-up a name; DISTINCT would walk the whole history.
    this.#names = db
      .prepare<[], string>(
        `WITH RECURSIVE names (name) AS (
           SELECT min(name) FROM memory
           UNION ALL SELECT (SELECT min(name) FROM memory WHERE name > names.name) FROM names WHERE name IS NOT NULL
         ) SELECT name FROM names WHERE name IS NOT NULL`,
      )
      .pluck();
  }

  write({ name, op, value, at, runId }: MemoryWrite): void {
    const head = this.#head.get(name);
    const version = (head?.version ?? 0) + 1;
    const base = op === "append" && head ? head.base : version;
    this.#insert.run(name, version, base, op, at, runId, JSON.stringify(value));
  }

  newest(name: string): MemoryEntry | undefined {
    const head = this.#head.get(name);
    if (!head) return undefined;
    const items = this.#from.all(name, head.base);
    return { name, value: fold(items), at: head.at, version: head.version };
  }

  history(name: string, limit: number): readonly MemoryVersion[] {
    return this.#history
      .all(name, limit)
      .map(({ json, ...version }) => ({ ...version, value: JSON.parse(json) as Json }));
  }

  names(): readonly string[] {
    return this.#names.all();
  }
}

/** Appending to a list adds to it; to anything else, it makes a list of it and the new item; to nothing, a list of one. */
function fold(items: readonly Item[]): Json {
  const [first, ...rest] = items.map((item) => JSON.parse(item.json) as Json);
  if (items[0]?.op === "put") {
    if (rest.length === 0) return first ?? null;
    return Array.isArray(first) ? [...first, ...rest] : [first ?? null, ...rest];
  }
  return [first ?? null, ...rest];
}
