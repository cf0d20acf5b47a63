/** Forms from schemas: which widget, what typed text means, where a change goes. */
import { expect, test } from "vitest";
import { DURATION_PATTERN } from "#contract/duration.ts";
import type { PrintedEvent } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { attemptsOf } from "#renderer/inspector/attempts.ts";
import { emptyOf, readSchema, type Widget, widgetOf } from "#renderer/inspector/field-schema.ts";
import { EDGE_FIELDS, NODE_FIELDS } from "#renderer/inspector/own-schemas.ts";
import { placeOf, setAt } from "#renderer/inspector/paths.ts";
import { readTyped, showTyped } from "#renderer/inspector/typed-text.ts";
import { chain } from "#test/renderer/support/pipelines.ts";

const widget = (schema: JsonObject, value?: Json): Widget => widgetOf(readSchema(schema), value);

test("each kind of schema has its widget", () => {
  expect(widget({ type: "string" })).toBe("text");
  expect(widget({ type: "string", "x-widget": "multiline" })).toBe("multiline");
  expect(widget({ type: "string", "x-widget": "expression" })).toBe("code");
  expect(widget({ "x-widget": "expression" })).toBe("json");
  expect(widget({ type: "integer" })).toBe("number");
  expect(widget({ type: "boolean" })).toBe("boolean");
  expect(widget({ type: "string", enum: ["a"] })).toBe("choice");
  expect(widget({ type: "array", items: { type: "string" } })).toBe("lines");
  expect(widget({ type: "array", items: { type: "object", properties: {} } })).toBe("items");
  expect(widget({ type: "object", properties: {} })).toBe("group");
  expect(widget({ type: "object", additionalProperties: { type: "string" } })).toBe("map");
  expect(widget({ anyOf: [] })).toBe("json");
});

test("the keys of recovery have forms of their own, and leave nothing behind when they are emptied", () => {
  const { retry, failures, cache, pin, forEach } = NODE_FIELDS;
  expect([retry, failures, cache, pin, forEach].map((schema) => widget(schema))).toEqual([
    "group",
    "items",
    "group",
    "group",
    "json",
  ]);
  expect(widget(EDGE_FIELDS.adjust)).toBe("map");
  expect(emptyOf(readSchema(readSchema(failures).items ?? {}))).toEqual({ class: "transient" });
  const kept = setAt(chain, ["nodes", "a", "cache", "ttl"], "1h");
  expect(kept.nodes.a?.cache).toEqual({ ttl: "1h" });
  expect(setAt(kept, ["nodes", "a", "cache", "ttl"], undefined).nodes.a).toEqual(chain.nodes.a);
  const adjusted = setAt(chain, ["nodes", "a", "retry", "adjust", "effort"], "high");
  expect(setAt(adjusted, ["nodes", "a", "retry", "adjust", "effort"], undefined).nodes.a).toEqual(
    chain.nodes.a,
  );
  const off = setAt(chain, ["nodes", "a", "breaker"], false);
  expect(off.nodes.a?.breaker).toBe(false);
  expect(setAt(off, ["nodes", "a", "breaker"], undefined).nodes.a).toEqual(chain.nodes.a);
});

test("a value that the widget cannot show gets the JSON field", () => {
  expect(widget({ type: "boolean" }, "${{ inputs.on }}")).toBe("json");
  expect(widget({ type: "array", items: { type: "string" } }, "${{ inputs.list }}")).toBe("json");
  expect(widget({ type: "number" }, "${{ inputs.n }}")).toBe("number");
});

test("text that cannot be what is needed gives a reason and no value", () => {
  const read = (text: string, schema: JsonObject) => readTyped(text, widget(schema), readSchema(schema));
  expect(read("ten", { type: "number" })).toMatchObject({ ok: false, reason: "inspector.bad.number" });
  expect(read("1.5", { type: "integer" })).toMatchObject({ ok: false, reason: "inspector.bad.integer" });
  expect(read("0", { type: "integer", minimum: 1 })).toMatchObject({
    ok: false,
    reason: "inspector.bad.least",
    params: { n: 1 },
  });
  expect(read("soon", { type: "string", pattern: DURATION_PATTERN.source })).toMatchObject({
    ok: false,
    reason: "inspector.bad.duration",
  });
  expect(read("{ a", {})).toMatchObject({ ok: false, reason: "inspector.bad.json" });
  expect(read("${{ x }}", { type: "number" })).toEqual({ ok: true, value: "${{ x }}" });
  expect(read("  ", { type: "number" })).toEqual({ ok: true, value: undefined });
});

