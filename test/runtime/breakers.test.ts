/** Breakers as runs meet them: in virtual time, where a rest can be read off exactly, and shared by real runs. */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { PrintedEvent } from "#contract/events.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated, startsOf } from "./simulated.ts";

const HEAD = "layerloom: 1\nname: resting\ndefaults: { retry: { jitter: none, retries: 9 } }\n";
const failing = (times: number): string => `script: [${"{ error: transient }, ".repeat(times)}{ output: 1 }]`;
const changesOf = (events: readonly PrintedEvent[]) =>
  events
    .filter(({ event }) => event === "BreakerChanged")
    .map(({ at, service, state, node }) => `${Date.parse(at) / 1_000} ${service} ${state} by ${node}`);

test("after five failures in a row a service rests for five minutes, then one probe decides", async () => {
  const { run, events } = await simulated(`${HEAD}
nodes:
  a: { uses: simulate, breaker: { service: mail }, with: { ${failing(6)} } }
  b: { uses: wait, with: { duration: 20s } }
  c: { uses: simulate, breaker: { service: mail }, with: { delay: 1s } }
  d: { uses: simulate, breaker: { service: other }, with: { delay: 1s } }
edges: [b -> c, b -> d]
`);
  expect(run.status).toBe("completed");
  expect(changesOf(events)).toEqual(["15 mail open by a", "315 mail half-open by c", "316 mail closed by c"]);
  expect(startsOf(events, "a")).toEqual([0, 1, 3, 7, 15, 316, 348]);
  expect(startsOf(events, "c")).toEqual([315]);
  expect(startsOf(events, "d")).toEqual([20]);
});

test("a probe that fails gives it another rest; its own numbers hold", async () => {
  const { events } = await simulated(`${HEAD}
nodes:
  a: { uses: simulate, breaker: { failures: 2, cooldown: 10s }, with: { ${failing(4)} } }
edges: []
`);
  expect(changesOf(events)).toEqual([
    "1 simulate open by a",
    "11 simulate half-open by a",
    "11 simulate open by a",
    "21 simulate half-open by a",
    "21 simulate open by a",
    "31 simulate half-open by a",
    "31 simulate closed by a",
  ]);
  expect(startsOf(events, "a")).toEqual([0, 1, 11, 21, 31]);
});

test("only illness counts: an answer that is no good starts the count again", async () => {
  const { events } = await simulated(`${HEAD}
nodes:
  a: { uses: simulate, breaker: { failures: 2 }, with: { script: [{ error: transient }, { error: quality }, { error: transient }, { error: quality }, { output: 1 }] } }
edges: []
`);
  expect(changesOf(events)).toEqual([]);
});

test("without a service, or with `breaker: false`, nothing rests", async () => {
  for (const breaker of ["", ", breaker: false"]) {
    const { events } = await simulated(
      `${HEAD}nodes:\n  a: { uses: simulate${breaker}, with: { ${failing(7)} } }\nedges: []\n`,
    );
    expect(changesOf(events)).toEqual([]);
    expect(startsOf(events, "a")).toEqual([0, 1, 3, 7, 15, 31, 63, 123]);
  }
});

test("a model is a service with its provider, and another model is another one", async () => {
  const { events } = await simulated(`${HEAD}
nodes:
  ill: { uses: llm, with: { prompt: x, model: opus, simulate: { delay: 0s, ${failing(5)} } } }
  late: { uses: wait, with: { duration: 20s } }
  same: { uses: llm, with: { prompt: x, complexity: complex, simulate: { delay: 0s } } }
  other: { uses: llm, with: { prompt: x, model: "\${{ 'son' + 'net' }}", simulate: { delay: 0s } } }
edges: [late -> same, late -> other]
`);
  expect(changesOf(events)[0]).toBe("15 simulated/claude-opus-5-5 open by ill");
  expect(startsOf(events, "same")).toEqual([315]);
  expect(startsOf(events, "other")).toEqual([20]);
});

