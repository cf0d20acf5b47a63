/** How far recovery has got: the level of a run, its reason and its node. */
import { describe, expect, it } from "vitest";
import type { NodeDefinition } from "#contract/definition.ts";
import { Driver, define } from "./support/driver.ts";

const started = (nodes: Readonly<Record<string, Partial<NodeDefinition>>>, edges: string[] = []): Driver =>
  Driver.started(define(nodes, edges));

/** `1 retry a` for each change so far. */
const changes = (run: Driver): readonly string[] =>
  run.concluded("EscalationChanged").map(({ level, reason, node }) => `${level} ${reason} ${node}`);

describe("the level of a run", () => {
  it("is told of only when it changes", () => {
    const run = started({ a: {}, b: {} }, ["a -> b"]);
    run.run("a");
    run.run("b");
    expect(changes(run)).toEqual([]);
    expect(run.state.escalation).toBeNull();
  });

  it("rises with the failures of a node and falls when it recovers", () => {
    const run = started({ a: {} });
    const fail = (): void => {
      run.begin("a");
      run.failWith("a", "transient");
      run.fire("a", "retry");
    };
    fail();
    expect(run.state.escalation).toEqual({ level: 1, reason: "retry", node: "a" });
    fail();
    fail();
    expect(run.state.escalation).toEqual({ level: 3, reason: "repeated-failures", node: "a" });
    run.run("a");
    expect(changes(run)).toEqual(["1 retry a", "3 repeated-failures a", "0 recovered a"]);
    expect(run.state.escalation).toBeNull();
  });

  it("stays at 2 while a stand-in is in use", () => {
    const run = started({ a: { fallback: ["haiku"] }, b: {} }, ["a -> b"]);
    run.break("a");
    run.run("a");
    run.run("b");
    run.end();
    expect(changes(run)).toEqual(["2 fallback a"]);
    expect(run.state.escalation?.level).toBe(2);
  });

  it("tells a default from a fallback", () => {
    const run = started({ a: { default: 1 } });
    run.break("a");
    expect(changes(run)).toEqual(["2 default a"]);
  });

  it("is 3 when a second link has taken over, and 4 when the chain ends with a person", () => {
    const run = started({ a: { fallback: ["sonnet", "haiku", "human"] } });
    run.break("a");
    run.break("a");
    run.break("a");
    run.open("a", { reason: "fallback", outcomes: ["ok"] });
    run.decide("a", "ok");
    expect(changes(run)).toEqual([
      "2 fallback a",
      "3 repeated-failures a",
      "4 chain-ended a",
      "2 fallback a",
    ]);
  });

  it("is 4 for a loop that ran out, a cut-off attempt and a failure that nobody took", () => {
    const run = Driver.started(
      define({ loop: {}, unsafe: { retrySafe: false }, broken: {} }, [
        { from: "loop", to: "loop", kind: "loop", max: 1 },
      ]),
    );
    run.run("loop");
    run.run("loop");
    run.begin("unsafe");
    run.send({ event: "AttemptLost", ...run.attempt("unsafe") });
    run.open("loop", { reason: "exhausted" });
    run.decide("loop", "approved");
    run.break("broken");
    run.open("unsafe", { reason: "unsafe", outcomes: ["retry", "fail"] });
    run.decide("unsafe", "retry");
    run.run("unsafe");
    expect(changes(run)).toEqual(["4 exhausted loop", "4 unsafe unsafe", "4 failed broken"]);
    expect(run.asked).toEqual(["EndRun failed"]);
  });

  it("tells of the node that has been there longest when the one it was about recovers", () => {
    const run = started({ a: {}, b: {}, c: {} });
    for (const id of ["b", "a", "c"]) {
      run.begin(id);
      run.failWith(id, "quality");
    }
    run.run("b");
    run.run("c");
    run.run("a");
    expect(changes(run)).toEqual(["1 retry b", "1 retry a", "0 recovered a"]);
  });

  it("is no concern of a failure that an edge takes", () => {
    const run = Driver.started(define({ a: {}, b: {} }, [{ from: "a", to: "b", kind: "error" }]));
    run.break("a");
    expect(changes(run)).toEqual([]);
  });
});
