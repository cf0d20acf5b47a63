/** Fallback chains and changed settings in the real engine: what a model is really asked, and what comes of it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "#engine/open.ts";
import {
  GOOD_KEY,
  type MessagesServer,
  type Reply,
  startMessagesServer,
} from "#test/activities/support/messages-server.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";
import { simulated, startsOf } from "./simulated.ts";

const refused: Reply = { type: "error", status: 400, errorType: "invalid_request_error" };
const answer: Reply = { type: "answer", text: "Hello." };

let server: MessagesServer;
let bench: Bench;
let engine: Engine;
const secrets = (name: string): string | undefined =>
  ({ ANTHROPIC_API_KEY: GOOD_KEY, ANTHROPIC_BASE_URL: server.url })[name];

beforeEach(async () => {
  server = await startMessagesServer();
  bench = engineBench();
  engine = bench.open({ secrets });
});
afterEach(async () => {
  await engine.close();
  await server.close();
  bench.clean();
});

/** What the models were asked, one text a request. */
const asked = (): readonly string[] =>
  server.requests.map(({ body }) => [body.model, JSON.stringify(body.output_config ?? null)].join(" "));

const run = async (text: string) => {
  const { runId } = await engine.api.startRun({ text, provider: "anthropic" });
  await ended(engine.api, runId);
  return { runId, ...(await engine.api.getResult({ runId })).run };
};

const chain = (fallback: string, rest = ""): string => `
layerloom: 1
name: chain
nodes:
  ask:
    uses: llm
    with: { model: opus, prompt: hello }
    retry: { retries: 0 }
    fallback: ${fallback}
    ${rest}
  after: { uses: transform, with: { value: ["\${{ nodes.ask.output }}", "\${{ nodes.ask.degraded }}"] } }
  marked: { uses: transform, with: { value: 1 } }
edges:
  - ask -> after
  - { from: ask, when: nodes.ask.degraded, to: marked }
`;

