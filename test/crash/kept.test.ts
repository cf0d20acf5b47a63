/** What runs keep for each other under SIGKILL: a result is stored with its completion or not at all; a guess is no loss. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunResult } from "#contract/run.ts";
import { startCli } from "#test/cli/child.ts";
import { openWorld, type World } from "./world.ts";

let folder: string;
let world: World;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-kept-"));
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One command on the database; `killAt`: SIGKILL when the world is called for the n-th time from now on. */
async function command(args: readonly string[], killAt?: number) {
  const before = world.calls.length;
  const child = startCli([...args, "--db", join(folder, "kept.db"), "--json"], folder);
  world.onCall = (count) => {
    if (count - before === killAt) child.process.kill("SIGKILL");
  };
  const { signal, lines } = await child.ended;
  const result = signal === null ? (JSON.parse(lines.at(-1) ?? "{}") as Partial<RunResult>) : {};
  return { signal, run: result.run, calls: world.calls.slice(before) };
}

async function newestRun(): Promise<string> {
  const child = startCli(["runs", "list", "--limit", "1", "--db", join(folder, "kept.db"), "--json"], folder);
  const { lines } = await child.ended;
  return (JSON.parse(lines[0] ?? "{}") as { id: string }).id;
}

const write = (text: string): string => {
  const file = join(folder, "kept.layerloom.yaml");
  writeFileSync(file, text);
  return file;
};

test("killed before the answer, the call is made again and stored; killed after it, it is taken", async () => {
  const file = write(`layerloom: 1
name: kept
nodes:
  look: { uses: http, cache: { ttl: 1h }, with: { url: "${world.base}/look" } }
  send: { uses: http, with: { url: "${world.base}/send", method: POST } }
edges:
  - look -> send
`);
  const first = await command(["run", file], 1);
  expect([first.signal, first.calls]).toEqual(["SIGKILL", ["/look"]]);
  const firstRun = await newestRun();
  const second = await command(["run", file], 2);
  expect([second.signal, second.calls]).toEqual(["SIGKILL", ["/look", "/send"]]);
  const resumed = await command(["runs", "resume", await newestRun()]);
  expect(resumed.calls).toEqual(["/send"]);
  expect(resumed.run?.nodes.look).toMatchObject({ status: "succeeded", attempts: 1 });
  const third = await command(["run", file]);
  expect(third.calls).toEqual(["/send"]);
  expect(third.run?.nodes.look).toMatchObject({ status: "cached", attempts: 0 });
  // The first run was told that nothing is stored, so it makes its own.
  const old = await command(["runs", "resume", firstRun]);
  expect(old.run?.status).toBe("completed");
  expect(old.run?.nodes.look?.status).toBe("succeeded");
});

test("killed in the middle of a guess, the run ends as if there had been none", async () => {
  const file = write(`layerloom: 1
name: ahead
nodes:
  reason: { uses: simulate, speculate: [execute], with: { delay: 300ms, script: [{ output: plan }] } }
  execute: { uses: http, pure: true, with: { url: "${world.base}/\${{ nodes.reason.output }}" } }
edges:
  - reason -> execute
output: "\${{ nodes.execute.output.body.seen }}"
`);
  expect((await command(["run", file])).calls).toEqual(["/plan"]);
  const killed = await command(["run", file], 1);
  expect([killed.signal, killed.calls]).toEqual(["SIGKILL", ["/plan"]]);
  const { run, calls } = await command(["runs", "resume", await newestRun()]);
  expect(run).toMatchObject({ status: "completed", output: "/plan" });
  expect(run?.nodes.execute).toMatchObject({ attempts: 1, activations: 1 });
  // Guessed anew, and that guess was taken over: no call on top of it.
  expect(calls).toEqual(["/plan"]);
});

test("killed in the middle of a guess on a partial output, the first run ends as if there had been none", async () => {
  const file = write(`layerloom: 1
name: streams
nodes:
  reason:
    uses: simulate
    speculate: [execute]
    with: { delay: 500ms, script: [{ output: { plan: a, why: b }, partial: [{ after: 50ms, output: { plan: a } }] }] }
  execute: { uses: http, pure: true, with: { url: "${world.base}/\${{ nodes.reason.output.plan }}" } }
edges:
  - reason -> execute
output: "\${{ nodes.execute.output.body.seen }}"
`);
  const killed = await command(["run", file], 1);
  expect([killed.signal, killed.calls]).toEqual(["SIGKILL", ["/a"]]);
  const { run, calls } = await command(["runs", "resume", await newestRun()]);
  expect(run).toMatchObject({ status: "completed", output: "/a" });
  expect(run?.nodes.execute).toMatchObject({ attempts: 1, activations: 1 });
  // Guessed anew on what streamed anew, and that guess was taken over.
  expect(calls).toEqual(["/a"]);
});
