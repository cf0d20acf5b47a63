/** What a backup costs the engine that goes on meanwhile: a thread of its own makes it, so hardly anything. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listBackups } from "#store/backups/backup-files.ts";
import { BackupKeeper } from "#store/backups/backup-keeper.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { printRatio } from "./append.ts";
import { seedEndedRuns } from "./history.ts";

const MEGABYTES = 100;

/** One small commit a turn of the event loop, as a busy engine does, while a backup of 100 MB is made. */
export async function benchBackup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-bench-"));
  const database = join(folder, "busy.db");
  seedEndedRuns(database, MEGABYTES);
  const store = openSqliteStore(database);
  const keeper = new BackupKeeper({
    database,
    quiet: () => true,
    onDamage: (error) => {
      throw error;
    },
    firstLookMs: 0,
  });
  try {
    const start = performance.now();
    let longest = 0;
    let turns = 0;
    for (let before = start; listBackups(database).length === 0; turns += 1) {
      store.putDraft({ key: "draft", text: String(turns), baseHash: null, savedAt: turns });
      await new Promise((resolve) => setImmediate(resolve));
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
    }
    const took = performance.now() - start;
    printRatio(
      `longest turn of an engine while ${MEGABYTES} MB are backed up / the time of that backup`,
      longest / took,
      0.2,
      "<=",
    );
  } finally {
    await keeper.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
