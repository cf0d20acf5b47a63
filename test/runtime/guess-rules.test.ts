/** Which partial outputs are listened to, and what they tell. */
import { expect, test } from "vitest";
import { createExpressionLanguage } from "#expression/expression.ts";
import { isUnderWay, type Likely, tellsAll } from "#runtime/guess-rules.ts";
import type { LiveRun } from "#runtime/live-run.ts";

test("what an attempt gave counts while that very attempt runs", () => {
  const running = { activation: 2, attempt: 3, abort: new AbortController() };
  const run = { attempts: new Map([["reason", running]]) } as unknown as LiveRun;
  const of = (more: object) => ({ node: "reason", activation: 2, attempt: 3, tryOfRun: 5, ...more });
  expect(isUnderWay(run, of({}))).toBe(true);
  for (const other of [{ attempt: 2 }, { activation: 1 }, { node: "execute" }])
    expect(isUnderWay(run, of(other))).toBe(false);
});

test("a partial output tells the fields that it has, the last output all of them", () => {
  const language = createExpressionLanguage();
  const reads = (...sources: readonly string[]) => sources.map((source) => language.compile(source));
  const output = { plan: null, constructor: 1 };
  const partial: Likely = { basis: "partial", node: "a", outcome: "ok", output };
  const last: Likely = { basis: "last", node: "a", outcome: "ok", output };
  const whole = reads("nodes.a.output.plan", "nodes.a.output");
  const missing = reads("nodes.a.output.plan == nodes.a.output.why");
  const inherited = reads("nodes.a.output.toString");
  for (const expressions of [whole, missing, inherited]) {
    expect(tellsAll(partial, expressions)).toBe(false);
    expect(tellsAll(last, expressions)).toBe(true);
  }
  expect(
    tellsAll(partial, reads("nodes.a.output.plan", "nodes.b.output", "nodes.a.outcome", "inputs.x")),
  ).toBe(true);
});
