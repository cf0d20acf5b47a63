/** How much a restart may have to read again of a run that is long under way. */
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { ended, engineBench } from "./engine.ts";

/** 1,000 events, and what one commit may hold on top of them. */
const FEW = 1_300;

test("a checkpoint is never far behind, however long the run", async () => {
  const bench = engineBench();
  try {
    const engine = bench.open();
    const text = `layerloom: 1
name: long
nodes:
  a: { uses: transform, with: { value: 1 } }
  b: { uses: transform, with: { value: 2 } }
edges:
  - a -> b
  - { from: b, to: a, kind: loop, max: 2000, onExhausted: continue }
`;
    const { runId } = await engine.api.startRun({ text });
    await ended(engine.api, runId);
    await engine.close();
    const db = new Database(bench.database, { readonly: true });
    const kept = db.prepare<[], number>("SELECT seq FROM checkpoints ORDER BY seq").pluck().all();
    const rows = db.prepare<[], number>("SELECT count(*) FROM events").pluck().get();
    db.close();
    expect(rows).toBeGreaterThan(5 * FEW);
    expect(kept).toHaveLength(2);
    expect(rows! - kept[0]!).toBeLessThan(FEW);
  } finally {
    bench.clean();
  }
});
