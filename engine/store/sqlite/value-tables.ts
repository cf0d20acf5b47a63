/**
 * Owns large values by content hash, state snapshots and the newest outputs of nodes.
 * Must not know what is in them, nor begin or end a transaction.
 */
import { hash } from "node:crypto";
import type { Database, Statement } from "better-sqlite3";
import type { ValueRef } from "#contract/events.ts";
import type { Blob, Checkpoint, LastOutput } from "#ports/store.ts";
import type { RunTable } from "./run-table.ts";

export class BlobTable {
  readonly #insert: Statement;
  readonly #one: Statement<[string], string>;

  constructor(db: Database) {
    this.#insert = db.prepare("INSERT INTO blobs (hash, json) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING");
    this.#one = db.prepare<[string], string>("SELECT json FROM blobs WHERE hash = ?").pluck();
  }

  insert(blob: Blob): void {
    this.#insert.run(blob.hash, blob.json);
  }

  one(hash: string): string | undefined {
    return this.#one.get(hash);
  }
}

export class CheckpointTable {
  readonly #runs: RunTable;
  readonly #upsert: Statement;
  readonly #prune: Statement;
  readonly #newest: Statement<[string], { seq: number; state: string }>;

  constructor(db: Database, runs: RunTable) {
    this.#runs = runs;
    this.#upsert = db.prepare(
      `INSERT INTO checkpoints (run, seq, state) VALUES (?, ?, ?)
       ON CONFLICT (run, seq) DO UPDATE SET state = excluded.state`,
    );
    // The newest two stay: should the newest ever be unusable, recovery starts from the one before.
    this.#prune = db.prepare(
      `DELETE FROM checkpoints WHERE run = @run
       AND seq < (SELECT seq FROM checkpoints WHERE run = @run ORDER BY seq DESC LIMIT 1 OFFSET 1)`,
    );
    this.#newest = db.prepare(
      `SELECT seq, state FROM checkpoints WHERE run = (SELECT key FROM runs WHERE id = ?) ORDER BY seq DESC`,
    );
  }

  put(checkpoint: Checkpoint): void {
    const { key } = this.#runs.live(checkpoint.runId);
    this.#upsert.run(key, checkpoint.seq, sealed(checkpoint.state));
    this.#prune.run({ run: key });
  }

  /** One that is not as it was written is passed over: the journal has all that is in it. */
  newest(runId: string): Checkpoint | undefined {
    for (const { seq, state: stored } of this.#newest.all(runId)) {
      const state = unsealed(stored);
      if (state !== undefined) return { runId, seq, state };
    }
    return undefined;
  }
}

/** The chain of the journal does not cover checkpoints, so each carries its own SHA-256 in front. */
function sealed(state: string): string {
  return `${hash("sha256", state, "base64")}\n${state}`;
}

function unsealed(stored: string): string | undefined {
  const end = stored.indexOf("\n");
  // From before they were sealed.
  if (end === -1) return stored;
  const state = stored.slice(end + 1);
  return stored === sealed(state) ? state : undefined;
}

export class LastOutputTable {
  readonly #upsert: Statement;
  readonly #one: Statement<[string, string], { outcome: string; output: string; at: number }>;

  constructor(db: Database) {
    this.#upsert = db.prepare(
      `INSERT INTO last_outputs (pipeline, node, outcome, output, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (pipeline, node) DO UPDATE SET outcome = excluded.outcome, output = excluded.output, at = excluded.at`,
    );
    this.#one = db.prepare("SELECT outcome, output, at FROM last_outputs WHERE pipeline = ? AND node = ?");
  }

  /** A node that finished more than once within one commit is written once. */
  put(outputs: readonly LastOutput[]): void {
    const newest = new Map(outputs.map((output) => [JSON.stringify([output.pipeline, output.node]), output]));
    for (const { pipeline, node, outcome, output, at } of newest.values()) {
      this.#upsert.run(pipeline, node, outcome, JSON.stringify(output), at);
    }
  }

  one(pipeline: string, node: string): LastOutput | undefined {
    const record = this.#one.get(pipeline, node);
    if (!record) return undefined;
    return {
      pipeline,
      node,
      outcome: record.outcome,
      output: JSON.parse(record.output) as ValueRef,
      at: record.at,
    };
  }
}
