import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { llm } from "#activities/llm.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { failureOf, usageOf } from "#ports/failure.ts";
import { contextFor, outputOf, perform, type Settings, thrownBy } from "./support/context.ts";

const prompt = "Plan the renewal of 12 customers whose usage dropped.";
const contextWith = (settings: Settings = {}) => contextFor({ provider: "simulated", ...settings });
const ask = (settings: JsonObject = {}, own: Settings = {}) =>
  outputOf(llm, { prompt, ...settings }, contextWith(own));
const failure = async (settings: JsonObject, own: Settings = {}) =>
  failureOf(await thrownBy(() => ask(settings, own)));

describe("the simulated model", () => {
  it("answers without a key, costs nothing and says what it is", async () => {
    const context = contextWith();
    expect(await perform(llm, { prompt }, context)).toEqual({
      type: "done",
      output: { text: expect.stringMatching(/\w+ .+\./), model: "simulated", simulated: true },
      usage: { usd: 0, tokens: expect.any(Number) },
    });
    expect(context.streamed.length).toBeGreaterThan(5);
    expect(context.slept.length).toBeGreaterThan(5);
  });

  it("streams what it then gives", async () => {
    const context = contextWith();
    expect(await outputOf(llm, { prompt }, context)).toMatchObject({ text: context.streamed.join("") });
  });

  it("tells the fields of an answer with a schema as they are complete", async () => {
    const schema = { type: "object", properties: { plan: { type: "string" }, why: { type: "string" } } };
    const output = { plan: "call them", why: "they are about to leave" };
    const context = contextWith();
    await perform(llm, { prompt, schema, simulate: { script: [{ output }] } }, context);
    expect(context.partials).toEqual([{ plan: output.plan }, output]);
    const text = contextWith();
    await perform(llm, { prompt, simulate: { script: [{ output }] } }, text);
    expect(text.partials).toEqual([]);
  });

  it("says the same to the same, and something else to another seed, node, attempt or prompt", async () => {
    const first = await ask();
    expect(await ask()).toEqual(first);
    for (const own of [{ seed: 8 }, { node: "n2" }, { tryOfRun: 2 }])
      expect(await ask({}, own)).not.toEqual(first);
    expect(await ask({ prompt: "Summarise the meeting notes of yesterday." })).not.toEqual(first);
    expect(await ask({ complexity: "complex" })).toEqual(first);
  });

  it("takes an answer in Japanese for what it is", async () => {
    expect(await ask({ prompt: "顧客の解約を防ぐ計画を立ててください。" })).toMatchObject({
      simulated: true,
    });
    const context = contextWith();
    await outputOf(llm, { prompt, simulate: { script: [{ output: "あ".repeat(200) }] } }, context);
    expect(context.streamed.length).toBeGreaterThan(10);
  });

  it("is asked when the node says so, and in every simulated run", async () => {
    expect(await ask({ provider: "simulated" }, { provider: "anthropic" })).toMatchObject({
      simulated: true,
    });
    expect(await ask({ provider: "anthropic" }, { simulated: true })).toMatchObject({ simulated: true });
  });

  it("takes as long as it is told", async () => {
    const context = contextWith();
    await outputOf(llm, { prompt, simulate: { delay: "2s" } }, context);
    expect(context.slept.reduce((sum, ms) => sum + ms, 0)).toBe(2_000);
    expect(context.slept.every(Number.isInteger)).toBe(true);
    const quick = contextWith();
    await outputOf(llm, { prompt, simulate: { delay: "0ms" } }, quick);
    expect(quick.slept).toEqual([]);
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    const context = contextWith({ signal: controller.signal, real: true });
    setTimeout(() => controller.abort(new Error("stop now")), 30);
    const thrown = await thrownBy(() => outputOf(llm, { prompt, simulate: { delay: "5s" } }, context));
    expect(thrown).toEqual(new Error("stop now"));
  });
});

