/**
 * An engine that is asked for one thing after the other, says each answer that it gives, and kills itself at the n-th
 * write of the journal (before or after it), or when it has answered n times.
 */
import { writeSync } from "node:fs";
import { dirname } from "node:path";
import { openEngine } from "#engine/open.ts";
import { SqliteStore } from "#store/sqlite/sqlite-store.ts";
import { ended, until } from "#test/runtime/engine.ts";

export type Moment = "before" | "after" | "answered";

const [, , database = "", moment = "", count = "0"] = process.argv;
let times = 0;

function dieAt(now: Moment): void {
  if (now !== moment) return;
  times += 1;
  if (times === Number(count)) process.kill(process.pid, "SIGKILL");
}

const { commit } = SqliteStore.prototype;
SqliteStore.prototype.commit = function (this: SqliteStore, written) {
  dieAt("before");
  commit.call(this, written);
  dieAt("after");
};

function say(what: string, runId: string): void {
  writeSync(1, `${what} ${runId}\n`);
  dieAt("answered");
}

const ONE = "layerloom: 1\nname: one\nnodes: { a: { uses: transform, with: { value: 1 } } }\nedges: []\n";
const ASKING = `layerloom: 1
name: asking
nodes:
  first: { uses: human, with: { title: First? } }
  second: { uses: human, with: { title: Second? } }
edges: [{ from: first, on: approved, to: second }]
`;
const ILL = `layerloom: 1
name: ill
nodes:
  call: { uses: simulate, breaker: { service: ill, failures: 1 }, retry: { retries: 0 }, with: { script: [{ error: transient }] } }
edges: []
`;

const { api, close } = openEngine({ database, workspace: dirname(database) });
await Promise.all(
  [1, 2, 3].map(() => api.startRun({ text: ONE }).then(({ runId }) => say("RunStarted", runId))),
);
const { runId } = await api.startRun({ text: ASKING });
say("RunStarted", runId);
await until(api, runId, ({ tasks }) => tasks.length > 0);
await api.decide({ runId, node: "first", outcome: "approved" });
say("HumanTaskDecided", runId);
await api.pauseRun({ runId });
say("RunPaused", runId);
await api.resumeRun({ runId });
say("RunResumed", runId);
await api.cancelRun({ runId });
say("CancelRequested", runId);
await ended(api, runId);
const again = await api.retryRun({ runId });
say("RunStarted", again.runId);
const ill = await api.startRun({ text: ILL });
await ended(api, ill.runId);
await api.resetBreaker({ service: "ill" });
say("reset", "ill");
await close();
