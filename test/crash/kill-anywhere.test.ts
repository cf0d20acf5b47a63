/**
 * Nothing is lost: a real child process, a real SIGKILL, a real file. The run is killed while a call of it is under
 * way, at every one of its calls; what it had recorded must stay, and what it had finished must not run again.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { JournalEvent } from "#contract/events.ts";
import type { RunResult } from "#contract/run.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { startCli } from "#test/cli/child.ts";
import { openWorld } from "./world.ts";

const PIPELINE = fileURLToPath(new URL("./disturbed.layerloom.yaml", import.meta.url));
const CALLS = 40 * 6;
const KILLS_PER_RUN = 10;
const POSITIONS = 200;
/** Two children at once keep both cores of a small machine busy. */
const LANES = 2;

const folder = mkdtempSync(join(tmpdir(), "layerloom-crash-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Story = { readonly result: unknown; readonly positions: readonly number[]; readonly kills: number };

function journal(database: string): readonly JournalEvent[] {
  const store = openSqliteStore(database);
  try {
    const [run] = store.runs(1);
    return run ? store.events(run.id, 0, 1_000_000) : [];
  } finally {
    store.close();
  }
}

const COMPLETIONS: ReadonlySet<string> = new Set([
  "AttemptSucceeded",
  "NodeSkipped",
  "HumanTaskDecided",
  "TimerFired",
]);

function completions(events: readonly JournalEvent[]): readonly string[] {
  return events.filter(({ event }) => COMPLETIONS.has(event)).map((event) => JSON.stringify(event));
}

/** Everything of a result that may not depend on when it was computed. */
function timeless(line: string | undefined): unknown {
  const { run } = JSON.parse(line ?? "null") as RunResult;
  const { id: _id, startedAt: _start, endedAt: _end, durationMs: _duration, ...rest } = run;
  return JSON.parse(JSON.stringify(rest).replaceAll(/127\.0\.0\.1:\d+/g, "world"));
}

/** One run, killed at the given numbers of calls (a repeated call counts again). */
async function live(name: string, killAt: readonly number[]): Promise<Story> {
  const world = await openWorld();
  const database = join(folder, `${name}.db`);
  const positions: number[] = [];
  let recorded: readonly string[] = [];
  let targets = killAt;
  let first = ["run", PIPELINE, "--input", `base=${world.base}`];
  try {
    for (;;) {
      const child = startCli([...first, "--db", database, "--json"], folder);
      const [target] = targets;
      world.onCall = (count) => {
        if (target !== undefined && count >= target) child.process.kill("SIGKILL");
      };
      const { code, signal, lines, stderr } = await child.ended;
      if (signal !== "SIGKILL") {
        expect(stderr).toBe("");
        expect(code).toBe(0);
        expectNothingRepeated(journal(database));
        return { result: timeless(lines.at(-1)), positions, kills: positions.length };
      }
      targets = targets.slice(1);
      const events = journal(database);
      const now = completions(events);
      // 0 recorded completions lost: the journal only ever grows.
      expect(now.slice(0, recorded.length)).toEqual(recorded);
      recorded = now;
      positions.push(events.at(-1)?.seq ?? 0);
      const runId = events[0]?.event === "RunStarted" ? events[0].runId : undefined;
      if (runId !== undefined) first = ["runs", "resume", runId];
    }
  } finally {
    await world.close();
  }
}

function expectNothingRepeated(events: readonly JournalEvent[]): void {
  const done = new Set<string>();
  for (const event of events) {
    if (!("node" in event) || !("activation" in event)) continue;
    const key = `${event.node}#${event.activation}`;
    if (event.event === "AttemptStarted")
      expect(done.has(key), `${key} ran again after it was done`).toBe(false);
    if (event.event === "AttemptSucceeded") {
      expect(done.has(key), `${key} completed twice`).toBe(false);
      done.add(key);
    }
  }
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
}

test("killed at every call, the run ends as if nothing had happened", { timeout: 600_000 }, async () => {
  const calm = await live("calm", []);
  const stride = Math.ceil(CALLS / KILLS_PER_RUN);
  const plans = Array.from({ length: stride }, (_, offset) =>
    // A call cut off is made again and counts again, so the n-th kill of a run moves on by one.
    Array.from({ length: KILLS_PER_RUN }, (_, index) => 1 + offset + index * (stride + 1)),
  );
  const positions = new Set<number>();
  let kills = 0;
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let index = lane; index < plans.length; index += LANES) {
      const story = await live(`run-${index}`, plans[index] ?? []);
      expect(story.result).toEqual(calm.result);
      for (const position of story.positions) positions.add(position);
      kills += story.kills;
    }
  });
  await Promise.all(lanes);
  console.log(
    `crash: ${kills} kills at ${positions.size} different journal positions, nothing lost, nothing repeated`,
  );
  expect(positions.size).toBeGreaterThanOrEqual(POSITIONS);
});