describe("a chain", () => {
  it("asks the next model with the same settings, and marks what comes of it", async () => {
    server.reply(refused, refused, answer);
    const { nodes, runId } = await run(chain("[sonnet, haiku]"));
    expect(asked()).toEqual(["claude-opus-5-5 null", "claude-sonnet-5-5 null", "claude-haiku-5-5 null"]);
    expect(server.requests[2]?.body.messages).toEqual(server.requests[0]?.body.messages);
    expect(nodes.ask).toMatchObject({ status: "degraded", attempts: 3, degraded: true });
    expect(nodes.after).toMatchObject({ status: "succeeded", degraded: true });
    expect(nodes.after?.output).toEqual([{ text: "Hello.", model: "claude-haiku-5-5" }, true]);
    expect(nodes.marked?.status).toBe("succeeded");
    const view = await engine.api.getRun({ runId });
    expect(view.summary.escalation).toEqual({ level: 2, reason: "fallback", node: "ask" });
    expect(view.nodes[0]).toMatchObject({ degraded: "own", fallback: { link: 2, to: "haiku" } });
    expect(view.nodes[1]?.degraded).toBe("inherited");
  });

  it("can be played by a script: each link takes the next entries", async () => {
    const { nodes } = await run(`layerloom: 1
name: played
nodes:
  a:
    uses: simulate
    with: { script: [{ error: permanent }, { error: permanent }, { output: third }] }
    fallback: [sonnet, haiku, { template: last }]
edges: []
`);
    expect(nodes.a).toMatchObject({ status: "degraded", attempts: 3, output: "third" });
  });

  it("marks nothing while the first model answers", async () => {
    const { nodes, runId } = await run(chain("[sonnet]"));
    expect(nodes.ask).not.toHaveProperty("degraded");
    expect(nodes.after?.output).toMatchObject([{}, false]);
    expect(nodes.marked?.status).toBe("not_reached");
    expect((await engine.api.getRun({ runId })).summary.escalation).toBeUndefined();
  });

  it("puts a template in place of the answer, which sees the failure", async () => {
    server.reply(refused);
    const { nodes } = await run(
      chain('[{ template: { text: "sorry: ${{ error.code }} of ${{ error.node }}" } }]'),
    );
    expect(nodes.ask?.output).toEqual({ text: "sorry: MODEL_REQUEST_INVALID of ask" });
    expect(server.requests).toHaveLength(1);
  });

  it("fails with what the last link failed with, and a template is not tried again", async () => {
    server.reply(refused);
    const { status, error, nodes } = await run(chain('[{ template: "${{ 1 / loop.nothing }}" }]'));
    expect({ status, code: error?.code, attempts: nodes.ask?.attempts }).toEqual({
      status: "failed",
      code: "EXPRESSION_FAILED",
      attempts: 2,
    });
  });

  it("ends with a person, who is asked across restarts; their value is the output", async () => {
    server.reply(refused);
    const { runId } = await engine.api.startRun({
      text: chain("[human]", "remember: answer"),
      provider: "anthropic",
    });
    const { tasks, summary } = await until(engine.api, runId, (update) => update.tasks.length > 0);
    expect(summary.escalation).toEqual({ level: 4, reason: "chain-ended", node: "ask" });
    expect(tasks[0]?.card).toMatchObject({
      reason: "fallback",
      outcomes: ["ok", "give_up"],
      instructions: expect.stringContaining("MODEL_REQUEST_INVALID"),
    });
    await engine.close();
    engine = bench.open({ secrets });
    await engine.api.decide({ runId, node: "ask", outcome: "ok", value: { text: "By hand." } });
    await ended(engine.api, runId);
    const { nodes } = (await engine.api.getResult({ runId })).run;
    expect(nodes.after?.output).toEqual([{ text: "By hand." }, true]);
    expect(nodes.ask?.status).toBe("degraded");
    expect(server.requests).toHaveLength(1);
  });

  it("fails when the person gives up, and that is no result to remember", async () => {
    server.reply(refused);
    const text =
      `${chain("[human]", "remember: answer")}  - { from: ask, on: error, when: "error.code == 'MODEL_REQUEST_INVALID'", to: sorry }
`.replace(
        "edges:",
        "  sorry: { uses: transform, with: { value: \"${{ default(memory.answer.value, 'nothing') }}\" } }\nedges:",
      );
    const { runId } = await engine.api.startRun({ text, provider: "anthropic" });
    await until(engine.api, runId, (update) => update.tasks.length > 0);
    await engine.api.decide({ runId, node: "ask", outcome: "give_up" });
    await ended(engine.api, runId);
    const { nodes } = (await engine.api.getResult({ runId })).run;
    expect(nodes).toMatchObject({ ask: { status: "failed" }, sorry: { output: "nothing" } });
  });
});

