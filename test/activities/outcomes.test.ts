import { describe, expect, it } from "vitest";
import { createRegistry } from "#activities/registry.ts";
import { outcomesOf } from "#contract/outcomes.ts";

const registry = createRegistry();
const of = (name: string, settings?: Record<string, unknown>) => {
  const activity = registry.get(name);
  if (!activity) throw new Error(`no ${name}`);
  return outcomesOf(activity.info, settings);
};

describe("outcomesOf", () => {
  it("reads fixed outcomes", () => {
    expect(of("transform", { value: 1 })).toEqual(["ok"]);
    expect(of("check", { pass: "true" })).toEqual(["pass", "fail"]);
  });

  it("reads a gate's rules, each outcome once, in order", () => {
    const rules = [{ outcome: "rejected" }, { outcome: "escalated" }, { outcome: "rejected" }];
    expect(of("gate", { rules, otherwise: "approved" })).toEqual(["rejected", "escalated", "approved"]);
  });

  it("reads a person's choices", () => {
    expect(of("human")).toEqual(["approved", "rejected", "modification_requested", "escalated"]);
    expect(of("human", { outcomes: ["yes", "no"] })).toEqual(["yes", "no"]);
  });

  it("reads a script: failures have none, successes are ok unless they say otherwise", () => {
    expect(of("simulate", { script: [{ error: "transient" }, { outcome: "fail" }, { output: 1 }] })).toEqual([
      "fail",
      "ok",
    ]);
    expect(of("simulate", { script: [{ outcome: "pass" }] })).toEqual(["pass"]);
    expect(of("simulate")).toEqual(["ok"]);
  });

  it("takes half-written and wrong settings as they come", () => {
    expect(of("gate", {})).toEqual([]);
    expect(of("gate", { rules: "${{ inputs.rules }}", otherwise: 3 })).toEqual([]);
    expect(of("gate", { rules: [null, 1, {}, { outcome: 7 }], otherwise: "" })).toEqual([]);
    expect(of("human", { outcomes: "x" })).toEqual([
      "approved",
      "rejected",
      "modification_requested",
      "escalated",
    ]);
    expect(of("simulate", { script: [null] })).toEqual(["ok"]);
  });
});
