/** Commits groups of events, each with a memory entry and a blob, and says after each what is on disk, until it dies. */
import { writeSync } from "node:fs";
import { toErrorShape } from "#contract/errors.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { GROUP, groupCommit, openedRun } from "#test/store/groups.ts";

const store = openSqliteStore(process.argv[2] ?? "");
try {
  store.commit({ created: [openedRun] });
  for (let group = 1; ; group += 1) {
    store.commit(groupCommit(group));
    writeSync(1, `${group * GROUP}\n`);
  }
} catch (thrown) {
  writeSync(1, `${JSON.stringify(toErrorShape(thrown))}\n`);
}
