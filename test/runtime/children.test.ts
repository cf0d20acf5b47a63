/** Nodes that are done once for each item: in virtual time what comes out, on a real database what may happen meanwhile. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "#contract/json.ts";
import type { Engine } from "#engine/open.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated } from "./simulated.ts";

const each = (
  rest: string,
  uses = 'uses: transform, with: { value: "${{ item * 10 + index }}" }',
): string => `
layerloom: 1
name: each
inputs: { list: { type: any } }
nodes:
  before: { uses: transform, with: { value: 7 } }
  map: { ${uses}, forEach: "\${{ inputs.list }}", ${rest} }
edges: [ before -> map ]
output: "\${{ nodes.map.output }}"
`;

/** Fails for negative items. */
const PICKY =
  "uses: gate, with: { rules: [{ when: \"item < 0 && int('x') > 0\", outcome: never }], otherwise: fine }";
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("the result of a list", () => {
  test("is in the order of the items, whoever was done first", async () => {
    const delay =
      'uses: simulate, with: { delay: "${{ string(100 - item) + \'ms\' }}", script: [{ output: "${{ item }}" }] }';
    const { run } = await simulated(each("maxConcurrent: 3", delay), { inputs: { list: numbers(20) } });
    expect(run.output).toEqual(numbers(20));
    expect(run.nodes.map).toMatchObject({ status: "succeeded", outcome: "ok", activations: 1, attempts: 1 });
  });

  test("is empty for an empty list, at once", async () => {
    const { run, events } = await simulated(each("maxConcurrent: 3"), { inputs: { list: [] } });
    expect([run.status, run.output]).toEqual(["completed", []]);
    expect(events.filter(({ event }) => event === "ChildStarted")).toEqual([]);
  });

  test("may be a list that is written down", async () => {
    const text = each("maxConcurrent: 1").replace(
      '"${{ inputs.list }}"',
      '[1, "${{ nodes.before.output }}"]',
    );
    expect((await simulated(text)).run.output).toEqual([10, 71]);
  });

  test("takes as many at once as maxConcurrent lets: 100 of 30 s by 10 take 5 minutes", async () => {
    const { run, events } = await simulated(
      each("maxConcurrent: 10", "uses: simulate, with: { delay: 30s, script: [{ output: 1 }] }"),
      { inputs: { list: numbers(100) } },
    );
    expect(run.durationMs).toBe(300_000);
    let [now, most] = [0, 0];
    for (const { event } of events) {
      now += Number(event === "ChildStarted") - Number(event === "ChildEnded");
      most = Math.max(most, now);
    }
    expect(most).toBe(10);
  });

  test("adds up what the items cost", async () => {
    const paid =
      "uses: simulate, with: { script: [{ error: transient, usd: 0.25, tokens: 1 }, { output: 1, usd: 1, tokens: 10 }] }";
    const { run } = await simulated(each("maxConcurrent: 2", paid), { inputs: { list: numbers(4) } });
    expect(run.cost).toEqual({ usd: 5, tokens: 44 });
    expect(run.nodes.map?.cost).toEqual({ usd: 5, tokens: 44 });
  });

  test.each([
    ["a text", "abc", 'NOT_A_LIST: forEach must be a list, and this is the string "abc"'],
    ["an object", { a: 1 }, "NOT_A_LIST: forEach must be a list, and this is an object"],
    ["nothing", null, "NOT_A_LIST: forEach must be a list, and this is null"],
  ] satisfies [string, Json, string][])("is a failure for %s", async (_, list, message) => {
    const { run } = await simulated(each("maxConcurrent: 2"), { inputs: { list } });
    expect(`${run.nodes.map?.error?.code}: ${run.nodes.map?.error?.message}`).toBe(message);
    expect(run.status).toBe("failed");
  });
});

