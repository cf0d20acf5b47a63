/** Budgets: what is set aside, who waits, who is refused, and that no crash, loop or child spends twice. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrintedEvent } from "#contract/events.ts";
import {
  GOOD_KEY,
  type MessagesServer,
  startMessagesServer,
} from "#test/activities/support/messages-server.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated, startsOf } from "./simulated.ts";

const head = (usd: number): string =>
  `layerloom: 1\nname: thrifty\nbudget: { usd: ${usd} }\ndefaults: { retry: { jitter: none } }\n`;
const paid = (usd: number, more = ""): string =>
  `{ uses: simulate, with: { delay: 10s, script: [{ output: 1, usd: ${usd} }] }${more} }`;
const codesOf = (events: readonly PrintedEvent[]) =>
  events
    .filter(({ event }) => event === "AttemptRefused")
    .map(({ node, error }) => `${node} ${(error as { code: string }).code}`);

describe("in virtual time", () => {
  test("what fits to the cent runs, what does not is refused and says why", async () => {
    const { run, events } = await simulated(
      `${head(0.3)}nodes:\n  a: ${paid(0.1)}\n  b: ${paid(0.1)}\n  c: ${paid(0.1)}\n  d: ${paid(0.1)}\nedges: []\n`,
    );
    expect(run.status).toBe("failed");
    expect(run.cost.usd).toBeCloseTo(0.3, 10);
    expect(events.filter(({ event }) => event === "AttemptStarted").map(({ reserved }) => reserved)).toEqual([
      0.1, 0.1, 0.1,
    ]);
    expect(codesOf(events)).toEqual(["d BUDGET_SPENT"]);
    expect(run.nodes.d).toMatchObject({ status: "failed", attempts: 0 });
    expect(run.nodes.d?.error?.message).toBe("d may cost $0.10; of the budget of $0.30, $0.30 is spent");
    // It waited for what others might leave over before it was refused.
    const refused = events.find(({ event }) => event === "AttemptRefused");
    expect(Date.parse(refused?.at ?? "")).toBe(10_000);
  });

  test("a refusal is a failure like any other: chain, default and error edge take it", async () => {
    const { run } = await simulated(`${head(0)}
nodes:
  a: ${paid(0.1, ", fallback: [{ template: cheap }]")}
  b: ${paid(0.1, ", default: none")}
  c: ${paid(0.1)}
  d: { uses: template, with: { text: "\${{ error.code }}" } }
edges: [{ from: c, to: d, kind: error }]
output: ["\${{ nodes.a.output }}", "\${{ nodes.b.output }}", "\${{ nodes.d.output }}"]
`);
    expect([run.status, run.output, run.cost.usd]).toEqual([
      "completed",
      ["cheap", "none", "BUDGET_SPENT"],
      0,
    ]);
    expect(run.nodes.a?.status).toBe("degraded");
  });

  test("failed attempts count, and so do those that a loop takes back or a time-out cuts off", async () => {
    const failing = await simulated(
      `${head(0.25)}nodes:\n  a: { uses: simulate, with: { script: [{ error: transient, usd: 0.1 }] } }\nedges: []\n`,
    );
    expect(startsOf(failing.events, "a")).toEqual([0, 1]);
    expect(codesOf(failing.events)).toEqual(["a BUDGET_SPENT"]);

    const cut = await simulated(
      `${head(0.25)}nodes:\n  a: { uses: simulate, timeout: 2s, with: { delay: 10s, script: [{ usd: 0.1 }] } }\nedges: []\n`,
    );
    expect(startsOf(cut.events, "a")).toEqual([0, 3]);
    expect(cut.run.cost.usd).toBe(0);
    expect(cut.run.nodes.a?.error?.message).toContain("$0.00 and up to $0.20 of cut-off attempts is spent");

    const taken = await simulated(`${head(0.25)}
nodes:
  start: { uses: transform, with: { value: 1 } }
  quick: { uses: simulate, with: { delay: 1s } }
  slow: ${paid(0.2)}
edges:
  - start -> quick
  - start -> slow
  - { from: quick, to: start, kind: loop, max: 1, onExhausted: continue }
`);
    expect(startsOf(taken.events, "slow")).toEqual([0]);
    expect(codesOf(taken.events)).toEqual(["slow BUDGET_SPENT"]);
  });

  test("child runs share it, however many run at once", async () => {
    const { run } = await simulated(`${head(0.055)}
inputs: { list: { type: array, default: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] } }
nodes:
  each: ${paid(0.01, ', forEach: "${{ inputs.list }}", maxConcurrent: 10, onItemError: collect')}
edges: []
output: "\${{ nodes.each.output.ok }}"
`);
    expect([run.status, run.output]).toEqual(["partial", 5]);
    expect(run.cost.usd).toBeCloseTo(0.05, 10);
  });

  test("a sub-pipeline may have a smaller one of its own", async () => {
    const inner = (usd: number) => `
    uses: pipeline
    default: stopped
    with:
      pipeline:
        budget: { usd: ${usd} }
        nodes: { x: ${paid(0.1)}, y: ${paid(0.1)} }
        edges: [x -> y]
        output: done`;
    const text = (outer: number) =>
      `${head(outer)}nodes:\n  a:${inner(0.15)}\n  b:${inner(0.5)}\nedges: [a -> b]\noutput: ["\${{ nodes.a.output }}", "\${{ nodes.b.output }}"]\n`;
    const rich = await simulated(text(1));
    expect(rich.run.output).toEqual(["stopped", "done"]);
    expect(rich.run.cost.usd).toBeCloseTo(0.3, 10);
    const poor = await simulated(text(0.25));
    expect(poor.run.output).toEqual(["stopped", "stopped"]);
    expect(poor.run.cost.usd).toBeCloseTo(0.2, 10);
  });

  test("is not spent on guesses", async () => {
    const text = (budget: string) => `layerloom: 1\nname: ahead\n${budget}
nodes:
  think: { uses: simulate, speculate: [act], with: { delay: 3s, script: [{ output: 1 }] } }
  act: { uses: simulate, pure: true, with: { delay: 2s, script: [{ output: 2, usd: 0.1 }] } }
  again: { uses: simulate, with: { script: [{ outcome: more }, { outcome: ok }] } }
edges:
  - think -> act -> again
  - { from: again, on: more, to: think, kind: loop, max: 1 }
`;
    const guessed = async (budget: string) =>
      (await simulated(text(budget))).events.some(({ event }) => event === "SpeculationEnded");
    expect([await guessed(""), await guessed("budget: { usd: 5 }")]).toEqual([true, false]);
  });

  test("whatever runs: never spent over, and a run always ends", async () => {
    const cents = fc.integer({ min: 0, max: 30 });
    const node = fc.record({
      script: fc.array(fc.tuple(cents, fc.constantFrom("ok", "transient", "quality")), {
        minLength: 1,
        maxLength: 3,
      }),
      seconds: fc.integer({ min: 0, max: 5 }),
      timeout: fc.option(fc.integer({ min: 1, max: 4 })),
      items: fc.option(fc.integer({ min: 0, max: 6 })),
      after: fc.nat(),
      back: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 1, maxLength: 6 }), cents, async (nodes, budget) => {
        const lines = nodes.map(({ script, seconds, timeout, items }, index) => {
          const entries = script.map(
            ([usd, kind]) => `{ usd: ${usd / 100}${kind === "ok" ? ", output: 1" : `, error: ${kind}`} }`,
          );
          return [
            `  n${index}: { uses: simulate, retry: { retries: 2 }`,
            timeout === null ? "" : `, timeout: ${timeout}s`,
            items === null
              ? ""
              : `, forEach: [${Array(items).fill(1)}], maxConcurrent: 3, onItemError: collect`,
            `, with: { delay: ${seconds}s, script: [${entries}] } }`,
          ].join("");
        });
        const edges = nodes.flatMap(({ after, back }, index) => {
          if (index === 0) return [];
          const from = after % index;
          const loop = `{ from: n${index}, to: n${from}, kind: loop, max: 2, onExhausted: continue }`;
          return [`n${from} -> n${index}`, ...(back ? [loop] : [])];
        });
        const { run } = await simulated(
          `${head(budget / 100)}nodes:\n${lines.join("\n")}\nedges: [${edges.join(", ")}]\n`,
        );
        expect(["completed", "failed", "partial"]).toContain(run.status);
        expect(run.cost.usd).toBeLessThanOrEqual(budget / 100 + 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});

describe("with a model that is paid for", () => {
  let bench: Bench;
  let server: MessagesServer;
  const secrets = (name: string) => ({ ANTHROPIC_API_KEY: GOOD_KEY, ANTHROPIC_BASE_URL: server.url })[name];

  beforeEach(async () => {
    bench = engineBench();
    server = await startMessagesServer();
  });
  afterEach(async () => {
    await server.close();
    bench.clean();
  });

  // 1,001 bytes at $4 and 1,000 tokens at $20 a million: $0.024004 at worst. Paid: 10 and 20 tokens, $0.00044.
  const asks = (count: number, usd: number, retries = 0): string => {
    const ids = Array.from({ length: count }, (_, index) => `n${index}`);
    const node = `{ uses: llm, retry: { retries: ${retries}, initial: 10ms }, with: { model: opus, prompt: x, maxTokens: 1000 } }`;
    return `${head(usd)}nodes:\n${ids.map((id) => `  ${id}: ${node}`).join("\n")}\nedges: []\n`;
  };
  const run = async (text: string) => {
    const engine = bench.open({ secrets });
    const { runId } = await engine.api.startRun({ text });
    await ended(engine.api, runId);
    const result = await engine.api.getResult({ runId });
    await engine.close();
    return result.run;
  };

  test("who does not fit waits until others have settled, and takes what they left over", async () => {
    const { status, cost } = await run(asks(3, 0.0255));
    expect(status).toBe("completed");
    expect(cost.usd).toBeCloseTo(3 * 0.00044, 10);
    expect(server.requests).toHaveLength(3);
  });

  test("an answer that broke off counts at its worst, a refused request costs nothing", async () => {
    server.reply({ type: "cut", text: "half an ans" }, { type: "answer", text: "whole" });
    const cut = await run(asks(1, 0.03, 3));
    expect([cut.status, server.requests.length]).toEqual(["failed", 1]);
    expect(cut.nodes.n0?.error?.message).toMatch(/of cut-off attempts is spent$/);

    const limited = { type: "error", status: 429, errorType: "rate_limit_error" } as const;
    server.reply(limited, limited, { type: "answer", text: "whole" });
    expect((await run(asks(1, 0.03, 3))).status).toBe("completed");
  });

  test("a model whose price nobody knows is not asked", async () => {
    const { status, nodes } = await run(asks(1, 5).replace("model: opus", "model: claude-none-1"));
    expect([status, nodes.n0?.error?.code, server.requests.length]).toEqual(["failed", "COST_UNKNOWN", 0]);
  });

  test("what a crash cut off stays counted", async () => {
    server.reply({ type: "silent" }, { type: "answer", text: "whole" });
    const first = bench.open({ secrets });
    const { runId } = await first.api.startRun({ text: asks(1, 0.03) });
    await expect.poll(() => server.requests.length).toBe(1);
    await first.close();
    const second = bench.open({ secrets, recover: "all" });
    const { nodes } = await until(second.api, runId, ({ summary }) => summary.status === "failed");
    expect(nodes[0]?.failure).toMatchObject({ code: "BUDGET_SPENT" });
    expect(server.requests).toHaveLength(1);
    await second.close();
  });

  test("nor is what it cut off in a child run forgotten by its parent", async () => {
    server.reply({ type: "silent" }, { type: "answer", text: "whole" });
    const ask = "retry: { retries: 0 }, with: { model: opus, prompt: x, maxTokens: 1000 }";
    const text = `${head(0.03)}nodes:\n  each: { uses: llm, forEach: [1], onItemError: collect, ${ask} }\n  after: { uses: llm, ${ask} }\nedges: [each -> after]\n`;
    const first = bench.open({ secrets });
    const { runId } = await first.api.startRun({ text });
    await expect.poll(() => server.requests.length).toBe(1);
    await first.close();
    const second = bench.open({ secrets, recover: "all" });
    const { nodes } = await until(second.api, runId, ({ summary }) => summary.status === "failed");
    expect(nodes.map(({ id, status }) => `${id} ${status}`)).toEqual(["each succeeded", "after failed"]);
    expect(nodes[1]?.failure?.message).toContain("$0.00 and up to $0.02 of cut-off attempts is spent");
    expect(server.requests).toHaveLength(1);
    await second.close();
  });

  test("who waits for money says so", async () => {
    server.reply({ type: "silent" });
    const engine = bench.open({ secrets });
    const { runId } = await engine.api.startRun({ text: asks(2, 0.03) });
    const update = await until(engine.api, runId, ({ nodes }) =>
      nodes.some(({ waitsFor }) => waitsFor?.kind === "budget"),
    );
    expect(update.nodes.find(({ id }) => id === "n1")).toMatchObject({
      status: "queued",
      waitsFor: { kind: "budget" },
    });
    await engine.api.cancelRun({ runId });
    await ended(engine.api, runId);
    await engine.close();
  });
});
