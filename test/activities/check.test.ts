/** Where the score of a check comes from: code in the sandbox, a model as the judge; and what is wrong about it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { read } from "#test/document/support/read.ts";
import { ended, engineBench } from "#test/runtime/engine.ts";
import { simulated } from "#test/runtime/simulated.ts";
import { GOOD_KEY, type MessagesServer, startMessagesServer } from "./support/messages-server.ts";

const check = (settings: string): string => `
layerloom: 1
name: check
nodes:
  a: { uses: transform, with: { value: { words: [one, two, three] } } }
  c: { uses: check, retry: { retries: 0 }, with: { ${settings} } }
edges: [ a -> c ]
`;
const outcomeOf = async (settings: string) => {
  const { run } = await simulated(check(settings));
  return run.nodes.c;
};

describe("a score by code", () => {
  it("is a number, or a number with a reason; the code sees the value", async () => {
    const value = 'value: "${{ nodes.a.output }}"';
    expect(await outcomeOf(`code: "return input.words.length", ${value}, pass: score > 2.0`)).toMatchObject({
      outcome: "pass",
      output: { score: 3, pass: true, reason: "passed: score > 2.0 with score 3" },
    });
    expect(
      await outcomeOf(
        `code: "return { score: 0.4, reason: 'only ' + input.words.join() }", ${value}, pass: score > 0.5`,
      ),
    ).toMatchObject({
      outcome: "fail",
      output: { score: 0.4, pass: false, reason: "only one,two,three" },
    });
    expect(
      await outcomeOf("code: return 1, pass: score == 1.0 && input == null, reason: mine"),
    ).toMatchObject({
      output: { reason: "mine" },
    });
  });

  it.each([
    ["return 'good'", 'INVALID_OUTPUT: the code of a check gave "good"'],
    ["return { score: 'x' }", 'INVALID_OUTPUT: the code of a check gave {"score":"x"}'],
    ["return { score: 1, reason: 7 }", "INVALID_OUTPUT: the code of a check gave"],
    ["return 0 / 0", "INVALID_OUTPUT: the result is no JSON: it is NaN"],
    ["return nothing", "CODE_FAILED: line 1: ReferenceError"],
    ["for (;;) {}", "CODE_TIMEOUT: "],
  ])(
    "%s fails the node",
    async (code, expected) => {
      const node = await outcomeOf(`code: ${JSON.stringify(code)}, pass: score > 0.0`);
      expect(`${node?.error?.code}: ${node?.error?.message}`).toContain(expected);
    },
    20_000,
  );
});

describe("a score by a model", () => {
  const bench = engineBench();
  let server: MessagesServer;
  let engine: ReturnType<typeof bench.open>;
  beforeAll(async () => {
    server = await startMessagesServer();
    const secrets = { ANTHROPIC_API_KEY: GOOD_KEY, ANTHROPIC_BASE_URL: server.url };
    engine = bench.open({ secrets: (name) => secrets[name as keyof typeof secrets] });
  });
  afterAll(async () => {
    await engine.close();
    await server.close();
    bench.clean();
  });
  const judge = async (settings: string) => {
    const { runId } = await engine.api.startRun({ text: check(settings), provider: "anthropic" });
    await ended(engine.api, runId);
    return (await engine.api.getResult({ runId })).run;
  };

  it("asks by a fixed schema, with the value behind the prompt, and counts what it cost", async () => {
    server.reply({
      type: "answer",
      text: '{"score":0.7,"reason":"no price"}',
      inputTokens: 1_000,
      outputTokens: 100,
    });
    const run = await judge(
      'judge: { prompt: "Is it polite?", model: haiku, system: "You are strict." }, value: "${{ nodes.a.output }}", pass: score >= 0.8',
    );
    expect(run.nodes.c).toMatchObject({
      outcome: "fail",
      output: { score: 0.7, pass: false, reason: "no price" },
      cost: { tokens: 1_100, usd: 0.000_15 },
    });
    expect(server.requests[0]?.body).toMatchObject({
      model: "claude-haiku-5-5",
      system: expect.stringMatching(/^You judge [\s\S]*You are strict\.$/),
      messages: [{ content: 'Is it polite?\n\n{"words":["one","two","three"]}' }],
      output_config: { format: { schema: { required: ["score", "reason"] } } },
    });
  });

  it("asks again for a judgement that is none, and fails where it gets no other", async () => {
    server.reply({ type: "answer", text: '{"score":7,"reason":"x"}' });
    const run = await judge("judge: { prompt: p }, pass: score > 0.5");
    expect(run.nodes.c).toMatchObject({ status: "failed", error: { code: "MODEL_OUTPUT_INVALID" } });
  });

  it("counts what was spent also when the condition cannot be evaluated", async () => {
    server.reply({ type: "answer", text: '{"score":1,"reason":"x"}', inputTokens: 1_000, outputTokens: 1 });
    const run = await judge("judge: { prompt: p }, pass: score > input.nothing");
    expect(run.nodes.c).toMatchObject({ error: { code: "EXPRESSION_FAILED" }, cost: { tokens: 1_001 } });
  });

  it("counts as a model call: simulated runs say so, real ones need a key", async () => {
    const text = check(
      "judge: { prompt: p, simulate: { script: [{ output: { score: 1, reason: fine } }] } }, pass: score > 0.5",
    );
    const { runId } = await engine.api.startRun({ text, provider: "simulated" });
    expect((await ended(engine.api, runId)).summary.simulated).toBe(true);
    const { nodes } = (await engine.api.getResult({ runId })).run;
    expect(nodes.c?.output).toEqual({ score: 1, pass: true, reason: "fine", simulated: true });
    const other = engineBench();
    const keyless = other.open();
    await expect(keyless.api.startRun({ text })).rejects.toMatchObject({ code: "MISSING_KEY" });
    await keyless.close();
    other.clean();
  });

  it("makes up a score in a simulated run, and fails by chance like all that is asked outside", async () => {
    const settings = "judge: { prompt: p }, pass: score >= 0.0";
    const node = await outcomeOf(settings);
    expect(node?.output).toMatchObject({ pass: true, simulated: true });
    const { run } = await simulated(check(settings), { faults: 1 });
    expect(run.nodes).toMatchObject({ a: { status: "succeeded" }, c: { status: "failed" } });
  });
});

it.each([
  ["score: 1, code: return 1, pass: 'true'", "nodes.c.with.code"],
  ["score: 1, judge: { prompt: p }, pass: 'true'", "nodes.c.with.judge"],
  ["code: return 1, judge: { prompt: p }, pass: 'true'", "nodes.c.with.judge"],
  ["judge: { model: haiku }, pass: 'true'", "nodes.c.with.judge.prompt"],
  ["judge: { prompt: p, schema: {} }, pass: 'true'", "nodes.c.with.judge.schema"],
  ["judge: { prompt: p, effort: hard }, pass: 'true'", "nodes.c.with.judge.effort"],
])("%s is refused at its place", (settings, path) => {
  expect(read(check(settings)).problems.map((problem) => problem.path)).toEqual([path]);
});