test("a probe that never ends is given up, and the next one is let through", async () => {
  const { events } = await simulated(`${HEAD}
nodes:
  ill: { uses: simulate, retry: { retries: 1 }, breaker: { service: s, failures: 2, cooldown: 1m }, default: none, with: { script: [{ error: transient }] } }
  late: { uses: wait, with: { duration: 5s } }
  hung: { uses: simulate, breaker: { service: s, cooldown: 1m }, with: { delay: 1h } }
  next: { uses: simulate, breaker: { service: s }, with: { delay: 1s } }
edges: [late -> hung, late -> next]
`);
  expect(startsOf(events, "hung")).toEqual([61]);
  expect(startsOf(events, "next")).toEqual([121]);
  expect(changesOf(events).at(-1)).toBe("122 s closed by next");
});

test("a chain does not wait: the next link is taken, which is another service", async () => {
  const { run, events } = await simulated(`${HEAD}
nodes:
  ill: { uses: llm, retry: { retries: 4 }, default: none, with: { prompt: x, model: opus, simulate: { delay: 0s, script: [{ error: transient }] } } }
  late: { uses: wait, with: { duration: 20s } }
  plan: { uses: llm, fallback: [haiku, human], with: { prompt: x, model: opus, simulate: { delay: 0s } } }
edges: [late -> plan]
`);
  expect(changesOf(events)).toEqual(["15 simulated/claude-opus-5-5 open by ill"]);
  expect(events.find(({ event }) => event === "AttemptRefused")).toMatchObject({
    node: "plan",
    error: { code: "BREAKER_OPEN", class: "transient", message: expect.stringContaining("for 295 s") },
  });
  expect(events.find(({ event }) => event === "FallbackTaken")).toMatchObject({ link: 1, to: "haiku" });
  expect(startsOf(events, "plan")).toEqual([20]);
  expect(run.nodes.plan).toMatchObject({ status: "degraded", attempts: 1 });
});

test("nobody calls a service that rests on a guess", async () => {
  const ahead = (script: string) => `${HEAD}
nodes:
  ill: { uses: simulate, retry: { retries: 1 }, breaker: { service: s, failures: 2 }, default: none, with: { script: ${script} } }
  round: { uses: simulate, speculate: [next], with: { delay: 1m } }
  next: { uses: simulate, pure: true, breaker: { service: s }, with: { script: [{ output: 1 }] } }
  again: { uses: simulate }
edges:
  - ill -> round -> next -> again
  - { from: again, to: ill, kind: loop, max: 1, onExhausted: continue }
`;
  const guesses = async (script: string) =>
    (await simulated(ahead(script))).events.filter(({ event }) => event === "SpeculationEnded").length;
  expect(await guesses("[{ output: 1 }]")).toBe(1);
  expect(await guesses("[{ output: 1 }, { error: transient }]")).toBe(0);
});

const crowd = (size: number): string => `${HEAD}
maxConcurrent: 10000
nodes:
  ill: { uses: simulate, breaker: { service: s }, with: { ${failing(5)} } }
  late: { uses: wait, with: { duration: 20s } }
${Array.from({ length: size }, (_, index) => `  n${index}: { uses: simulate, breaker: { service: s }, with: { delay: 1s } }`).join("\n")}
edges:
${Array.from({ length: size }, (_, index) => `  - late -> n${index}`).join("\n")}
`;

test("a thousand that wait send one probe, and then all go", async () => {
  const { run, events } = await simulated(crowd(1_000));
  expect(run.status).toBe("completed");
  const starts = events.filter(({ event, at }) => event === "AttemptStarted" && Date.parse(at) > 20_000);
  expect(starts.filter(({ at }) => Date.parse(at) === 315_000)).toHaveLength(1);
  // As many as an engine runs at once.
  expect(starts.filter(({ at }) => Date.parse(at) === 316_000)).toHaveLength(256);
  expect(starts).toHaveLength(1_001);
  expect(changesOf(events).map((line) => line.split(" ")[2])).toEqual(["open", "half-open", "closed"]);
});

