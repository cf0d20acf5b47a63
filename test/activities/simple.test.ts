import { describe, expect, it } from "vitest";
import { check } from "#activities/check.ts";
import { gate } from "#activities/gate.ts";
import { human } from "#activities/human.ts";
import { memoryAppend } from "#activities/memory-append.ts";
import { memoryGet } from "#activities/memory-get.ts";
import { memoryPut } from "#activities/memory-put.ts";
import { simulate } from "#activities/simulate.ts";
import { template } from "#activities/template.ts";
import { transform } from "#activities/transform.ts";
import { wait } from "#activities/wait.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { failureOf, usageOf } from "#ports/failure.ts";
import { contextFor, outputOf, perform, thrownBy } from "./support/context.ts";

describe("transform and template", () => {
  it("give the value as it is, whatever its type", async () => {
    for (const value of [null, 0, "", "語", [1, { a: [] }], { deep: { er: true } }] as const) {
      expect(await outputOf(transform, { value })).toEqual(value);
    }
    expect(transform.input.safeParse({}).success).toBe(false);
    expect(transform.input.safeParse({ value: 1, more: 2 }).success).toBe(false);
  });

  it("a template's output is text, also when one expression gave something else", async () => {
    expect(await outputOf(template, { text: "Hello, 世界" })).toBe("Hello, 世界");
    expect(await outputOf(template, { text: { a: 1 } })).toBe('{"a":1}');
    expect(await outputOf(template, { text: null })).toBe("");
    expect(await outputOf(template, { text: 3 })).toBe("3");
  });
});

describe("check", () => {
  const judge = (verdict: Json) => {
    const seen: (JsonObject | undefined)[] = [];
    const context = contextFor({
      evaluate: (_expression, extra) => {
        seen.push(extra);
        return verdict;
      },
    });
    return { context, seen };
  };

  it("passes or fails, with score, verdict and reason", async () => {
    const { context, seen } = judge(true);
    const settings = { score: 0.86, pass: "score >= inputs.threshold" };
    expect(await perform(check, settings, context)).toEqual({
      type: "done",
      outcome: "pass",
      output: { score: 0.86, pass: true, reason: "passed: score >= inputs.threshold with score 0.86" },
    });
    expect(seen).toEqual([{ score: 0.86, input: null }]);
    expect(await perform(check, { ...settings, reason: "too low" }, judge(false).context)).toMatchObject({
      outcome: "fail",
      output: { score: 0.86, pass: false, reason: "too low" },
    });
  });

  it("judges a value without a score", async () => {
    const { context, seen } = judge(false);
    expect(await outputOf(check, { value: [1], pass: "size(input) > 1" }, context)).toEqual({
      score: null,
      pass: false,
      reason: "failed: size(input) > 1",
    });
    expect(seen).toEqual([{ score: null, input: [1] }]);
  });

  it("a condition that gives no boolean is an error, not a pass", async () => {
    for (const value of [1, "true", null, [], {}] as const) {
      const thrown = await thrownBy(() => perform(check, { pass: "score" }, judge(value).context));
      expect(failureOf(thrown)).toMatchObject({ code: "EXPRESSION_FAILED", class: "permanent" });
    }
  });
});

describe("gate", () => {
  const settings = {
    rules: [
      { when: "a", outcome: "rejected", reason: "too short" },
      { when: "b", outcome: "escalated" },
    ],
    otherwise: "approved",
  };
  const withTrue = (...names: string[]) => contextFor({ evaluate: (name) => names.includes(name) });

  it("the first rule that holds decides", async () => {
    expect(await perform(gate, settings, withTrue("a", "b"))).toEqual({
      type: "done",
      outcome: "rejected",
      output: { outcome: "rejected", rule: 0, reason: "too short" },
    });
    expect(await perform(gate, settings, withTrue("b"))).toMatchObject({
      outcome: "escalated",
      output: { outcome: "escalated", rule: 1, reason: "rule 2 holds: b" },
    });
    expect(await perform(gate, settings, withTrue())).toMatchObject({
      outcome: "approved",
      output: { rule: null, reason: "no rule holds" },
    });
  });

  it("does not judge the rules after the one that holds", async () => {
    const seen: string[] = [];
    await perform(gate, settings, contextFor({ evaluate: (name) => seen.push(name) > 0 }));
    expect(seen).toEqual(["a"]);
  });

  it("refuses an outcome that is no name, or error", () => {
    for (const otherwise of ["", "Approved", "error", "two words"]) {
      expect(gate.input.safeParse({ ...settings, otherwise }).success).toBe(false);
    }
  });
});

