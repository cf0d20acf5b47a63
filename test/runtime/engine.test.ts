/** The local host on a real database: steering, deciding, recovering, retrying, refusing. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import type { RunUpdate } from "#contract/run.ts";
import type { Engine } from "#engine/open.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";

let bench: Bench;
let engine: Engine;
beforeEach(() => {
  bench = engineBench();
  engine = bench.open();
});
afterEach(async () => {
  await engine.close();
  bench.clean();
});

const sleepy = `
layerloom: 1
name: sleepy
nodes:
  a: { uses: simulate, with: { delay: 150ms, script: [{ output: 1 }] } }
  b: { uses: simulate, with: { delay: 150ms, script: [{ output: 2 }] } }
edges: [ a -> b ]
output: "\${{ nodes.a.output + nodes.b.output }}"
`;

const asking = `
layerloom: 1
name: asking
nodes:
  a: { uses: transform, with: { value: 1 } }
  ask: { uses: human, with: { title: Well?, payload: "\${{ nodes.a.output }}" } }
  yes: { uses: template, with: { text: "said \${{ nodes.ask.output.comment }}" } }
  no: { uses: template, with: { text: no } }
edges:
  - a -> ask
  - { from: ask, on: approved, to: yes }
  - { from: ask, else: true, to: no }
`;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return thrown instanceof LayerloomError ? thrown.code : String(thrown);
}

test("a run goes to its end, is listed, and keeps its text, events and result", async () => {
  const { runId } = await engine.api.startRun({ text: sleepy });
  const { summary } = await ended(engine.api, runId);
  expect(summary).toMatchObject({ status: "completed", pipeline: "sleepy" });
  const { run } = await engine.api.getResult({ runId });
  expect(run).toMatchObject({ status: "completed", output: 3 });
  expect((await engine.api.listRuns({}))[0]).toMatchObject({ id: runId, status: "completed" });
  expect((await engine.api.getRun({ runId })).text).toBe(sleepy);
  const events = await engine.api.getEvents({ runId });
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ event: "RunEnded", status: "completed", output: 3 });
  expect(await engine.api.getNodeData({ runId, node: "b" })).toEqual({
    output: 2,
    input: { delay: "150ms", script: [{ output: 2 }] },
  });
});

test("a paused run lets what runs finish, starts nothing, and goes on when resumed", async () => {
  const { runId } = await engine.api.startRun({ text: sleepy });
  await until(engine.api, runId, ({ nodes }) =>
    nodes.some(({ id, status }) => id === "a" && status === "running"),
  );
  await engine.api.pauseRun({ runId });
  const paused = await until(engine.api, runId, ({ nodes }) =>
    nodes.some(({ id, status }) => id === "b" && status === "paused"),
  );
  expect(paused.summary.status).toBe("paused");
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect((await engine.api.getRun({ runId })).nodes).toMatchObject([
    { status: "succeeded" },
    { status: "paused", waitsFor: { kind: "paused" } },
  ]);
  await engine.api.resumeRun({ runId });
  expect((await ended(engine.api, runId)).summary.status).toBe("completed");
});

test("a cancelled run stops what runs and ends as cancelled; it cannot be steered any more", async () => {
  const { runId } = await engine.api.startRun({ text: sleepy.replaceAll("150ms", "60s") });
  await until(engine.api, runId, ({ nodes }) => nodes.some(({ status }) => status === "running"));
  await engine.api.cancelRun({ runId });
  expect((await ended(engine.api, runId)).summary.status).toBe("cancelled");
  const { run } = await engine.api.getResult({ runId });
  expect(run.nodes).toMatchObject({ a: { status: "cancelled" }, b: { status: "not_reached" } });
  expect(await codeOf(engine.api.cancelRun({ runId }))).toBe("RUN_ENDED");
  expect(await codeOf(engine.api.pauseRun({ runId }))).toBe("RUN_ENDED");
});

test("one node's attempt is cancelled: it fails for good, its error edge takes it, the run goes on", async () => {
  const text = `
layerloom: 1
name: one
nodes:
  slow: { uses: simulate, with: { delay: 60s } }
  beside: { uses: simulate, with: { delay: 300ms } }
  mend: { uses: template, with: { text: "\${{ error.code }}" } }
edges:
  - { from: slow, to: mend, kind: error }
`;
  const { runId } = await engine.api.startRun({ text });
  await until(engine.api, runId, ({ nodes }) =>
    nodes.some(({ id, status }) => id === "slow" && status === "running"),
  );
  expect(await codeOf(engine.api.cancelRun({ runId, node: "mend" }))).toBe("CONFLICT");
  expect(await codeOf(engine.api.cancelRun({ runId, node: "none" }))).toBe("NOT_FOUND");
  await engine.api.cancelRun({ runId, node: "slow" });
  expect((await ended(engine.api, runId)).summary.status).toBe("completed");
  const { run } = await engine.api.getResult({ runId });
  expect(run.nodes).toMatchObject({
    slow: { status: "failed", attempts: 1, error: { code: "ATTEMPT_CANCELLED" } },
    beside: { status: "succeeded" },
    mend: { output: "ATTEMPT_CANCELLED" },
  });
});

test("a person decides with a comment; strangers to the task are refused", async () => {
  const { runId } = await engine.api.startRun({ text: asking });
  const { tasks, summary } = await until(engine.api, runId, (update) => update.tasks.length > 0);
  expect(summary).toMatchObject({ status: "waiting", openTasks: 1 });
  expect(tasks[0]).toMatchObject({ node: "ask", card: { title: "Well?", payload: 1, reason: "node" } });
  expect(await engine.api.inbox()).toHaveLength(1);
  expect(await codeOf(engine.api.decide({ runId, node: "ask", outcome: "perhaps" }))).toBe("UNKNOWN_OUTCOME");
  expect(await codeOf(engine.api.decide({ runId, node: "a", outcome: "approved" }))).toBe("TASK_NOT_OPEN");
  await engine.api.decide({ runId, node: "ask", outcome: "approved", comment: "gladly" });
  await ended(engine.api, runId);
  const { run } = await engine.api.getResult({ runId });
  expect(run.nodes).toMatchObject({ yes: { output: "said gladly" }, no: { status: "not_reached" } });
  expect(await engine.api.inbox()).toEqual([]);
});

test("an answer that comes late does not answer the next question", async () => {
  const { runId } = await engine.api.startRun({
    text: `layerloom: 1
name: twice
nodes:
  ask: { uses: human, with: { title: Well? } }
edges:
  - { from: ask, on: rejected, to: ask, kind: loop, max: 1 }
`,
  });
  const first = (await until(engine.api, runId, ({ tasks }) => tasks.length > 0)).tasks[0]?.openedAt;
  const answer = { runId, node: "ask", openedAt: first };
  await engine.api.decide({ ...answer, outcome: "rejected" });
  await until(engine.api, runId, ({ tasks }) => tasks.length > 0 && tasks[0]?.openedAt !== first);
  expect(await codeOf(engine.api.decide({ ...answer, outcome: "approved" }))).toBe("TASK_NOT_OPEN");
  const [second] = await engine.api.inbox();
  await engine.api.decide({ runId, node: "ask", outcome: "approved", openedAt: second?.openedAt });
  expect((await ended(engine.api, runId)).summary.status).toBe("completed");
});

test("a waiting run outlives its engine, and is decided in the next one", async () => {
  const { runId } = await engine.api.startRun({ text: asking });
  await until(engine.api, runId, ({ tasks }) => tasks.length > 0);
  await engine.close();
  engine = bench.open({ recover: "all" });
  expect(await engine.api.inbox()).toMatchObject([{ runId, node: "ask" }]);
  await engine.api.decide({ runId, node: "ask", outcome: "rejected" });
  expect((await ended(engine.api, runId)).summary.status).toBe("completed");
});

test("a retry timer and a person's time limit survive the engine", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: durable
nodes:
  a: { uses: simulate, retry: { initial: 400ms, jitter: none }, with: { script: [{ error: transient }, { output: 1 }] } }
  b: { uses: human, with: { title: Well?, timeout: 400ms, onTimeout: escalated } }
edges: []
`,
  });
  await until(
    engine.api,
    runId,
    ({ nodes, tasks }) => tasks.length > 0 && nodes.some(({ status }) => status === "retrying"),
  );
  await engine.close();
  engine = bench.open({ recover: { runId } });
  await ended(engine.api, runId);
  const { run } = await engine.api.getResult({ runId });
  expect(run.nodes).toMatchObject({
    a: { status: "succeeded", attempts: 2 },
    b: { status: "succeeded", outcome: "escalated" },
  });
});

test("a retry takes over what succeeded and runs the rest again", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: again
nodes:
  a: { uses: simulate, with: { script: [{ output: dear }] } }
  b: { uses: file.read, with: { path: wanted.txt } }
  c: { uses: template, with: { text: "\${{ nodes.a.output }} \${{ nodes.b.output }}" } }
edges: [ a -> b -> c ]
`,
  });
  expect((await ended(engine.api, runId)).summary.status).toBe("failed");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(`${bench.folder}/wanted.txt`, "friend");
  const again = await engine.api.retryRun({ runId });
  await ended(engine.api, again.runId);
  const { run } = await engine.api.getResult({ runId: again.runId });
  expect(run.nodes).toMatchObject({
    a: { status: "skipped", attempts: 0 },
    b: { attempts: 1 },
    c: { output: "dear friend" },
  });
  expect((await engine.api.getResult({ runId })).run.status).toBe("failed");
});

test("inputs are checked against what the pipeline declares before anything is written", async () => {
  const text = `
layerloom: 1
name: inputs
inputs:
  who: { type: string, required: true }
  times: { type: integer, default: 2 }
nodes:
  a: { uses: template, with: { text: "\${{ inputs.who }} \${{ inputs.times }}" } }
edges: []
`;
  expect(await codeOf(engine.api.startRun({ text }))).toBe("MISSING_INPUT");
  expect(await codeOf(engine.api.startRun({ text, inputs: { who: 7 } }))).toBe("INVALID_INPUT");
  expect(await codeOf(engine.api.startRun({ text, inputs: { who: "a", whom: "b" } }))).toBe("UNKNOWN_INPUT");
  expect(
    await codeOf(
      engine.api.startRun({ text: "layerloom: 1\nname: x\nnodes: { a: { uses: nothing } }\nedges: []\n" }),
    ),
  ).toBe("INVALID_PIPELINE");
  expect(await engine.api.listRuns({})).toEqual([]);
  const { runId } = await engine.api.startRun({ text, inputs: { who: "Ann" } });
  await ended(engine.api, runId);
  expect((await engine.api.getResult({ runId })).run.nodes.a?.output).toBe("Ann 2");
});

test("a real model without a key is refused before the run starts; the simulated one is labelled", async () => {
  const text = "layerloom: 1\nname: model\nnodes: { a: { uses: llm, with: { prompt: Hello } } }\nedges: []\n";
  expect(await codeOf(engine.api.startRun({ text }))).toBe("MISSING_KEY");
  const { runId } = await engine.api.startRun({ text, provider: "simulated" });
  expect((await ended(engine.api, runId)).summary).toMatchObject({ simulated: true, cost: { usd: 0 } });
});

test("a large output is stored once and shown whole", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: large
nodes:
  a: { uses: code, with: { source: "return Array.from({ length: 20000 }, (_, i) => 'item ' + i)" } }
  b: { uses: transform, with: { value: "\${{ nodes.a.output }}" } }
edges: [ a -> b ]
`,
  });
  await ended(engine.api, runId);
  const { output } = await engine.api.getNodeData({ runId, node: "b" });
  expect(output).toHaveLength(20_000);
  const events = await engine.api.getEvents({ runId });
  const outputs = events.filter(({ event }) => event === "AttemptSucceeded").map((event) => event.output);
  expect(outputs[0]).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(outputs[1]).toEqual(outputs[0]);
});

test("watchers see the whole picture first, then only changes, in order", async () => {
  const { runId } = await engine.api.startRun({ text: sleepy });
  const seen: RunUpdate[] = [];
  engine.api.watchRun({ runId }, (update) => seen.push(update));
  await ended(engine.api, runId);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(seen[0]?.nodes).toHaveLength(2);
  expect(seen.at(-1)?.summary.status).toBe("completed");
  expect(seen.map(({ seq }) => seq)).toEqual([...seen.map(({ seq }) => seq)].sort((a, b) => a - b));
});

test("a second engine on the same database is refused, and let in when the first has gone", async () => {
  expect(() => bench.open()).toThrowError(expect.objectContaining({ code: "DATABASE_LOCKED" }));
  await engine.close();
  engine = bench.open();
  expect(await engine.api.listRuns({})).toEqual([]);
});

test("a decision after the time limit is refused: the time-out has the word", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: late
nodes:
  ask: { uses: human, with: { title: Well?, timeout: 300ms, onTimeout: rejected } }
edges: []
`,
  });
  await until(engine.api, runId, ({ tasks }) => tasks.length > 0);
  await engine.close();
  await new Promise((resolve) => setTimeout(resolve, 400));
  engine = bench.open();
  expect(await codeOf(engine.api.decide({ runId, node: "ask", outcome: "approved" }))).toBe("TASK_NOT_OPEN");
  await ended(engine.api, runId);
  expect((await engine.api.getResult({ runId })).run.nodes.ask).toMatchObject({ outcome: "rejected" });
});

test("numbers that JSON cannot hold are not let in, and do not come out", async () => {
  const text = `
layerloom: 1
name: numbers
inputs: { n: { type: number, default: 1 } }
nodes:
  a: { uses: code, with: { source: "return { n: 0 / 0, i: 1 / 0 }" } }
edges: []
`;
  expect(await codeOf(engine.api.startRun({ text, inputs: { n: Number.POSITIVE_INFINITY } }))).toBe(
    "INVALID_INPUT",
  );
  const { runId } = await engine.api.startRun({ text });
  await ended(engine.api, runId);
  expect((await engine.api.getResult({ runId })).run).toMatchObject({
    status: "failed",
    error: { code: "INVALID_OUTPUT", message: "the result is no JSON: n is NaN" },
  });
});

test("pausing twice is no mistake; a run may be given a folder of its own", async () => {
  const { mkdirSync, readFileSync } = await import("node:fs");
  mkdirSync(`${bench.folder}/own`);
  const { runId } = await engine.api.startRun({
    folder: `${bench.folder}/own`,
    text: `
layerloom: 1
name: own
nodes:
  a: { uses: simulate, with: { delay: 200ms } }
  b: { uses: file.write, with: { path: out.txt, content: mine } }
edges: [ a -> b ]
`,
  });
  await engine.api.pauseRun({ runId });
  await engine.api.pauseRun({ runId });
  await engine.api.resumeRun({ runId });
  await ended(engine.api, runId);
  expect(readFileSync(`${bench.folder}/own/out.txt`, "utf8")).toBe("mine");
});

test("over an exhausted loop a person decides, and the node keeps its own output", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: exhausted
nodes:
  a: { uses: transform, with: { value: draft } }
  c: { uses: check, with: { pass: "false", reason: too short } }
  z: { uses: template, with: { text: "\${{ nodes.c.output.reason }}" } }
edges:
  - a -> c
  - { from: c, on: fail, to: a, kind: loop, max: 1 }
  - { from: c, on: pass, to: z }
`,
  });
  const { tasks } = await until(engine.api, runId, (update) => update.tasks.length > 0);
  expect(tasks[0]?.card).toMatchObject({ reason: "exhausted", outcomes: ["pass", "approved", "rejected"] });
  await engine.api.decide({ runId, node: "c", outcome: "pass", comment: "let it go" });
  await ended(engine.api, runId);
  expect((await engine.api.getResult({ runId })).run.nodes).toMatchObject({
    c: { outcome: "pass", output: { reason: "too short" } },
    z: { output: "too short" },
  });
});

test("a person's decision and a wait are remembered like any output", async () => {
  const { runId } = await engine.api.startRun({
    text: `
layerloom: 1
name: remembered
nodes:
  ask: { uses: human, with: { title: Well?, timeout: 30ms, onTimeout: approved }, remember: verdict }
  pause: { uses: wait, with: { duration: 10ms }, remember: pause }
  look: { uses: transform, with: { value: ["\${{ memory.verdict.value.outcome }}", "\${{ memory.pause.value.until }}"] } }
edges: [ ask -> pause -> look ]
`,
  });
  await ended(engine.api, runId);
  const { output } = await engine.api.getNodeData({ runId, node: "look" });
  expect(output).toEqual(["approved", expect.stringMatching(/^\d{4}-/)]);
});
