/**
 * Owns what pipelines remember, as an append-only history. An appended item is a row of its own, so a list costs
 * what its items cost, not their square. Must not begin or end a transaction.
 */

import { hash } from "node:crypto";
import type { Database, Statement } from "better-sqlite3";
import type { MemoryVersion } from "#contract/engine-api.ts";
import type { Json } from "#contract/json.ts";
import type { MemoryEntry, MemoryWrite } from "#ports/store.ts";
import { pack, unpack } from "#ports/stored-text.ts";
import { databaseError } from "./faults.ts";
import type { BlobTable } from "./value-tables.ts";

type Head = { version: number; base: number; op: MemoryWrite["op"]; at: number };
type Item = { op: MemoryWrite["op"]; json: string };
type Version = Item & { version: number; at: number; runId: string | null };

/** Characters of JSON up to which a value stands in its row. */
const INLINE_LIMIT = 512;
const REFERENCE = "sha256:";

export class MemoryTable {
  readonly #blobs: BlobTable;
  readonly #insert: Statement;
  readonly #head: Statement<[string], Head>;
  readonly #from: Statement<[string, number], Item>;
  readonly #names: Statement<[], string>;
  readonly #history: Statement<[string, number], Version>;

  constructor(db: Database, blobs: BlobTable) {
    this.#blobs = blobs;
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
    this.#insert.run(name, version, base, op, at, runId, this.#kept(value));
  }

  newest(name: string): MemoryEntry | undefined {
    const head = this.#head.get(name);
    if (!head) return undefined;
    const items = this.#from.all(name, head.base);
    const values = items.map(({ json }) => this.#value(json));
    return { name, value: fold(items[0]?.op, values), at: head.at, version: head.version };
  }

  history(name: string, limit: number): readonly MemoryVersion[] {
    return this.#history
      .all(name, limit)
      .map(({ json, ...version }) => ({ ...version, value: this.#value(json) }));
  }

  /** What is large is kept once, as an output of the same text is. No JSON text begins as the reference does. */
  #kept(value: Json): string {
    const json = JSON.stringify(value);
    if (json.length <= INLINE_LIMIT) return json;
    return (
      REFERENCE +
      pack(value, json, (text) => {
        const digest = hash("sha256", text);
        this.#blobs.insert({ hash: digest, json: text });
        return digest;
      })
    );
  }

  #value(kept: string): Json {
    if (!kept.startsWith(REFERENCE)) return JSON.parse(kept) as Json;
    const fetch = (digest: string): Json => {
      const text = this.#blobs.one(digest);
      if (text !== undefined) return unpack(text, fetch);
      throw databaseError("DATABASE_DAMAGED", `a remembered value is missing: ${digest}`);
    };
    return fetch(kept.slice(REFERENCE.length));
  }

  names(): readonly string[] {
    return this.#names.all();
  }
}

/** Appending to a list adds to it; to anything else, it makes a list of it and the new item; to nothing, a list of one. */
function fold(firstOp: Item["op"] | undefined, [first, ...rest]: readonly Json[]): Json {
  if (firstOp === "put") {
    if (rest.length === 0) return first ?? null;
    return Array.isArray(first) ? [...first, ...rest] : [first ?? null, ...rest];
  }
  return [first ?? null, ...rest];
}