describe("an item that fails", () => {
  test("fails the node at once, by its place, and is not tried again as a whole", async () => {
    const { run, events } = await simulated(each("maxConcurrent: 2, retry: { retries: 3 }", PICKY), {
      inputs: { list: [1, 2, -3, 4, 5, 6, 7, 8] },
    });
    expect(run.status).toBe("failed");
    expect(run.nodes.map).toMatchObject({ status: "failed", attempts: 1 });
    expect(run.nodes.map?.error?.message).toMatch(/^item 2: /);
    expect(events.filter(({ event }) => event === "ChildStarted").length).toBeLessThan(8);
  });

  test("is counted under collect, and the run ends partial", async () => {
    const { run } = await simulated(each("onItemError: collect", PICKY), { inputs: { list: [-1, 2, -3] } });
    expect(run.status).toBe("partial");
    expect(run.output).toMatchObject({
      ok: 1,
      failed: 2,
      total: 3,
      results: [null, { outcome: "fine" }, null],
      errors: [
        { index: 0, code: "EXPRESSION_FAILED" },
        { index: 2, code: "EXPRESSION_FAILED" },
      ],
    });
  });

  test("has its own tries, its own chain and its own time limit", async () => {
    const flaky =
      "uses: simulate, with: { script: [{ error: transient }, { error: transient }, { output: 1 }] }";
    const tried = await simulated(each("retry: { jitter: none }", flaky), { inputs: { list: [1, 2] } });
    expect([tried.run.output, tried.run.durationMs]).toEqual([[1, 1], 3_000]);
    const broken = "uses: simulate, with: { script: [{ error: permanent }] }";
    const chain = 'fallback: [{ template: "instead of ${{ item }}" }]';
    const stood = await simulated(each(chain, broken), { inputs: { list: [1, 2] } });
    expect(stood.run.output).toEqual(["instead of 1", "instead of 2"]);
    const slow = "uses: simulate, with: { delay: 1h, script: [{ output: 1 }] }";
    const late = await simulated(each("timeout: 5s, retry: { retries: 0 }", slow), { inputs: { list: [1] } });
    expect(late.run.nodes.map?.error?.code).toBe("ATTEMPT_TIMEOUT");
    expect(late.run.durationMs).toBe(5_000);
  });

  test("leaves by an error edge or a default of the node", async () => {
    const text = each("default: [], retry: { retries: 0 }", PICKY);
    const { run } = await simulated(text, { inputs: { list: [-1] } });
    expect([run.status, run.output, run.nodes.map?.status]).toEqual(["completed", [], "degraded"]);
  });
});

test("a stored result is taken only for the same items", async () => {
  const text = (second: string): string => `
layerloom: 1
name: stored
nodes:
  a: { uses: transform, forEach: [1, 2], with: { value: "\${{ item }}" }, cache: { ttl: 1h } }
  b: { uses: transform, forEach: ${second}, with: { value: "\${{ item }}" }, cache: { ttl: 1h } }
edges: [ a -> b ]
output: "\${{ nodes.b.output }}"
`;
  const same = await simulated(text("[1, 2]"));
  expect([same.run.nodes.b?.status, same.run.output]).toEqual(["cached", [1, 2]]);
  const other = await simulated(text("[1, 3]"));
  expect([other.run.nodes.b?.status, other.run.output]).toEqual(["succeeded", [1, 3]]);
});

test("a loop tells its feedback to each item, and each round has items of its own", async () => {
  const { run, events } = await simulated(`
layerloom: 1
name: rounds
nodes:
  map: { uses: transform, forEach: [1, 2], with: { value: "\${{ string(item) + string(default(loop.feedback, '-')) }}" } }
  judge: { uses: check, with: { score: "\${{ loop.count }}", pass: "nodes.map.output[0] == '1x'" } }
edges:
  - map -> judge
  - { from: judge, on: fail, to: map, kind: loop, max: 2, feedback: x }
output: "\${{ nodes.map.output }}"
`);
  expect(run.output).toEqual(["1x", "2x"]);
  expect(events.filter(({ event }) => event === "ChildrenStarted")).toHaveLength(2);
});

test("10,000 items cost per item what 1,000 do", { timeout: 120_000 }, async () => {
  const time = async (count: number): Promise<number> => {
    const before = process.cpuUsage();
    const { run } = await simulated(each("maxConcurrent: 50"), { inputs: { list: numbers(count) } });
    expect((run.output as number[]).length).toBe(count);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  };
  await time(500);
  const few = await time(1_000);
  expect(await time(10_000)).toBeLessThan(few * 3);
});

