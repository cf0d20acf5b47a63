/** How much room a run takes that hands a large value on and on, for a test and a benchmark. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type Engine, openEngine } from "#engine/open.ts";

/** A loop whose rounds take the input over as output, as feedback, as memory and as what a person is shown. */
const SHARING = `layerloom: 1
name: sharing
inputs: { document: { type: string, required: true } }
nodes:
  take: { uses: transform, with: { value: "\${{ inputs.document }}" }, remember: document }
  hand: { uses: transform, with: { value: "\${{ nodes.take.output }}" } }
  back: { uses: check, with: { pass: "false" } }
  ask: { uses: human, with: { title: Look, payload: "\${{ nodes.hand.output }}" } }
edges:
  - take -> hand -> back
  - { from: back, on: fail, to: take, kind: loop, max: ROUNDS, feedback: "\${{ nodes.hand.output }}", onExhausted: continue }
  - { from: back, on: fail, to: ask }
`;

export type Space = { readonly stored: number; readonly unique: number; readonly events: number };

/** Bytes of the database after it, and of what is different in it: the value once, the events and what is remembered, each as JSON. */
export async function measureSpace(events: number, bytes: number): Promise<Space> {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-space-"));
  const database = join(folder, "space.db");
  const engine = openEngine({ database, workspace: folder });
  try {
    const text = SHARING.replace("ROUNDS", String(Math.ceil(events / 9)));
    await untilAsked(engine, text, "x".repeat(bytes));
  } finally {
    await engine.close();
  }
  const db = new Database(database, { readonly: true });
  try {
    const sum = (sql: string): number => Number(db.prepare(sql).pluck().get());
    const journal = sum(
      `SELECT sum(length(json) + length('"seq":,"at":,') + length(seq) + length(at)) FROM events`,
    );
    const remembered = sum("SELECT sum(length(json)) FROM memory");
    return {
      stored: sum("PRAGMA page_count") * sum("PRAGMA page_size"),
      unique: journal + remembered + bytes,
      events: sum("SELECT count(*) FROM events"),
    };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilAsked({ api }: Engine, text: string, document: string): Promise<void> {
  const { runId } = await api.startRun({ text, inputs: { document } });
  await new Promise<void>((resolve, reject) => {
    api.watchRun({ runId }, ({ tasks, failure }) => {
      if (failure) reject(new Error(failure.message));
      else if (tasks.length > 0) resolve();
    });
  });
}
