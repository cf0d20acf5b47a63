import { Anthropic } from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { llm } from "#activities/llm.ts";
import type { JsonObject } from "#contract/json.ts";
import { failureOf, usageOf } from "#ports/failure.ts";
import { contextFor, deadAddress, perform, type Settings, thrownBy } from "./support/context.ts";
import { GOOD_KEY, type MessagesServer, startMessagesServer } from "./support/messages-server.ts";

let server: MessagesServer;
beforeAll(async () => {
  server = await startMessagesServer();
});
afterAll(() => server.close());

const secrets = () => ({ ANTHROPIC_API_KEY: GOOD_KEY, ANTHROPIC_BASE_URL: server.url });
const contextWith = (settings: Settings = {}) => contextFor({ secrets: secrets(), ...settings });
const ask = (settings: JsonObject = {}, context = contextWith()) =>
  perform(llm, { prompt: "Hi", ...settings }, context);
const thrown = (settings: JsonObject = {}, context = contextWith()) => thrownBy(() => ask(settings, context));
const failure = async (settings: JsonObject = {}, context = contextWith()) =>
  failureOf(await thrown(settings, context));

const schema = {
  type: "object",
  required: ["plan"],
  properties: {
    plan: { type: "string", minLength: 3 },
    steps: { type: "array", items: { type: "integer" } },
  },
};

describe("llm asks Anthropic", () => {
  it("streams the answer, and gives it with model and cost", async () => {
    server.reply({
      type: "answer",
      text: "Hello, 世界. How are you?",
      inputTokens: 1_000,
      outputTokens: 500,
    });
    const context = contextWith();
    expect(await ask({ system: "Be kind." }, context)).toEqual({
      type: "done",
      output: { text: "Hello, 世界. How are you?", model: "claude-sonnet-5-5" },
      usage: { tokens: 1_500, usd: (1_000 * 2 + 500 * 10) / 1e6 },
    });
    expect(context.streamed.join("")).toBe("Hello, 世界. How are you?");
    expect(context.streamed.length).toBeGreaterThan(1);
    expect(server.requests.at(-1)?.body).toEqual({
      model: "claude-sonnet-5-5",
      max_tokens: 8192,
      messages: [{ role: "user", content: "Hi" }],
      system: "Be kind.",
      stream: true,
    });
  });

  it.each([
    [{ complexity: "simple" }, "claude-haiku-5-5"],
    [{ complexity: "complex" }, "claude-opus-5-5"],
    [{ complexity: "simple", model: "opus" }, "claude-opus-5-5"],
    [{ model: "claude-fable-5-2" }, "claude-fable-5-2"],
  ])("%j is answered by %s", async (settings, model) => {
    server.reply({ type: "answer", text: "x" });
    expect(await ask(settings)).toMatchObject({ output: { model }, usage: { usd: expect.any(Number) } });
  });

  it("a model without a known price counts tokens only", async () => {
    server.reply({ type: "answer", text: "x", inputTokens: 3, outputTokens: 4 });
    expect(await ask({ model: "some-new-model" })).toMatchObject({ usage: { tokens: 7 } });
  });

  it("with a schema the output is the data", async () => {
    server.reply({ type: "answer", text: '{"plan":"call them","steps":[1,2]}' });
    expect(await ask({ schema })).toMatchObject({ output: { plan: "call them", steps: [1, 2] } });
    expect(server.requests.at(-1)?.body).toMatchObject({
      output_config: {
        format: {
          type: "json_schema",
          schema: { type: "object", required: ["plan"], additionalProperties: false },
        },
      },
    });
  });

  it("tells the fields of an answer with a schema as they are complete, and nothing of a text", async () => {
    server.reply({ type: "answer", text: '{"plan":"call them","steps":[1,2]}' });
    const context = contextWith();
    await ask({ schema }, context);
    expect(context.partials).toEqual([{ plan: "call them" }, { plan: "call them", steps: [1, 2] }]);
    server.reply({ type: "answer", text: '{"plan":"call them","steps":[1,2]}' });
    const text = contextWith();
    await ask({}, text);
    expect(text.partials).toEqual([]);
  });

  it("a slow stream that goes on is waited for", async () => {
    server.reply({ type: "answer", text: "slow but steady, piece by piece", gapMs: 60, pings: true });
    expect(await ask({ idleTimeout: "150ms" })).toMatchObject({
      output: { text: "slow but steady, piece by piece" },
    });
  });

  it("the SDK does not retry by itself", async () => {
    const before = server.requests.length;
    server.reply({ type: "error", status: 529, errorType: "overloaded_error" });
    await thrown();
    expect(server.requests.length - before).toBe(1);
  });
});