describe("its script", () => {
  const script = [
    { error: "transient", message: "429", retryAfter: "2s" },
    { output: "Plan A", usd: 0, tokens: 7 },
    { output: "Plan B" },
  ];

  it("plays 429, then an answer, then another one in the next round", async () => {
    expect(await failure({ simulate: { script } })).toEqual({
      code: "MODEL_RATE_LIMITED",
      message: "simulated: 429",
      class: "transient",
      rule: "built-in: scripted",
      retryAfterMs: 2_000,
    });
    expect(await ask({ simulate: { script } }, { tryOfRun: 2 })).toMatchObject({
      text: "Plan A",
      simulated: true,
    });
    for (const tryOfRun of [3, 9]) {
      expect(await ask({ simulate: { script } }, { tryOfRun })).toMatchObject({ text: "Plan B" });
    }
  });

  it("fails as a real model would", async () => {
    for (const [error, code] of [
      ["transient", "MODEL_RATE_LIMITED"],
      ["permanent", "MODEL_REFUSED"],
      ["quality", "MODEL_OUTPUT_INVALID"],
    ] as const) {
      const entry = { error, usd: 0.5, tokens: 3 };
      const thrown = await thrownBy(() => ask({ simulate: { script: [entry] } }));
      expect(failureOf(thrown)).toMatchObject({
        code,
        class: error,
        message: expect.stringContaining("simulated"),
      });
      expect(usageOf(thrown)).toEqual({ usd: 0.5, tokens: 3 });
    }
  });

  it("marks data as simulated, unless the schema has no room for it", async () => {
    const open = { type: "object", properties: { plan: { type: "string" } } };
    const simulate = { script: [{ output: { plan: "x" } }] };
    expect(await ask({ simulate, schema: open })).toEqual({ plan: "x", simulated: true });
    expect(await ask({ simulate, schema: { ...open, additionalProperties: false } })).toEqual({ plan: "x" });
    expect(await ask({ simulate })).toEqual({ plan: "x", simulated: true });
  });

  it("an answer that does not fit the schema fails like a real one", async () => {
    const schema = { type: "object", required: ["plan"], properties: { plan: { type: "string" } } };
    expect(await failure({ schema, simulate: { script: [{ output: { plan: 1 } }] } })).toMatchObject({
      code: "MODEL_OUTPUT_INVALID",
      class: "quality",
    });
  });

  it("has no outcomes of its own", () => {
    const simulate = { script: [{ outcome: "fail" }] };
    expect(llm.input.safeParse({ prompt, simulate }).success).toBe(false);
  });
});

describe("data it makes up", () => {
  it("fits schemas with everything usual in them", async () => {
    const schema = {
      type: "object",
      required: ["plan", "score", "steps", "when", "kind"],
      properties: {
        plan: { type: "string", minLength: 5, maxLength: 30 },
        score: { type: "number", minimum: 0, maximum: 1 },
        count: { type: "integer", exclusiveMinimum: 3, maximum: 9, multipleOf: 2 },
        steps: { type: "array", minItems: 4, maxItems: 4, items: { $ref: "#/$defs/step" } },
        when: { type: "string", format: "date-time" },
        kind: { enum: ["a", "b"] },
        fixed: { const: 7 },
        either: { anyOf: [{ type: "null" }, { type: "string" }] },
        maybe: { type: ["string", "null"] },
        yes: { type: "boolean" },
      },
      additionalProperties: false,
      $defs: { step: { type: "object", required: ["n"], properties: { n: { type: "integer" } } } },
    };
    expect(await ask({ schema })).toMatchObject({ score: expect.any(Number), steps: { length: 4 } });
  });

  it("says so when it cannot", async () => {
    const schema = {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string", pattern: "^[A-Z]{3}-\\d{9}$" } },
    };
    expect(await failure({ schema })).toMatchObject({
      code: "MODEL_REQUEST_INVALID",
      class: "permanent",
      hint: expect.stringContaining("simulate"),
    });
  });

  it("a schema that refers to itself ends", async () => {
    const node = {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
    };
    expect(await ask({ schema: node })).toMatchObject({ name: expect.any(String) });
  });

  it("fits random schemas", async () => {
    const leaf: fc.Arbitrary<Json> = fc.oneof(
      fc.constant({ type: "boolean" }),
      fc.constant({ type: "null" }),
      fc.integer({ min: 0, max: 50 }).map((minLength) => ({ type: "string", minLength })),
      fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat(100)).map(([minimum, more]) => ({
        type: "number",
        minimum,
        maximum: minimum + more,
      })),
      fc.integer({ min: -50, max: 50 }).map((minimum) => ({ type: "integer", minimum })),
      fc.constant({ enum: ["x", 1, null] }),
    );
    const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.tuple(tie("schema"), fc.nat(3)).map(([items, minItems]) => ({ type: "array", items, minItems })),
        fc
          .dictionary(fc.constantFrom("a", "b", "score"), tie("schema"))
          .map((properties) => ({ type: "object", properties, required: Object.keys(properties) })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(schema, fc.nat(), async (generated, seed) => {
        await ask({ schema: generated, simulate: { delay: "0ms" } }, { seed });
      }),
      { numRuns: 150 },
    );
  });
});