describe("changed settings", () => {
  it("hold for the round that the loop begins, with feedback, draft and change in sight", async () => {
    server.reply(
      { type: "answer", text: "one" },
      { type: "answer", text: "two" },
      { type: "answer", text: "three" },
    );
    const { nodes, runId } = await run(`
layerloom: 1
name: regenerate
nodes:
  draft:
    uses: llm
    with:
      effort: low
      prompt: "write \${{ json(loop.change) }} \${{ loop.feedback }} \${{ default(loop.draft.?text.orValue(null), 'nothing') }}"
  review: { uses: check, with: { pass: "false" } }
  sorry: { uses: transform, with: { value: sorry } }
edges:
  - draft -> review
  - from: review
    on: fail
    kind: loop
    to: draft
    max: 2
    feedback: "round \${{ loop.count }}"
    adjust: { effort: "\${{ loop.count == 1 ? 'medium' : 'high' }}", model: "\${{ loop.draft.text == 'two' ? 'opus' : 'haiku' }}" }
  - { from: review, on: exhausted, to: sorry }
`);
    expect(asked()).toEqual([
      'claude-sonnet-5-5 {"effort":"low"}',
      'claude-haiku-5-5 {"effort":"medium"}',
      'claude-opus-5-5 {"effort":"high"}',
    ]);
    const prompts = server.requests.map(({ body }) => (body.messages as { content: string }[])[0]?.content);
    expect(prompts).toEqual([
      "write null  nothing",
      'write {"effort":"medium","model":"haiku"} round 0 one',
      'write {"effort":"high","model":"opus"} round 0 two',
    ]);
    expect(nodes.sorry?.output).toBe("sorry");
    const taken = (await engine.api.getEvents({ runId })).filter(({ event }) => event === "LoopTaken");
    expect(taken).toMatchObject([
      { adjust: { effort: "medium", model: "haiku" }, draft: { text: "one" } },
      { adjust: { effort: "high", model: "opus" }, draft: { text: "two" } },
    ]);
    expect(await engine.api.getNodeData({ runId, node: "draft" })).toMatchObject({
      input: { effort: "high", model: "opus" },
    });
  });

  it("that do not fit when they are there fail the node with a place", async () => {
    const { run: result } = await simulated(`
layerloom: 1
name: wrong
nodes:
  a: { uses: simulate, with: { delay: 1s } }
  b: { uses: check, with: { pass: "false" } }
edges:
  - a -> b
  - { from: b, on: fail, kind: loop, to: a, adjust: { delay: "\${{ 'soon' }}" } }
`);
    expect(result).toMatchObject({ status: "failed", error: { code: "INVALID_VALUE" } });
  });

  it("hold for the try after a failure of quality, and for no other", async () => {
    const schema = "{ type: object, required: [n], properties: { n: { type: number } } }";
    server.reply(
      { type: "answer", text: "no" },
      { type: "answer", text: "neither" },
      { type: "error", status: 529, errorType: "overloaded_error" },
      { type: "answer", text: '{"n":1}' },
    );
    const { nodes } = await run(`
layerloom: 1
name: tries
nodes:
  a:
    uses: llm
    with: { prompt: p, schema: ${schema} }
    retry: { initial: 1ms, adjust: { effort: "\${{ attempt == 2 ? 'high' : 'max' }}", prompt: "p, but \${{ error.message }}" } }
`);
    expect(nodes.a).toMatchObject({ status: "succeeded", attempts: 4, output: { n: 1 } });
    const efforts = server.requests.map(({ body }) => (body.output_config as { effort?: string }).effort);
    expect(efforts).toEqual([undefined, "high", "max", undefined]);
    const prompts = server.requests.map(({ body }) => (body.messages as { content: string }[])[0]?.content);
    expect(prompts).toEqual([
      "p",
      expect.stringMatching(/^p, but .*JSON/),
      expect.stringMatching(/^p, but /),
      "p",
    ]);
  });

  it("start anew with the next link of a chain", async () => {
    const { run: result, events } = await simulated(`
layerloom: 1
name: both
nodes:
  a:
    uses: llm
    with: { prompt: p, simulate: { script: [{ error: quality }, { error: quality }, { error: transient }, { output: done }] } }
    retry: { retries: 1, jitter: none, adjust: { simulate: { script: [{ error: quality }, { error: quality }, { error: permanent }] } } }
    fallback: [haiku]
`);
    expect(startsOf(events, "a")).toHaveLength(4);
    expect(result.nodes.a).toMatchObject({ status: "degraded", output: { text: "done" } });
  });
});

describe("child runs", () => {
  it("have chains of their own, and hand the mark up", async () => {
    const { run: result } = await simulated(`
layerloom: 1
name: items
nodes:
  each:
    uses: simulate
    forEach: [transient, permanent]
    retry: { retries: 1, jitter: none }
    with: { script: ["\${{ index == 1 ? {'error': item} : {'output': 'fine'} }}"] }
    fallback: [{ template: "instead of \${{ index }}: \${{ error.code }}" }]
  inner: { uses: pipeline, with: { pipeline: { nodes: { a: { uses: simulate, default: 0, with: { script: [{ error: permanent }] } } } } } }
  plain: { uses: pipeline, with: { pipeline: { nodes: { a: { uses: simulate } } } } }
  after: { uses: transform, with: { value: ["\${{ nodes.each.degraded }}", "\${{ nodes.inner.degraded }}", "\${{ nodes.plain.degraded }}"] } }
edges:
  - each -> after
  - inner -> after
  - plain -> after
`);
    expect(result.nodes.each).toMatchObject({
      status: "succeeded",
      attempts: 1,
      degraded: true,
      output: ["fine", "instead of 1: SIMULATED_FAILURE"],
    });
    expect(result.nodes.after).toMatchObject({ degraded: true, output: [true, true, false] });
  });
});
