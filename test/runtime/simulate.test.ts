/** The real host and core in virtual time: waits can be read off exactly, and the same seed gives the same bytes. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulated, startsOf } from "./simulated.ts";

const failing = (retry: string): string => `
layerloom: 1
name: failing
nodes:
  a: { uses: simulate, with: { script: [{ error: transient }] }${retry} }
edges: []
`;

test("under the default policy attempts start at exactly 0, 1, 3, 7, 15, 31 s", async () => {
  const { run, events } = await simulated(failing(", retry: { jitter: none }"));
  expect(startsOf(events, "a")).toEqual([0, 1, 3, 7, 15, 31]);
  expect(run.status).toBe("failed");
  expect(run.nodes.a).toMatchObject({ status: "failed", activations: 1, attempts: 6 });
  expect(run.error).toMatchObject({ code: "SIMULATED_FAILURE" });
});

test("full jitter stays below the policy's delay and is the same for the same seed", async () => {
  const first = startsOf((await simulated(failing(""), { seed: 7 })).events, "a");
  const again = startsOf((await simulated(failing(""), { seed: 7 })).events, "a");
  const other = startsOf((await simulated(failing(""), { seed: 8 })).events, "a");
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  const delays = first.slice(1).map((start, index) => start - (first[index] ?? 0));
  for (const [index, delay] of delays.entries()) expect(delay).toBeLessThanOrEqual(2 ** index);
});

test("Retry-After is honoured instead of the back-off", async () => {
  const { events } = await simulated(`
layerloom: 1
name: patient
nodes:
  a: { uses: simulate, with: { script: [{ error: transient, retryAfter: 2s }, { error: transient, retryAfter: 10s }, { output: 1 }] } }
edges: []
`);
  expect(startsOf(events, "a")).toEqual([0, 2, 12]);
});

test("a permanent failure is tried once; default output takes its place and is marked degraded", async () => {
  const { run } = await simulated(`
layerloom: 1
name: permanent
nodes:
  a: { uses: simulate, with: { script: [{ error: permanent, message: no }] }, default: 42 }
  b: { uses: transform, with: { value: "\${{ nodes.a.output + 1 }}" } }
edges: [ a -> b ]
`);
  expect(run.nodes.a).toMatchObject({ status: "degraded", attempts: 1, output: 42 });
  expect(run.nodes.b?.output).toBe(43);
  expect(run.status).toBe("completed");
});

test("a node that is too slow times out and is tried again", async () => {
  const { run, events } = await simulated(`
layerloom: 1
name: slow
nodes:
  a: { uses: simulate, timeout: 500ms, retry: { jitter: none }, with: { script: [{ delay: 10s }, { delay: 100ms, output: fast }] } }
edges: []
`);
  expect(startsOf(events, "a")).toEqual([0, 1.5]);
  expect(run.nodes.a).toMatchObject({ status: "succeeded", output: "fast", attempts: 2 });
  expect(run.durationMs).toBe(1_600);
});

test("parallel branches really run in parallel, at most maxConcurrent at once", async () => {
  const fan = (limit: number): string => `
layerloom: 1
name: fan
maxConcurrent: ${limit}
nodes:
${Array.from({ length: 20 }, (_, index) => `  n${index}: { uses: simulate, with: { delay: 1s } }`).join("\n")}
edges: []
`;
  expect((await simulated(fan(20))).run.durationMs).toBe(1_000);
  expect((await simulated(fan(10))).run.durationMs).toBe(2_000);
  expect((await simulated(fan(1))).run.durationMs).toBe(20_000);
});

test("a wait and a person's time limit cost virtual time only", async () => {
  const { run } = await simulated(`
layerloom: 1
name: long
nodes:
  a: { uses: wait, with: { duration: 30d } }
  b: { uses: human, with: { title: Sign } }
edges: [ a -> b ]
`);
  expect(run.durationMs).toBe(30 * 86_400_000);
  expect(run.nodes.b).toMatchObject({ status: "succeeded", outcome: "approved" });
});

test("an exhausted loop escalates to a person whose decision is the outcome", async () => {
  const { run, events } = await simulated(`
layerloom: 1
name: escalate
nodes:
  a: { uses: transform, with: { value: 1 } }
  c: { uses: check, with: { pass: "false" } }
  z: { uses: transform, with: { value: done } }
edges:
  - a -> c
  - { from: c, on: fail, to: a, kind: loop, max: 3 }
  - { from: c, on: approved, to: z }
`);
  expect(run.nodes.a).toMatchObject({ activations: 4 });
  expect(run.nodes.c).toMatchObject({ outcome: "approved", activations: 4 });
  expect(run.nodes.z).toMatchObject({ status: "succeeded" });
  expect(run.edges[1]).toMatchObject({ taken: 3, max: 3 });
  expect(events.some(({ event }) => event === "LoopExhausted")).toBe(true);
});

test("faults strike what has effects outside, repeatably", async () => {
  const text = `
layerloom: 1
name: faulty
nodes:
  a: { uses: http, with: { url: "http://127.0.0.1:9/" } }
edges: []
`;
  const calm = await simulated(text);
  expect(calm.run.nodes.a).toMatchObject({ status: "succeeded", attempts: 1 });
  const first = await simulated(text, { faults: 0.9, seed: 3 });
  const again = await simulated(text, { faults: 0.9, seed: 3 });
  expect(first.run.nodes.a?.attempts).toBeGreaterThan(1);
  expect(again).toEqual(first);
});

test("the same seed gives the same trace, byte for byte; positions do not matter", async () => {
  const text = (layout: string): string => `
layerloom: 1
name: trace
nodes:
  a: { uses: simulate, with: { script: [{ error: transient }, { output: 1 }] } }
  b: { uses: simulate, with: { delay: 300ms } }
  c: { uses: llm, with: { provider: simulated, prompt: Hello } }
edges: [ a -> c, b -> c ]
${layout}`;
  const plain = await simulated(text(""), { seed: 5 });
  const placed = await simulated(text("layout: { c: [0, 0], a: [900, 40] }\n"), { seed: 5 });
  expect(JSON.stringify(placed)).toBe(JSON.stringify(plain));
});

test("nothing outside is touched: a simulated write leaves no file", async () => {
  const workspace = mkdtempSync(join(tmpdir(), "layerloom-simulate-"));
  try {
    const { run } = await simulated(
      `
layerloom: 1
name: writes
nodes:
  a: { uses: file.write, with: { path: note.txt, content: hello } }
  b: { uses: memory.append, with: { name: notes, value: 1 } }
edges: [ a -> b ]
`,
      { workspace },
    );
    expect(run.status).toBe("completed");
    expect(readdirSync(workspace)).toEqual([]);
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});

test("an out-edge that cannot be judged fails its node, not the engine", async () => {
  const text = (settings: string): string => `
layerloom: 1
name: unjudged
nodes:
  start: { uses: transform, with: { value: { a: 1 } } }
  a: ${settings}
  b: { uses: transform, with: { value: 1 } }
  c: { uses: template, with: { text: "\${{ error.code }}" } }
edges:
  - start -> a
  - { from: a, to: b, when: "nodes.start.output.missing > 1" }
  - { from: a, to: c, kind: error }
`;
  for (const settings of [
    "{ uses: transform, with: { value: 1 } }",
    "{ uses: wait, with: { duration: 1s } }",
    "{ uses: simulate, with: { script: [{ output: 1 }] } }",
  ]) {
    const { run } = await simulated(text(settings));
    expect(run.status).toBe("completed");
    expect(run.nodes).toMatchObject({
      a: { status: "failed" },
      b: { status: "not_reached" },
      c: { output: "EXPRESSION_FAILED" },
    });
  }
});

test("virtual time goes on when a loop cancels what still sleeps", async () => {
  const { run } = await simulated(`
layerloom: 1
name: cancelled
nodes:
  start: { uses: simulate }
  slow: { uses: simulate, with: { delay: 9s } }
  again: { uses: simulate, with: { script: [{ outcome: again }, {}] } }
edges:
  - start -> slow
  - start -> again
  - { from: again, on: again, to: start, kind: loop, max: 3 }
`);
  expect(run.status).toBe("completed");
  expect(run.durationMs).toBe(9_000);
  expect(run.nodes.slow).toMatchObject({ activations: 2, status: "succeeded" });
});