describe("llm names what went wrong", () => {
  it.each([
    [429, "rate_limit_error", "MODEL_RATE_LIMITED", "transient"],
    [529, "overloaded_error", "MODEL_OVERLOADED", "transient"],
    [500, "api_error", "MODEL_OVERLOADED", "transient"],
    [503, "api_error", "MODEL_OVERLOADED", "transient"],
    [504, "timeout_error", "MODEL_OVERLOADED", "transient"],
    [401, "authentication_error", "MODEL_AUTH_FAILED", "permanent"],
    [403, "permission_error", "MODEL_AUTH_FAILED", "permanent"],
    [402, "billing_error", "MODEL_AUTH_FAILED", "permanent"],
    [400, "invalid_request_error", "MODEL_REQUEST_INVALID", "permanent"],
    [404, "not_found_error", "MODEL_REQUEST_INVALID", "permanent"],
    [413, "request_too_large", "MODEL_REQUEST_INVALID", "permanent"],
  ])("status %i %s: %s, %s", async (status, errorType, code, failureClass) => {
    server.reply({ type: "error", status, errorType, message: "the reason" });
    const found = await failure();
    const rule = [409, 429].includes(status) ? status : `${String(status)[0]}xx`;
    expect(found).toMatchObject({ code, class: failureClass, status, rule: `built-in: HTTP ${rule}` });
    expect(found.message).toContain("the reason");
    expect(found.message).toContain("req_1");
  });

  it("when the server says when to come back, in seconds, as a date or in milliseconds", async () => {
    const limited = (headers: Record<string, string>) =>
      server.reply({ type: "error", status: 429, errorType: "rate_limit_error", headers });
    limited({ "retry-after": "2" });
    expect(await failure()).toMatchObject({ retryAfterMs: 2_000 });
    limited({ "retry-after": "Thu, 01 Jan 1970 00:00:31 GMT" });
    expect(await failure()).toMatchObject({ retryAfterMs: 30_000 });
    limited({ "retry-after-ms": "1500", "retry-after": "9" });
    expect(await failure()).toMatchObject({ retryAfterMs: 1_500 });
    limited({ "retry-after": "Wed, 31 Dec 1969 23:00:00 GMT" });
    expect(await failure()).toMatchObject({ retryAfterMs: 0 });
    limited({ "retry-after": "9".repeat(30) });
    expect(await failure()).toMatchObject({ retryAfterMs: Number.MAX_SAFE_INTEGER });
    for (const nonsense of [{}, { "retry-after": "-5" }, { "retry-after": "in a while 5" }]) {
      limited(nonsense);
      expect(await failure()).not.toHaveProperty("retryAfterMs");
    }
    server.reply({
      type: "error",
      status: 529,
      errorType: "overloaded_error",
      headers: { "retry-after": "7" },
    });
    expect(await failure()).toMatchObject({ code: "MODEL_OVERLOADED", retryAfterMs: 7_000 });
  });

  it.each([
    ["cut", "MODEL_UNREACHABLE"],
    ["closed", "MODEL_UNREACHABLE"],
    ["garbled", "MODEL_UNREACHABLE"],
    ["stalled", "MODEL_STALLED"],
  ] as const)("a %s stream is transient, and what it cost is known", async (type, code) => {
    server.reply({ type, text: "it starts well, and then" });
    const error = await thrown({ idleTimeout: "200ms" });
    expect(failureOf(error)).toMatchObject({ code, class: "transient" });
    expect(usageOf(error)).toEqual({ tokens: 11, usd: (10 * 2 + 1 * 10) / 1e6 });
  });

  it.each([
    ["overloaded_error", "MODEL_OVERLOADED", "transient"],
    ["api_error", "MODEL_OVERLOADED", "transient"],
    ["rate_limit_error", "MODEL_RATE_LIMITED", "transient"],
    ["invalid_request_error", "MODEL_REQUEST_INVALID", "permanent"],
  ])("an error in mid-stream: %s", async (errorType, code, failureClass) => {
    server.reply({ type: "error-in-stream", text: "so far", errorType });
    expect(await failure()).toMatchObject({
      code,
      class: failureClass,
      message: expect.stringContaining("in the middle"),
    });
  });

  it("a server that says nothing, hangs up, or is not there", async () => {
    server.reply({ type: "silent" });
    expect(await failure({ idleTimeout: "200ms" })).toMatchObject({
      code: "MODEL_STALLED",
      class: "transient",
    });
    server.reply({ type: "hang-up" });
    expect(await failure()).toMatchObject({ code: "MODEL_UNREACHABLE", class: "transient" });
    const nowhere = contextWith({
      secrets: { ...secrets(), ANTHROPIC_BASE_URL: `http://${await deadAddress()}` },
    });
    expect(await failure({}, nowhere)).toMatchObject({
      code: "MODEL_UNREACHABLE",
      class: "transient",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("no key, and a wrong one", async () => {
    expect(await failure({}, contextFor())).toMatchObject({
      code: "MISSING_KEY",
      class: "permanent",
      hint: expect.stringContaining("simulated"),
    });
    const wrong = contextWith({ secrets: { ...secrets(), ANTHROPIC_API_KEY: "sk-wrong" } });
    const found = await failure({}, wrong);
    expect(found).toMatchObject({ code: "MODEL_AUTH_FAILED", class: "permanent" });
    expect(JSON.stringify(found)).not.toContain("sk-wrong");
  });

  it("the environment is not looked at", async () => {
    const before = { ...process.env };
    process.env.ANTHROPIC_API_KEY = GOOD_KEY;
    process.env.ANTHROPIC_AUTH_TOKEN = "other-token";
    try {
      expect(await failure({}, contextFor())).toMatchObject({ code: "MISSING_KEY" });
      server.reply({ type: "answer", text: "x" });
      await ask();
      expect(JSON.stringify(server.requests.at(-1)?.headers)).not.toContain("other-token");
    } finally {
      process.env = before;
    }
  });

  it("a refusal is permanent and says why", async () => {
    server.reply({ type: "answer", text: "", stopReason: "refusal", explanation: "it would harm" });
    const error = await thrown();
    expect(failureOf(error)).toMatchObject({
      code: "MODEL_REFUSED",
      class: "permanent",
      message: "the model refused to answer: it would harm",
    });
    expect(usageOf(error)).toMatchObject({ tokens: 30 });
  });

  it.each([
    ["max_tokens", "MODEL_OUTPUT_INVALID", "quality"],
    ["pause_turn", "MODEL_OUTPUT_INVALID", "quality"],
    ["model_context_window_exceeded", "MODEL_REQUEST_INVALID", "permanent"],
  ])("an answer that ends by %s", async (stopReason, code, failureClass) => {
    server.reply({ type: "answer", text: "half an ans", stopReason });
    const error = await thrown({ maxTokens: 20 });
    expect(failureOf(error)).toMatchObject({ code, class: failureClass });
    expect(usageOf(error)).toMatchObject({ tokens: 30 });
  });

  it.each([
    ["not JSON", "plan: call them"],
    ["a field missing", '{"steps":[1]}'],
    ["a wrong type", '{"plan":"call","steps":["1"]}'],
    ["a rule that the API does not know", '{"plan":"x"}'],
  ])("structured output with %s is of bad quality", async (_name, text) => {
    server.reply({ type: "answer", text });
    const error = await thrown({ schema });
    expect(failureOf(error)).toMatchObject({ code: "MODEL_OUTPUT_INVALID", class: "quality" });
    expect(usageOf(error)).toMatchObject({ tokens: 30 });
  });

  it("a schema that is none is refused before anything is sent", async () => {
    const before = server.requests.length;
    for (const bad of [{ type: "nonsense" }, { type: "object", properties: { a: { $ref: "#/nowhere" } } }]) {
      expect(await failure({ schema: bad })).toMatchObject({
        code: "MODEL_REQUEST_INVALID",
        class: "permanent",
      });
    }
    expect(server.requests.length).toBe(before);
  });
});

describe("llm can be stopped", () => {
  it("before, while it waits and while it streams, with the reason it was given", async () => {
    for (const reply of [{ type: "silent" }, { type: "stalled", text: "and then" }] as const) {
      server.reply(reply);
      const controller = new AbortController();
      const asked = thrown({}, contextWith({ signal: controller.signal }));
      setTimeout(() => controller.abort(new Error("stop now")), 50);
      expect(await asked).toEqual(new Error("stop now"));
    }
    const signal = AbortSignal.abort(new Error("too late"));
    expect(await thrown({}, contextWith({ signal }))).toEqual(new Error("too late"));
  });
});

describe("the server of these tests", () => {
  it("also answers in one piece, as the API does", async () => {
    server.reply({ type: "answer", text: "whole" });
    const client = new Anthropic({ apiKey: GOOD_KEY, baseURL: server.url, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hi" }];
    const found = await client.messages.create({ model: "claude-haiku-5-5", max_tokens: 5, messages });
    expect(found).toMatchObject({ content: [{ text: "whole" }], stop_reason: "end_turn" });
  });
});
