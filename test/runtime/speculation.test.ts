/** Guesses: what they save when they are right, that they harm nobody when they are wrong, and what they cost. */
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "#engine/open.ts";
import {
  GOOD_KEY,
  type MessagesServer,
  startMessagesServer,
} from "#test/activities/support/messages-server.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated, startsOf } from "./simulated.ts";

/** `reason` gives these one after the other, 3 s each; `execute` works on them, 2 s each. */
const rounds = (
  outputs: readonly string[],
  more: { readonly reason?: string; readonly execute?: string; readonly edge?: string } = {},
) => `layerloom: 1
name: ahead
defaults: { retry: { jitter: none } }
nodes:
  reason: { uses: simulate, speculate: [execute], with: { delay: 3s, script: [${outputs.join(", ")}] }${more.reason ?? ""} }
  execute:
    uses: simulate
    pure: true
    with: { delay: 2s, script: [{ output: "\${{ nodes.reason.output }}", usd: 0.01, tokens: 5 }] }${more.execute ?? ""}
  again: { uses: simulate }
edges:
  - ${more.edge ?? "reason -> execute"}
  - execute -> again
  - { from: again, to: reason, kind: loop, max: ${outputs.length - 1}, onExhausted: continue }
output: "\${{ nodes.execute.output }}"
`;

const verdicts = (events: Awaited<ReturnType<typeof simulated>>["events"]) =>
  events.filter(({ event }) => event === "SpeculationEnded").map(({ verdict }) => verdict);

