import { describe, expect, it } from "vitest";
import type { NodeDefinition } from "#contract/definition.ts";
import { edgesToJudge } from "#core/judge.ts";
import { Driver, define } from "./support/driver.ts";

type Loop = { readonly onExhausted?: "escalate" | "fail" | "continue"; readonly labelled?: boolean };

function started({ onExhausted, labelled }: Loop, node: Partial<NodeDefinition> = {}): Driver {
  const run = Driver.started(
    define({ a: {}, b: node, c: {} }, [
      "a -> b",
      {
        from: "b",
        to: "a",
        kind: "loop",
        on: ["fail"],
        when: "w1",
        max: 1,
        feedback: "f1",
        adjust: { delay: "d1" },
        ...(onExhausted ? { onExhausted } : {}),
      },
      { from: "b", to: "a", kind: "loop", on: ["fail"], max: 5 },
      { from: "b", to: "c", on: ["ok"], when: "w3" },
      { from: "b", to: "c", when: "w4" },
      { from: "b", to: "c", on: [labelled ? "exhausted" : "late"], when: "w5" },
      { from: "b", to: "c", kind: "error", when: "w6" },
      { from: "b", to: "c", on: ["error"], when: "w7" },
      { from: "b", to: "c", kind: "skip", when: "w8" },
    ]),
  );
  run.run("a");
  return run;
}

const judged = (run: Driver, outcome: string) => {
  const { conditions, feedback } = edgesToJudge(run.plan, run.state, "b", outcome);
  const whens = conditions.map(({ edge, when }) => {
    expect(when).toBe(`w${edge}`);
    return edge;
  });
  return { whens, feedback };
};

/** Takes the first loop once, so that it is spent. */
function spent(loop: Loop, node: Partial<NodeDefinition> = {}): Driver {
  const run = started(loop, node);
  run.run("b", "fail", { verdicts: { 1: true } });
  run.run("a");
  return run;
}

describe("edgesToJudge", () => {
  it("lists what the outcome can lead to", () => {
    const run = started({});
    expect(judged(run, "ok")).toEqual({ whens: [3, 4, 8], feedback: [] });
    expect(judged(run, "fail")).toEqual({ whens: [1, 4, 8], feedback: [{ edge: 1, template: "f1" }] });
    expect(judged(run, "error")).toEqual({ whens: [6, 7], feedback: [] });
  });

  it("counts a failure as ok where there is a default", () => {
    expect(judged(started({}, { default: null }), "error").whens).toEqual([3, 4, 8]);
  });

  it("adds what a spent loop may turn the outcome into", () => {
    expect(judged(spent({}), "fail")).toEqual({ whens: [1, 4, 8], feedback: [] });
    expect(judged(spent({ labelled: true }), "fail").whens).toEqual([1, 4, 5, 8]);
    expect(judged(spent({ onExhausted: "fail" }), "fail").whens).toEqual([1, 4, 6, 7, 8]);
    expect(judged(spent({ onExhausted: "fail" }, { default: 1 }), "fail").whens).toEqual([1, 3, 4, 8]);
    expect(judged(spent({ onExhausted: "continue" }), "fail").whens).toEqual([1, 4, 8]);
  });

  it("says what a condition sees as error where only the spent loop fails the node", () => {
    const { plan, state } = spent({ onExhausted: "fail" });
    const { conditions } = edgesToJudge(plan, state, "b", "fail");
    const codes = conditions.map(({ edge, failure }) => [edge, failure?.code]);
    expect(codes).toEqual([
      [1, undefined],
      [4, undefined],
      [6, "LOOP_EXHAUSTED"],
      [7, "LOOP_EXHAUSTED"],
      [8, undefined],
    ]);
  });

  it("leaves loops out after an escalation, and asks about the failure of a cut-off attempt", () => {
    const run = Driver.started(
      define("a b", [
        { from: "a", to: "a", kind: "loop", max: 1, when: "w0" },
        { from: "a", to: "b", when: "w1" },
      ]),
    );
    run.run("a", "ok", { verdicts: { 0: true } });
    run.run("a", "ok", { verdicts: { 0: true } });
    expect(edgesToJudge(run.plan, run.state, "a", "ok").conditions).toEqual([{ edge: 1, when: "w1" }]);
    const lost = started({}, { retrySafe: false });
    lost.begin("b");
    lost.send({ event: "AttemptLost", ...lost.attempt("b") });
    expect(judged(lost, "fail").whens).toEqual([6, 7]);
  });

  it("knows its nodes", () => {
    const run = started({});
    expect(() => edgesToJudge(run.plan, run.state, "x", "ok")).toThrow(/no node/);
  });
});
