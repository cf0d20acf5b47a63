/** Stored results: what is shared, for how long, who waits for whom, and what a crash, a pause and a wrong clock do. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Engine } from "#engine/open.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated, startsOf } from "./simulated.ts";

const pipeline = (nodes: string, edges = "[]", name = "cached") =>
  `layerloom: 1\nname: ${name}\ndefaults: { retry: { jitter: none } }\nnodes:\n${nodes
    .trim()
    .split("\n")
    .map((line) => `  ${line.trim()}\n`)
    .join("")}edges: ${edges}\n`;

const attempts = async (text: string) => {
  const { run, events } = await simulated(text);
  const told = Object.entries(run.nodes).map(([id, node]) => [id, [node.status, node.attempts]]);
  return { run, events, nodes: Object.fromEntries(told) as Record<string, [string, number]> };
};

describe("in virtual time", () => {
  test("a result is taken for as long as its ttl, and then made anew", async () => {
    const { run, events } = await attempts(
      pipeline(
        `look: { uses: simulate, cache: { ttl: 1h }, with: { script: [{ output: 1, usd: 0.5 }, { output: 2 }] } }
         nap: { uses: wait, with: { duration: 30m } }`,
        "[look -> nap, { from: nap, to: look, kind: loop, max: 3, onExhausted: continue }]",
      ),
    );
    expect(startsOf(events, "look")).toEqual([0, 3600]);
    expect(run.nodes.look).toMatchObject({ activations: 4, attempts: 2, output: 2, cost: { usd: 0.5 } });
    expect(
      events.filter(({ event }) => event === "NodeCached").map(({ at, storedAt }) => [at, storedAt]),
    ).toEqual([
      ["1970-01-01T00:30:00.000Z", "1970-01-01T00:00:00.000Z"],
      ["1970-01-01T01:30:00.000Z", "1970-01-01T01:00:00.000Z"],
    ]);
  });

  test("equal keys in flight are made once; the rest wait and take it", async () => {
    const node =
      "{ uses: simulate, cache: { ttl: 1h }, with: { delay: 10s, script: [{ output: 7, usd: 0.1 }] } }";
    const { run, nodes } = await attempts(pipeline(`a: ${node}\nb: ${node}\nc: ${node}`));
    expect(nodes).toEqual({ a: ["succeeded", 1], b: ["cached", 0], c: ["cached", 0] });
    expect(run.durationMs).toBe(10_000);
    expect(run.cost.usd).toBe(0.1);
    expect(run.nodes.c?.cached).toEqual({
      storedAt: "1970-01-01T00:00:10.000Z",
      ageMs: 0,
      saved: { usd: 0.1, tokens: 0 },
    });
  });

  test("who waits goes on waiting while the first is tried again", async () => {
    const node =
      "{ uses: simulate, cache: { ttl: 1h }, with: { script: [{ error: transient }, { output: 7 }] } }";
    const { run, nodes } = await attempts(pipeline(`a: ${node}\nb: ${node}`));
    expect(nodes).toEqual({ a: ["succeeded", 2], b: ["cached", 0] });
    expect(run.durationMs).toBe(1_000);
  });

  test("when the first fails for good the next makes it, one after the other", async () => {
    const failing =
      "{ uses: simulate, cache: { ttl: 1h, key: '${{ 1 }}' }, with: { delay: 1s, script: [{ error: permanent }] } }";
    const well =
      "{ uses: simulate, cache: { ttl: 1h, key: '${{ 1 }}' }, with: { delay: 1s, script: [{ output: 3 }] } }";
    const { nodes, events } = await attempts(
      pipeline(`a: ${failing}\nb: ${failing}\nc: ${well}\nd: ${well}`),
    );
    expect(nodes).toEqual({ a: ["failed", 1], b: ["failed", 1], c: ["succeeded", 1], d: ["cached", 0] });
    expect([startsOf(events, "a"), startsOf(events, "b"), startsOf(events, "c")]).toEqual([[0], [1], [2]]);
  });

  test("a loop that takes the first back lets the next go on", async () => {
    const slow = (key: number) =>
      `{ uses: simulate, cache: { ttl: 1h, key: '\${{ ${key} }}' }, with: { delay: 10s, script: [{ output: 3 }] } }`;
    const { nodes, events } = await attempts(
      pipeline(
        `start: { uses: simulate }
         inner: { uses: simulate, cache: { ttl: 1h, key: '\${{ [loop.count, nodes.again.outcome] }}' }, with: { delay: 10s } }
         again: { uses: simulate, with: { delay: 1s, script: [{ outcome: again }, {}] } }
         other: ${slow(1)}
         same: ${slow(1)}`,
        "[start -> inner, start -> again, { from: again, on: again, to: start, kind: loop }]",
      ),
    );
    // The key of both rounds is the same, so the second round waits for nobody but itself, which is nobody.
    expect(startsOf(events, "inner")).toEqual([0, 1]);
    expect(nodes.inner).toEqual(["succeeded", 2]);
    expect(nodes.same).toEqual(["cached", 0]);
  });

  test("what tells calls apart: activity, settings, key, scope; not the node", async () => {
    const { nodes } = await attempts(
      pipeline(
        `a: { uses: transform, cache: { ttl: 1h }, with: { value: { x: 1, y: [2] } } }
         b: { uses: transform, title: B, timeout: 3s, cache: { ttl: 9h }, with: { value: { y: [2], x: 1 } } }
         c: { uses: transform, cache: { ttl: 1h }, with: { value: { x: 1, y: [3] } } }
         d: { uses: simulate, cache: { ttl: 1h }, with: { value: { x: 1, y: [2] } } }
         e: { uses: transform, cache: { ttl: 1h, scope: run }, with: { value: { x: 1, y: [2] } } }
         f: { uses: transform, cache: { ttl: 1h, scope: all }, with: { value: { x: 1, y: [2] } } }
         g: { uses: transform, cache: { ttl: 1h, key: { x: 1, y: ['\${{ 2 }}'] } }, with: { value: 9 } }
         h: { uses: transform, cache: { ttl: 1h, key: { y: [2], x: '\${{ 1 }}' } }, with: { value: 8 } }`.replace(
          "d: { uses: simulate, cache: { ttl: 1h }, with: { value: { x: 1, y: [2] } } }",
          "d: { uses: code, cache: { ttl: 1h }, with: { source: return 1 } }",
        ),
      ),
    );
    const cached = Object.entries(nodes).filter(([, [status]]) => status === "cached");
    expect(cached.map(([id]) => id)).toEqual(["b", "h"]);
  });

  test("what is degraded is not stored, and a key that cannot be worked out stores nothing", async () => {
    const { nodes } = await attempts(
      pipeline(
        `a: { uses: simulate, cache: { ttl: 1h }, default: 1, with: { script: [{ error: permanent }] } }
         b: { uses: simulate, cache: { ttl: 1h }, default: 1, with: { script: [{ error: permanent }] } }
         c: { uses: transform, cache: { ttl: 1h, key: "\${{ nodes.a.output.missing }}" }, with: { value: 1 } }`,
        "[a -> b, b -> c, a -> c]",
      ),
    );
    expect(nodes).toMatchObject({ a: ["degraded", 1], b: ["degraded", 1], c: ["succeeded", 1] });
  });

  test("a list is stored as a whole, and not when an item of it failed", async () => {
    const list = (script: string) =>
      pipeline(
        `list: { uses: simulate, forEach: [1, 2, 3], onItemError: collect, cache: { ttl: 1h }, with: { script: [${script}] } }
         again: { uses: simulate }`,
        "[list -> again, { from: again, to: list, kind: loop, max: 1, onExhausted: continue }]",
      );
    const whole = await attempts(list('{ output: "${{ item * 2 }}", usd: 0.5 }'));
    expect(whole.run.nodes.list).toMatchObject({
      status: "cached",
      activations: 2,
      attempts: 1,
      cached: { saved: { usd: 1.5 } },
    });
    expect(whole.run.cost.usd).toBe(1.5);
    const broken = await attempts(list("{ error: permanent }"));
    expect(broken.run.nodes.list).toMatchObject({ activations: 2, attempts: 2 });
  });

  test("a node that waits for a person makes nobody wait", async () => {
    const { run } = await attempts(
      pipeline(
        `a: { uses: simulate, retrySafe: false, cache: { ttl: 1h }, with: { script: [{ output: 1 }] } }
         b: { uses: template, cache: { ttl: 1h }, with: { text: hello } }
         c: { uses: template, cache: { ttl: 1h }, with: { text: hello } }`,
        "[b -> c]",
      ),
    );
    expect(run.nodes.c?.status).toBe("cached");
  });
});

describe("on a real file", () => {
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

  const slow = (delay: string, name = "cached") =>
    pipeline(
      `a: { uses: simulate, cache: { ttl: 1h }, with: { delay: ${delay}, script: [{ output: { n: 1 }, usd: 0.25, tokens: 40 }] } }`,
      "[]",
      name,
    );
  const run = async (text: string) => {
    const { runId } = await engine.api.startRun({ text });
    await ended(engine.api, runId);
    return (await engine.api.getResult({ runId })).run;
  };

  test("another run of the pipeline takes it, with its age and what it saved, also after a restart", async () => {
    const before = Date.now();
    expect((await run(slow("0s"))).nodes.a).toMatchObject({ status: "succeeded", attempts: 1 });
    await engine.close();
    engine = bench.open();
    const second = await run(slow("0s"));
    expect(second.cost.usd).toBe(0);
    expect(second.nodes.a).toMatchObject({
      status: "cached",
      attempts: 0,
      output: { n: 1 },
      cached: { saved: { usd: 0.25, tokens: 40 } },
    });
    expect(Date.parse(second.nodes.a?.cached?.storedAt ?? "")).toBeGreaterThanOrEqual(before);
    expect((await run(slow("0s", "somebody else"))).nodes.a?.status).toBe("succeeded");
  });

  test("a run waits for another run that makes the same, and makes it when that one is cancelled", async () => {
    const text = slow("400ms");
    const first = await engine.api.startRun({ text });
    await until(engine.api, first.runId, ({ nodes }) => nodes.some(({ status }) => status === "running"));
    const second = await engine.api.startRun({ text });
    const third = await engine.api.startRun({ text });
    await until(engine.api, second.runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "cache");
    await engine.api.cancelRun(first);
    const ends = await Promise.all([ended(engine.api, second.runId), ended(engine.api, third.runId)]);
    expect(ends.map(({ summary }) => summary.status)).toEqual(["completed", "completed"]);
    const results = await Promise.all([second, third].map((of) => engine.api.getResult(of)));
    expect(results.map(({ run: { nodes } }) => nodes.a?.status)).toEqual(["succeeded", "cached"]);
  });

  test("a pause of the one that waits, or of the one that makes it, leaves nobody waiting for ever", async () => {
    const text = pipeline(
      `gate: { uses: simulate, with: { delay: 200ms } }
       a: { uses: simulate, cache: { ttl: 1h, key: '\${{ 1 }}' }, with: { delay: 100ms, script: [{ error: transient }, { output: 1 }] }, retry: { initial: 50ms } }`,
    );
    const first = await engine.api.startRun({ text });
    await until(engine.api, first.runId, ({ nodes }) =>
      nodes.some(({ id, status }) => id === "a" && status === "running"),
    );
    const second = await engine.api.startRun({ text });
    await until(engine.api, second.runId, ({ nodes }) =>
      nodes.some(({ waitsFor }) => waitsFor?.kind === "cache"),
    );
    await engine.api.pauseRun(second);
    await engine.api.pauseRun(first);
    await engine.api.resumeRun(second);
    expect((await ended(engine.api, second.runId)).summary.status).toBe("completed");
    await engine.api.resumeRun(first);
    expect((await ended(engine.api, first.runId)).summary.status).toBe("completed");
  });

  test("after the engine died in the middle, one makes it and the other still waits", async () => {
    const text = slow("300ms");
    const first = await engine.api.startRun({ text });
    await until(engine.api, first.runId, ({ nodes }) => nodes.some(({ status }) => status === "running"));
    const second = await engine.api.startRun({ text });
    await until(engine.api, second.runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "cache");
    await engine.close();
    engine = bench.open({ recover: "all" });
    await Promise.all([ended(engine.api, first.runId), ended(engine.api, second.runId)]);
    const results = await Promise.all([first, second].map((of) => engine.api.getResult(of)));
    expect(results.map(({ run: { nodes } }) => nodes.a?.status)).toEqual(["succeeded", "cached"]);
  });

  test("a clock that is set back makes nothing live for ever", async () => {
    const real = Date.now;
    const hour = 3_600_000;
    let ahead = 48 * hour;
    const now = vi.spyOn(Date, "now").mockImplementation(() => real() + ahead);
    try {
      expect((await run(slow("0s"))).nodes.a?.status).toBe("succeeded");
      ahead = 0;
      const seen = real();
      const { nodes } = await run(slow("0s"));
      expect(nodes.a?.status).toBe("cached");
      expect(Date.parse(nodes.a?.cached?.storedAt ?? "")).toBeGreaterThanOrEqual(seen);
      ahead = 0.9 * hour;
      expect((await run(slow("0s"))).nodes.a?.status).toBe("cached");
      ahead = 1.1 * hour;
      expect((await run(slow("0s"))).nodes.a?.status).toBe("succeeded");
    } finally {
      now.mockRestore();
    }
  });

  test("a simulated answer is never taken for a real one", async () => {
    const text = pipeline("a: { uses: llm, cache: { ttl: 1h }, with: { prompt: hello } }");
    const { runId } = await engine.api.startRun({ text, provider: "simulated" });
    await ended(engine.api, runId);
    await engine.close();
    engine = bench.open({
      secrets: (name) => (name === "ANTHROPIC_BASE_URL" ? "http://127.0.0.1:9" : "not-a-key"),
    });
    const real = await engine.api.startRun({ text });
    const update = await until(engine.api, real.runId, ({ nodes }) =>
      nodes.some(({ attempts }) => attempts > 0),
    );
    expect(update.nodes.find(({ id }) => id === "a")?.status).not.toBe("cached");
    await engine.api.cancelRun(real);
  });
});