describe("in virtual time", () => {
  test("a right guess takes the longer of the two times, a wrong one the sum", async () => {
    const { run, events } = await simulated(rounds(["{ output: x }", "{ output: x }", "{ output: y }"]));
    expect(startsOf(events, "reason")).toEqual([0, 5, 8]);
    expect(verdicts(events)).toEqual(["confirmed", "refuted"]);
    expect(run).toMatchObject({ status: "completed", durationMs: 13_000, output: "y" });
    expect(run.nodes.execute).toMatchObject({ activations: 3, attempts: 3 });
    // Three attempts and one wrong guess.
    expect(run.cost).toEqual({ usd: 0.04, tokens: 20 });
    expect(run.nodes.execute?.cost).toEqual(run.cost);
  });

  test("a guess that is still on its way when it is confirmed is waited for", async () => {
    const { run, events } = await simulated(
      rounds(["{ output: x }", "{ output: x, delay: 500ms }"], { execute: "" }),
    );
    expect(verdicts(events)).toEqual(["confirmed"]);
    expect(startsOf(events, "execute")).toEqual([3, 5.5]);
    expect(run.durationMs).toBe(7_000);
    expect(run.cost.usd).toBe(0.02);
  });

  test("a guess lives through a retry of its source, and is abandoned when that fails for good", async () => {
    const retried = await simulated(rounds(["{ output: x }", "{ error: transient }", "{ output: x }"]));
    expect(verdicts(retried.events)).toEqual(["confirmed", "confirmed"]);
    const failed = await simulated(rounds(["{ output: x }", "{ error: permanent }"]));
    expect(verdicts(failed.events)).toEqual(["abandoned"]);
    expect(failed.run).toMatchObject({ status: "failed", cost: { usd: 0.02 } });
    expect(failed.run.nodes.execute).toMatchObject({ status: "not_reached", attempts: 1 });
  });

  test("a guess that fails is none: the attempt finds out by itself", async () => {
    const { run, events } = await simulated(
      rounds(["{ output: x }", "{ output: x }"]).replace(
        'script: [{ output: "${{ nodes.reason.output }}", usd: 0.01, tokens: 5 }]',
        "script: [{ output: 1 }, { error: transient, usd: 0.5 }, { output: 2 }]",
      ),
    );
    expect(verdicts(events)).toEqual(["abandoned"]);
    expect(run).toMatchObject({ status: "completed", output: 2 });
    expect(run.nodes.execute?.attempts).toBe(3);
    expect(run.cost.usd).toBe(1);
  });

  test("nothing is started ahead where the way would not lead, or another source is still to come", async () => {
    const branch = "{ from: reason, on: good, to: execute }";
    const away = await simulated(
      rounds(["{ output: x, outcome: bad }", "{ output: x, outcome: good }"], { edge: branch })
        .replace("execute -> again", "reason -> again")
        .replace("again: { uses: simulate }", "again: { uses: simulate, with: { delay: 9s } }"),
    );
    expect(verdicts(away.events)).toEqual([]);
    const late = await simulated(
      rounds(["{ output: x }", "{ output: x }"])
        .replace("again:", "slow: { uses: simulate, with: { delay: 9s } }\n  again:")
        .replace("- execute -> again", "- slow -> execute\n  - again -> slow\n  - execute -> end")
        .replace("again: { uses: simulate }", "again: { uses: simulate }\n  end: { uses: simulate }")
        .replace("from: again, to: reason", "from: end, to: reason")
        .replace("- reason -> execute", "- reason -> execute\n  - reason -> again"),
    );
    expect(late.run.status).toBe("completed");
    expect(verdicts(late.events)).toEqual([]);
  });

  test("guessing ends by itself when it is wrong too often", async () => {
    const outputs = Array.from({ length: 9 }, (_, n) => `{ output: ${n} }`);
    const { events } = await simulated(rounds(outputs));
    expect(verdicts(events)).toEqual(Array(5).fill("refuted"));
    const half = Array.from({ length: 14 }, (_, n) => `{ output: ${Math.floor(n / 2)} }`);
    expect(verdicts((await simulated(rounds(half))).events)).toHaveLength(13);
  });

  test("what is not marked as pure is never started ahead", async () => {
    const text = rounds(["{ output: x }", "{ output: x }"]).replace("    pure: true\n", "");
    expect(verdicts((await simulated(text)).events)).toEqual([]);
  });

  test("a node that computes is guessed at without being marked, and sees the likely output", async () => {
    const { run, events } = await simulated(
      rounds(["{ output: 4 }", "{ output: 4 }"])
        .replace("uses: simulate\n    pure: true", "uses: code")
        .replace(
          /with: \{ delay: 2s.*/,
          'with: { source: "return input * 2", input: "${{ nodes.reason.output }}" }',
        ),
    );
    expect(verdicts(events)).toEqual(["confirmed"]);
    expect(run.output).toBe(8);
  });
});

describe("on a partial output, in virtual time", () => {
  /** `reason` takes 3 s and gives parts of its output before, `execute` reads `plan` and takes 2 s. */
  const streaming = (
    entries: readonly string[],
    more: { readonly reads?: string; readonly execute?: string; readonly edges?: string } = {},
  ) => `layerloom: 1
name: streams
defaults: { retry: { jitter: none } }
nodes:
  reason: { uses: simulate, speculate: [execute], with: { delay: 3s, script: [${entries.join(", ")}] } }
  execute:
    uses: simulate
    pure: true
    with: { delay: 2s, script: [{ output: "\${{ ${more.reads ?? "nodes.reason.output.plan"} }}", usd: 0.01, tokens: 5 }] }${more.execute ?? ""}
${more.edges ?? "edges: [ reason -> execute ]"}
`;
  const at = (seconds: number, fields: string) => `{ after: ${seconds * 1000}ms, output: { ${fields} } }`;
  const entry = (output: string, ...partial: readonly string[]) =>
    `{ output: { ${output} }, partial: [${partial.join(", ")}] }`;
  const northern = entry("plan: north, why: cold", at(1, "plan: north"));

  test("the first run already takes the longer of the two, once the field that is read is complete", async () => {
    const { run, events } = await simulated(streaming([northern]));
    expect(verdicts(events)).toEqual(["confirmed"]);
    expect(run).toMatchObject({ durationMs: 3_000, cost: { usd: 0.01, tokens: 5 } });
    expect(run.nodes.execute).toMatchObject({ activations: 1, attempts: 1, output: "north" });
    expect(startsOf(events, "execute")).toEqual([3]);
  });

  test("a guess that begins late is waited for", async () => {
    const late = entry("plan: north", at(2, "plan: north"));
    expect((await simulated(streaming([late]))).run.durationMs).toBe(4_000);
  });

  test("a field that is corrected at the end refutes the guess: it takes the sum, and its cost counts", async () => {
    const { run, events } = await simulated(
      streaming([entry("plan: south", at(0, "why: cold"), at(0.5, "why: cold, plan: north"))]),
    );
    expect(verdicts(events)).toEqual(["refuted"]);
    expect(run).toMatchObject({ durationMs: 5_000, cost: { usd: 0.02 } });
    expect(run.nodes.execute?.output).toBe("south");
  });

  test("a newer partial output refutes and starts again; what it does not speak of changes nothing", async () => {
    const { run, events } = await simulated(
      streaming([
        entry("plan: south", at(0, "plan: north"), at(1, "plan: south"), at(2, "plan: south, why: warm")),
      ]),
    );
    expect(verdicts(events)).toEqual(["refuted", "confirmed"]);
    expect(run.durationMs).toBe(3_000);
    // The first was cut off before it could say what it cost.
    expect(run.cost.usd).toBe(0.01);
  });

  test("at most three guesses are made, none twice on the same", async () => {
    const changing = (...plans: readonly string[]) =>
      streaming([
        entry(
          `plan: ${plans.at(-1)}`,
          ...plans.map((plan, n) => `{ after: ${n}00ms, output: { plan: ${plan} } }`),
        ),
      ]);
    const many = await simulated(changing("a", "b", "c", "d"));
    expect(verdicts(many.events)).toEqual(["refuted", "refuted", "refuted"]);
    expect(many.run.durationMs).toBe(5_000);
    const back = await simulated(changing("a", "b", "a"));
    expect(verdicts(back.events)).toEqual(["refuted", "refuted"]);
    expect(verdicts((await simulated(changing("a", "b", "c"))).events)).toEqual([
      "refuted",
      "refuted",
      "confirmed",
    ]);
  });

  test.each([
    ["the output as a whole", "nodes.reason.output"],
    ["a field that is not complete", "nodes.reason.output.why"],
    ["a default for one", "default(nodes.reason.output.why, 'none')"],
    ["whether there is one", "has(nodes.reason.output.why) ? 'a' : 'b'"],
    ["one that may not be there", "nodes.reason.output.?why.orValue('none')"],
    ["one by a name that is worked out", "nodes.reason.output[inputs.field]"],
    ["how many there are", "size(nodes.reason.output)"],
  ])("nothing is started on what is still to come: %s", async (_what, reads) => {
    const text = streaming([northern], { reads }).replace(
      "nodes:",
      "inputs: { field: { type: string, default: plan } }\nnodes:",
    );
    const { run, events } = await simulated(text);
    expect(verdicts(events)).toEqual([]);
    expect(run).toMatchObject({ status: "completed", durationMs: 5_000 });
  });

  test("a branch is waited for until its condition can be told", async () => {
    const branch = async (when: string) => {
      const edges = `edges: [{ from: reason, on: ok, when: "${when}", to: execute }]`;
      return verdicts((await simulated(streaming([northern], { edges }))).events);
    };
    expect(await branch("nodes.reason.output.plan == 'north'")).toEqual(["confirmed"]);
    expect(await branch("default(nodes.reason.output.why, 'cold') == 'cold'")).toEqual([]);
    expect(await branch("nodes.reason.output.plan == 'south'")).toEqual([]);
  });

  const again = `  again: { uses: simulate }
edges:
  - reason -> execute -> again
  - { from: again, to: reason, kind: loop, max: 1, onExhausted: continue }`;

  test("a guess on the last output goes on until a partial one speaks against it", async () => {
    const agrees = await simulated(streaming([northern, northern], { edges: again }));
    expect(verdicts(agrees.events)).toEqual(["confirmed", "confirmed"]);
    const differs = entry("plan: south", at(1, "plan: south"));
    const { run, events } = await simulated(streaming([northern, differs], { edges: again }));
    expect(verdicts(events)).toEqual(["confirmed", "refuted", "confirmed"]);
    expect(run.durationMs).toBe(6_000);
  });

  test("a retry of the source streams anew: the same changes nothing, something else refutes", async () => {
    const failing = `{ error: transient, partial: [${at(1, "plan: north")}] }`;
    const same = await simulated(streaming([failing, northern]));
    expect(verdicts(same.events)).toEqual(["confirmed"]);
    // 3 s, a second's rest, 3 s.
    expect(same.run.durationMs).toBe(7_000);
    const other = entry("plan: south", at(1, "plan: south"));
    expect(verdicts((await simulated(streaming([failing, other]))).events)).toEqual(["refuted", "confirmed"]);
  });

  test("a stored result makes the guess needless", async () => {
    const { run, events } = await simulated(
      streaming([northern, northern], { edges: again, execute: "\n    cache: { ttl: 1h }" }),
    );
    expect(verdicts(events)).toEqual(["confirmed", "abandoned"]);
    expect(run.nodes.execute).toMatchObject({ status: "cached", attempts: 1 });
    expect(run).toMatchObject({ status: "completed", durationMs: 6_000 });
  });

  test("what guesses rest on is counted apart: partial outputs that mislead are not listened to any more", async () => {
    const rounds = 8;
    const edges = again.replace("max: 1", `max: ${rounds - 1}`);
    const misleading = entry("plan: north", at(1, "plan: wrong"));
    const { events } = await simulated(streaming(Array(rounds).fill(misleading), { edges }));
    // In the first round there is no last output; in the next four the right guess on it is given up for the wrong one.
    const given = ["refuted", ...Array(4).fill(["refuted", "refuted"]).flat()];
    expect(verdicts(events)).toEqual([...given, "confirmed", "confirmed", "confirmed"]);
    const outdated = Array.from({ length: rounds }, (_, n) => entry(`plan: ${n}`, at(1, `plan: ${n}`)));
    const found = verdicts((await simulated(streaming(outdated, { edges }))).events);
    // Five times the last output is wrong, then nothing is started on it any more.
    expect(found).toEqual([
      "confirmed",
      ...Array(5).fill(["refuted", "confirmed"]).flat(),
      "confirmed",
      "confirmed",
    ]);
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

  const text = `layerloom: 1
name: twice
nodes:
  reason: { uses: simulate, speculate: [execute], with: { delay: 400ms, script: [{ output: x }] } }
  execute: { uses: simulate, pure: true, with: { delay: 300ms, script: [{ output: "\${{ nodes.reason.output }}", usd: 0.5 }] } }
edges: [ reason -> execute ]
`;
  const run = async () => {
    const { runId } = await engine.api.startRun({ text });
    await ended(engine.api, runId);
    return engine.api.getResult({ runId });
  };
  const guessing = async (runId: string) =>
    until(engine.api, runId, ({ nodes }) => nodes.some(({ speculation }) => speculation?.running === true));

  test("the output of the run before is what is guessed; it shows while it runs, and what came of it", async () => {
    const first = await run();
    const { runId } = await engine.api.startRun({ text });
    await guessing(runId);
    const end = await ended(engine.api, runId);
    expect(end.summary.status).toBe("completed");
    const { nodes } = await engine.api.getRun({ runId });
    expect(nodes.find(({ id }) => id === "execute")).toMatchObject({
      attempts: 1,
      cost: { usd: 0.5 },
      speculation: { running: false, confirmed: 1, refuted: 0, usd: 0 },
    });
    const second = await engine.api.getResult({ runId });
    expect(first.run.durationMs).toBeGreaterThanOrEqual(700);
    expect(second.run.durationMs).toBeLessThan(first.run.durationMs - 150);
  });

  test("a cancelled run abandons its guess", async () => {
    await run();
    const { runId } = await engine.api.startRun({ text });
    await guessing(runId);
    await engine.api.cancelRun({ runId });
    const events = await engine.api.getEvents({ runId });
    expect(verdicts(events)).toEqual(["abandoned"]);
    expect((await engine.api.getResult({ runId })).run.cost.usd).toBe(0);
  });

  test("an engine that dies in the middle of a guess loses nothing but the guess", async () => {
    await run();
    const { runId } = await engine.api.startRun({ text });
    await guessing(runId);
    await engine.close();
    engine = bench.open({ recover: "all" });
    expect((await ended(engine.api, runId)).summary.status).toBe("completed");
    const { run: result } = await engine.api.getResult({ runId });
    expect(result.nodes.execute).toMatchObject({ attempts: 1, cost: { usd: 0.5 } });
    expect(verdicts(await engine.api.getEvents({ runId }))).toEqual(["confirmed"]);
  });

  test("who clears the stored results of a node has its guesses tried anew", async () => {
    const wrong = text.replace("[{ output: x }]", '[{ output: "${{ run.id }}" }]').replaceAll("00ms", "0ms");
    const verdict = async () => {
      const { runId } = await engine.api.startRun({ text: wrong });
      await ended(engine.api, runId);
      return verdicts(await engine.api.getEvents({ runId }));
    };
    for (let n = 0; n < 6; n++) await verdict();
    expect(await verdict()).toEqual([]);
    const off = await engine.api.startRun({ text: wrong });
    await until(engine.api, off.runId, ({ nodes }) => nodes.some(({ speculation }) => speculation?.off));
    await ended(engine.api, off.runId);
    await engine.api.clearResults({ pipeline: "twice", node: "execute" });
    expect(await verdict()).toEqual(["refuted"]);
  });
});

describe("on what a model streams", () => {
  const answer = JSON.stringify({ plan: "call them all", why: "because they are about to leave us" });
  const text = `layerloom: 1
name: streamed
nodes:
  reason:
    uses: llm
    speculate: [execute]
    with:
      provider: anthropic
      prompt: Plan.
      schema: { type: object, required: [plan, why], properties: { plan: { type: string }, why: { type: string } } }
  execute: { uses: simulate, pure: true, with: { delay: 400ms, script: [{ output: "do: \${{ nodes.reason.output.plan }}", usd: 0.5 }] } }
edges: [ reason -> execute ]
output: "\${{ nodes.execute.output }}"
`;
  let bench: Bench;
  let server: MessagesServer;
  let engine: Engine;
  const open = (): Engine => {
    const secrets: Readonly<Record<string, string>> = {
      ANTHROPIC_API_KEY: GOOD_KEY,
      ANTHROPIC_BASE_URL: server.url,
    };
    return bench.open({ recover: "all", secrets: (name) => secrets[name] });
  };
  beforeEach(async () => {
    bench = engineBench();
    server = await startMessagesServer();
    engine = open();
    // Ten pieces; the plan is complete after three of them.
    server.reply({ type: "answer", text: answer, gapMs: 120 });
  });
  afterEach(async () => {
    await engine.close();
    await server.close();
    bench.clean();
  });
  const guessing = async () => {
    const { runId } = await engine.api.startRun({ text });
    await until(engine.api, runId, ({ nodes }) =>
      nodes.some(({ speculation }) => speculation?.running === true),
    );
    return runId;
  };

  test("the first run starts ahead in the middle of the answer, and records nothing of it before it is confirmed", async () => {
    const runId = await guessing();
    const before = await engine.api.getEvents({ runId });
    expect(before.filter(({ node }) => node === "execute")).toEqual([]);
    const rows = (): unknown => {
      const db = new Database(bench.database, { readonly: true });
      const all = ["events", "blobs", "results", "last_outputs", "guesses"].map((table) =>
        db.prepare(`SELECT * FROM ${table}`).all(),
      );
      db.close();
      return all;
    };
    // The guess has its result now, and the answer still streams.
    await setTimeout(450);
    expect((await engine.api.getRun({ runId })).nodes.find(({ id }) => id === "reason")?.status).toBe(
      "running",
    );
    expect(JSON.stringify(rows())).not.toContain("do: ");
    const { summary } = await ended(engine.api, runId);
    expect(summary.status).toBe("completed");
    const { run } = await engine.api.getResult({ runId });
    expect(run).toMatchObject({
      output: "do: call them all",
      nodes: { execute: { attempts: 1, cost: { usd: 0.5 } } },
    });
    const events = await engine.api.getEvents({ runId });
    expect(verdicts(events)).toEqual(["confirmed"]);
    const at = (wanted: string, node: string) =>
      Date.parse(events.find(({ event, node: of }) => event === wanted && of === node)?.at ?? "");
    // By itself it takes 400 ms.
    expect(at("AttemptSucceeded", "execute") - at("AttemptSucceeded", "reason")).toBeLessThan(400);
  });

  test("a cancel in the middle abandons it", async () => {
    const runId = await guessing();
    await engine.api.cancelRun({ runId });
    await ended(engine.api, runId);
    expect(verdicts(await engine.api.getEvents({ runId }))).toEqual(["abandoned"]);
    const { run } = await engine.api.getResult({ runId });
    expect(run.nodes.execute).toMatchObject({ attempts: 0 });
  });

  test("an engine that dies in the middle loses nothing but the guess", async () => {
    const runId = await guessing();
    await engine.close();
    engine = open();
    expect((await ended(engine.api, runId)).summary.status).toBe("completed");
    const { run } = await engine.api.getResult({ runId });
    expect(run).toMatchObject({
      output: "do: call them all",
      nodes: { execute: { attempts: 1, activations: 1 } },
    });
    expect(server.requests).toHaveLength(2);
    expect(verdicts(await engine.api.getEvents({ runId }))).toEqual(["confirmed"]);
  });
});