describe("on a real database", () => {
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

  const asking = each("maxConcurrent: 2", 'uses: human, with: { title: "Take ${{ item }}?" }');

  test("children are listed by their parent, roots without them", async () => {
    const { runId } = await engine.api.startRun({
      text: each("maxConcurrent: 2"),
      inputs: { list: numbers(5) },
    });
    await ended(engine.api, runId);
    expect((await engine.api.listRuns({})).map(({ id }) => id)).toEqual([runId]);
    const children = await engine.api.listRuns({ parent: runId });
    expect(children.map(({ parent }) => parent?.item).toSorted()).toEqual(numbers(5));
    expect(children[0]).toMatchObject({
      status: "completed",
      parent: { runId, node: "map", activation: 1, depth: 0 },
    });
    const child = await engine.api.getResult({ runId: children[0]?.id ?? "" });
    expect(child.run.output).toBe(44);
    await expect(engine.api.retryRun({ runId: children[0]?.id ?? "" })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await engine.api.getNodeData({ runId: children[0]?.id ?? "", node: "map" })).toEqual({
      input: { value: 44 },
      output: 44,
    });
    await expect(engine.api.listRuns({ parent: "nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("people are asked by items, two at a time; the run waits only when all its children do", async () => {
    const { runId } = await engine.api.startRun({ text: asking, inputs: { list: [1, 2, 3] } });
    const waiting = await until(engine.api, runId, ({ summary }) => summary.status === "waiting");
    expect(waiting.tasks.map(({ card }) => card.title)).toEqual(["Take 1?", "Take 2?"]);
    expect(waiting.summary.openTasks).toBe(2);
    expect((await engine.api.inbox()).length).toBe(2);
    for (let asked = 3; asked > 0; asked -= 1) {
      const { tasks } = await until(engine.api, runId, (update) => update.tasks.length > 0);
      await engine.api.decide({ runId: tasks[0]?.runId ?? "", node: "map", outcome: "approved" });
    }
    const { summary, nodes } = await ended(engine.api, runId);
    expect(summary.status).toBe("completed");
    expect(nodes.find(({ id }) => id === "map")?.items).toEqual({ total: 3, running: 0, done: 3, failed: 0 });
  });

  test("an engine that was closed finds its children again, by the parent or by a child", async () => {
    const { runId } = await engine.api.startRun({ text: asking, inputs: { list: [1, 2, 3] } });
    const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 2);
    await engine.close();
    engine = bench.open();
    expect((await engine.api.getRun({ runId })).tasks.length).toBe(2);
    await engine.api.resumeRun({ runId: tasks[0]?.runId ?? "" });
    const again = await until(engine.api, runId, (update) => update.tasks.length === 2);
    expect(again.tasks).toEqual(tasks);
    await engine.api.cancelRun({ runId });
    await ended(engine.api, runId);
    const children = await engine.api.listRuns({ parent: runId });
    expect(children.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    expect(await engine.api.inbox()).toEqual([]);
  });

  test("an end that the parent did not take in is taken in when it comes back", async () => {
    const { runId } = await engine.api.startRun({ text: asking, inputs: { list: [1, 2] } });
    const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 2);
    await engine.close();
    const store = openSqliteStore(bench.database);
    const childId = tasks[0]?.runId ?? "";
    const seq = store.events(childId, 0, 1_000).length;
    const cost = { usd: 0, tokens: 0 };
    store.commit({
      events: [
        {
          runId: childId,
          events: [
            { seq: seq + 1, at: 1, event: "CancelRequested" },
            { seq: seq + 2, at: 2, event: "RunEnded", status: "cancelled", output: { value: null } },
          ],
        },
      ],
      patches: [{ id: childId, status: "cancelled", endedAt: 2, cost, openTasks: 0, highestLevel: 0 }],
    });
    store.close();
    engine = bench.open({ recover: "all" });
    const { failure } = await ended(engine.api, runId);
    expect(failure).toMatchObject({ code: "RUN_CANCELLED", message: "item 0: the child run was cancelled" });
    const children = await engine.api.listRuns({ parent: runId });
    expect(children.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });

  test("a pause reaches the children, and so does its end", async () => {
    const slow = each("maxConcurrent: 2", "uses: simulate, with: { delay: 60ms, script: [{ output: 1 }] }");
    const { runId } = await engine.api.startRun({ text: slow, inputs: { list: numbers(6) } });
    await until(engine.api, runId, ({ nodes }) => nodes.some(({ items }) => items?.running === 2));
    await engine.api.pauseRun({ runId });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const held = await engine.api.getRun({ runId });
    expect(held.summary.status).toBe("paused");
    expect(held.nodes[1]?.items).toMatchObject({ done: 2, total: 6 });
    await engine.api.resumeRun({ runId });
    expect((await ended(engine.api, runId)).summary.status).toBe("completed");
  });

  test("a child that a person cancels is a failed item", async () => {
    const { runId } = await engine.api.startRun({ text: asking, inputs: { list: [1] } });
    const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 1);
    await engine.api.cancelRun({ runId: tasks[0]?.runId ?? "" });
    const { failure } = await ended(engine.api, runId);
    expect(failure).toMatchObject({ code: "RUN_CANCELLED", message: "item 0: the child run was cancelled" });
  });
});