let bench: Bench;
let server: Server;
let base = "";
let calls = 0;
let answer: (response: ServerResponse) => void = (response) => response.end("well");

beforeAll(async () => {
  bench = engineBench();
  server = createServer((_request, response) => {
    calls += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  bench.clean();
});
beforeEach(() => {
  calls = 0;
});

const ill = (response: ServerResponse): void => void response.writeHead(503).end();
const calling = (cooldown: string, retries: number): string => `layerloom: 1
name: calling
nodes:
  call: { uses: http, retry: { initial: 1ms, max: 1ms, retries: ${retries} }, breaker: { failures: 3, cooldown: ${cooldown} }, with: { url: "http://${base}/" } }
edges: []
`;

test("two runs share a breaker, and a cancelled probe lets the next one through", async () => {
  const engine = bench.open();
  try {
    const { api } = engine;
    answer = ill;
    const first = await api.startRun({ text: calling("300ms", 5) });
    await until(api, first.runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "breaker");
    expect(calls).toBe(3);
    const second = await api.startRun({ text: calling("300ms", 5) });
    const waiting = await until(api, second.runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "breaker");
    expect(waiting.summary.status).toBe("running");
    expect(waiting.nodes[0]).toMatchObject({
      status: "queued",
      attempts: 0,
      waitsFor: { kind: "breaker", service: base, until: expect.any(Number) },
      breaker: { service: base, state: "open", failures: 3 },
    });
    expect(await api.breakers()).toMatchObject([{ service: base, state: "open", failures: 3 }]);

    const hung: ServerResponse[] = [];
    answer = (response) => void hung.push(response);
    const probing = await until(api, first.runId, ({ nodes }) => nodes[0]?.status === "running");
    expect(probing.nodes[0]?.breaker).toMatchObject({ state: "half-open" });
    await expect.poll(() => calls).toBe(4);
    answer = (response) => void response.end("well");
    await api.cancelRun(first);
    expect((await ended(api, second.runId)).summary.status).toBe("completed");
    expect(calls).toBe(5);
    expect(await api.breakers()).toEqual([]);
    for (const response of hung) response.end();
  } finally {
    await engine.close();
  }
});

test("it outlives the engine, rests on, and a reset lets everybody through at once", async () => {
  answer = ill;
  const engine = bench.open();
  const { runId } = await engine.api.startRun({ text: calling("1h", 5) });
  await until(engine.api, runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "breaker");
  const [before] = await engine.api.breakers();
  await engine.close();

  const again = bench.open({ recover: "all" });
  try {
    const { api } = again;
    await until(api, runId, ({ nodes }) => nodes[0]?.waitsFor?.kind === "breaker");
    expect(await api.breakers()).toEqual([before]);
    expect(calls).toBe(3);
    answer = (response) => void response.end("well");
    await api.resetBreaker({ service: base });
    expect((await ended(api, runId)).summary.status).toBe("completed");
    expect(calls).toBe(4);
    await expect(api.resetBreaker({ service: base })).rejects.toMatchObject({ code: "NOT_FOUND" });
  } finally {
    await again.close();
  }
  const third = bench.open();
  expect(await third.api.breakers()).toEqual([]);
  await third.close();
});

test("of services that failed now and then, so many are remembered and no more", async () => {
  const engine = bench.open();
  try {
    const nodes = Array.from(
      { length: 1_100 },
      (_, index) =>
        `  n${index}: { uses: simulate, retry: { retries: 0 }, default: 0, breaker: { service: s${index} }, with: { script: [{ error: transient }] } }`,
    );
    const text = `layerloom: 1\nname: many\nnodes:\n${nodes.join("\n")}\nedges: []\n`;
    const { runId } = await engine.api.startRun({ text });
    expect((await ended(engine.api, runId)).summary.status).toBe("completed");
    expect(await engine.api.breakers()).toHaveLength(1_000);
  } finally {
    await engine.close();
  }
  const again = bench.open();
  expect(await again.api.breakers()).toHaveLength(1_000);
  await again.close();
});