test("any value goes through its text and comes back the same", () => {
  const schema = readSchema({});
  for (const value of [
    "plain",
    "42",
    "true",
    "{ not json",
    "${{ {'a': 1} }}",
    42,
    true,
    null,
    [1, "a"],
    { a: { b: [] } },
  ] as Json[]) {
    expect(readTyped(showTyped(value, "json"), "json", schema)).toEqual({ ok: true, value });
  }
  const lines = readSchema({ type: "array", items: { type: "integer" } });
  expect(readTyped("200\n\n404", "lines", lines)).toEqual({ ok: true, value: [200, 404] });
});

test("a change goes to its path and touches nothing else", () => {
  const next = setAt(chain, ["nodes", "b", "with", "text"], "Hello");
  expect(next.nodes.b?.with).toEqual({ text: "Hello" });
  expect(next.nodes.a).toBe(chain.nodes.a);
  expect(setAt(next, ["nodes", "b", "with", "text"], "Hello")).toBe(next);
  expect(setAt(next, ["nodes", "b", "with", "text"], undefined).nodes.b).toEqual({ uses: "template" });
  expect(setAt(chain, ["nodes", "a", "retry", "retries"], 2).nodes.a?.retry).toEqual({ retries: 2 });
  expect(setAt(chain, ["edges", 1, "when"], "x").edges[1]).toEqual({
    from: "b",
    to: "c",
    kind: "flow",
    when: "x",
  });
});

test("entries of lists are removed, and new ones hold what is required", () => {
  const gate = setAt(chain, ["nodes", "a", "with"], { rules: [{ when: "1" }, { when: "2" }] });
  expect(setAt(gate, ["nodes", "a", "with", "rules", 0], undefined).nodes.a?.with).toEqual({
    rules: [{ when: "2" }],
  });
  expect(
    emptyOf(
      readSchema({
        type: "object",
        required: ["when", "n"],
        properties: { when: { type: "string" }, n: { type: "number" } },
      }),
    ),
  ).toEqual({ when: "", n: 0 });
  expect(placeOf("nodes.plan.with.rules.0.when")).toEqual({ node: "plan" });
});

test("attempts are read from the journal, by round", () => {
  const event = (seq: number, event: string, rest: JsonObject): PrintedEvent =>
    ({
      type: "event",
      seq,
      at: new Date(seq * 1000).toISOString(),
      event,
      node: "a",
      ...rest,
    }) as PrintedEvent;
  const attempts = attemptsOf(
    [
      event(1, "AttemptStarted", { activation: 1, attempt: 1 }),
      event(2, "AttemptFailed", {
        activation: 1,
        attempt: 1,
        error: { code: "ACTIVITY_FAILED", message: "429" },
      }),
      event(3, "AttemptStarted", { activation: 1, attempt: 2 }),
      event(5, "AttemptSucceeded", { activation: 1, attempt: 2, outcome: "ok" }),
      event(6, "AttemptStarted", { activation: 2, attempt: 1 }),
    ],
    "a",
  );
  expect(attempts).toEqual([
    {
      activation: 1,
      attempt: 1,
      state: "failed",
      ms: 1000,
      error: { code: "ACTIVITY_FAILED", message: "429" },
    },
    { activation: 1, attempt: 2, state: "succeeded", ms: 2000, outcome: "ok" },
    { activation: 2, attempt: 1, state: "running" },
  ]);
});

test("an attempt tells which link made it and what a loop had sent back", () => {
  const event = (seq: number, event: string, rest: JsonObject): PrintedEvent =>
    ({ type: "event", seq, at: new Date(seq * 1000).toISOString(), event, ...rest }) as PrintedEvent;
  const attempts = attemptsOf(
    [
      event(1, "AttemptStarted", { node: "a", activation: 1, attempt: 1 }),
      event(2, "FallbackTaken", { node: "a", activation: 1, link: 1, to: "haiku" }),
      event(3, "AttemptStarted", { node: "a", activation: 1, attempt: 2 }),
      event(4, "LoopTaken", {
        from: "c",
        to: "a",
        feedback: "too short",
        adjust: { effort: "high" },
        draft: "x",
      }),
      event(5, "AttemptStarted", { node: "a", activation: 2, attempt: 1 }),
      event(6, "AttemptStarted", { node: "a", activation: 2, attempt: 2 }),
    ],
    "a",
  );
  expect(attempts.map(({ by, back }) => ({ by, back }))).toEqual([
    {},
    { by: "haiku" },
    { back: { from: "c", feedback: "too short", adjust: { effort: "high" }, draft: "x" } },
    {},
  ]);
});