describe("human", () => {
  it("opens a card with the four usual outcomes", async () => {
    expect(await perform(human, { title: "Approve", payload: { plan: 1 } })).toEqual({
      type: "human",
      card: {
        title: "Approve",
        payload: { plan: 1 },
        outcomes: ["approved", "rejected", "modification_requested", "escalated"],
        reason: "node",
      },
    });
  });

  it("counts the time-out from now", async () => {
    const settings = { title: "Approve", timeout: "30d", onTimeout: "escalated", instructions: "Look." };
    expect(await perform(human, settings)).toMatchObject({
      card: { timeoutAt: 1_000 + 30 * 86_400_000, onTimeout: "escalated", instructions: "Look." },
    });
  });

  it("decides at once under simulation", async () => {
    const context = contextFor({ simulated: true });
    expect(await perform(human, { title: "A" }, context)).toEqual({
      type: "done",
      outcome: "approved",
      output: { outcome: "approved", comment: "", value: null, by: "simulated" },
    });
    expect(await perform(human, { title: "A", simulate: "rejected" }, context)).toMatchObject({
      outcome: "rejected",
    });
    expect(await perform(human, { title: "A", outcomes: ["yes", "no"] }, context)).toMatchObject({
      outcome: "yes",
    });
  });

  it("refuses a decision that is not among the outcomes", () => {
    expect(human.input.safeParse({ title: "A", onTimeout: "later" }).success).toBe(false);
    expect(human.input.safeParse({ title: "A", simulate: "later" }).success).toBe(false);
  });
});

describe("wait", () => {
  it("for a while or until a time", async () => {
    const until = "1970-01-01T09:00:05+09:00";
    expect(await perform(wait, { duration: "2s" })).toEqual({ type: "wait", until: 3_000 });
    expect(await perform(wait, { until })).toEqual({ type: "wait", until: 5_000 });
    expect(await perform(wait, { until: "1970-01-01T00:00:00Z" })).toEqual({ type: "wait", until: 0 });
  });

  it("wants exactly one of the two", () => {
    for (const settings of [{}, { duration: "1s", until: "2026-01-01T00:00:00Z" }, { duration: "soon" }]) {
      expect(wait.input.safeParse(settings).success).toBe(false);
    }
  });
});

describe("memory", () => {
  it("get: what is stored and since when, or the default", async () => {
    const context = contextFor({ memories: { world: { value: { n: 1 }, at: 5_000 } } });
    expect(await outputOf(memoryGet, { name: "world" }, context)).toEqual({
      found: true,
      value: { n: 1 },
      at: "1970-01-01T00:00:05.000Z",
    });
    expect(await outputOf(memoryGet, { name: "other" }, context)).toEqual({
      found: false,
      value: null,
      at: null,
    });
    expect(await outputOf(memoryGet, { name: "other", default: [] }, context)).toMatchObject({ value: [] });
  });

  it("put and append leave the writing to the host", async () => {
    expect(await perform(memoryPut, { name: "world", value: 1 })).toEqual({
      type: "done",
      output: 1,
      memory: [{ name: "world", op: "put", value: 1 }],
    });
    expect(await perform(memoryAppend, { name: "learnings", value: { a: 1 } })).toEqual({
      type: "done",
      output: { a: 1 },
      memory: [{ name: "learnings", op: "append", value: { a: 1 } }],
    });
  });
});

describe("simulate", () => {
  const script = [
    { error: "transient", message: "busy", retryAfter: "2s", tokens: 5 },
    { error: "permanent" },
    { error: "quality" },
    { outcome: "fail", output: { n: 1 } },
    { output: "last", usd: 0.01, tokens: 120, delay: "1s" },
  ];
  const play = (tryOfRun: number) => perform(simulate, { script, delay: "20ms" }, contextFor({ tryOfRun }));

  it("the n-th attempt of the run takes the n-th entry, the last repeats", async () => {
    const first = await thrownBy(() => play(1));
    expect(failureOf(first)).toEqual({
      code: "SIMULATED_FAILURE",
      message: "busy",
      class: "transient",
      rule: "built-in: scripted",
      retryAfterMs: 2_000,
    });
    expect(usageOf(first)).toEqual({ tokens: 5 });
    expect(failureOf(await thrownBy(() => play(2)))).toMatchObject({ class: "permanent" });
    expect(failureOf(await thrownBy(() => play(3)))).toMatchObject({ class: "quality" });
    expect(await play(4)).toEqual({ type: "done", outcome: "fail", output: { n: 1 }, usage: {} });
    for (const n of [5, 6, 100]) {
      expect(await play(n)).toEqual({
        type: "done",
        outcome: "ok",
        output: "last",
        usage: { usd: 0.01, tokens: 120 },
      });
    }
  });

  it("takes as long as it is told", async () => {
    const context = contextFor({ tryOfRun: 4 });
    await perform(simulate, { script, delay: "20ms" }, context);
    expect(context.slept).toEqual([20]);
    const last = contextFor({ tryOfRun: 9 });
    await perform(simulate, { script, delay: "20ms" }, last);
    expect(last.slept).toEqual([1_000]);
  });

  it("gives parts of its output when they are due, what is due at its end or later never", async () => {
    const context = contextFor();
    const partial = ["0s", "10ms", "25ms", "1h"].map((after, n) => ({ after, output: { n } }));
    await perform(simulate, { script: [{ delay: "25ms", partial }] }, context);
    expect(context.partials).toEqual([{ n: 0 }, { n: 1 }]);
    expect(context.slept).toEqual([10, 15]);
  });

  it("needs nothing at all", async () => {
    expect(await perform(simulate, {})).toMatchObject({ outcome: "ok", output: null });
  });
});
