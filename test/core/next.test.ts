/** Dynamic routing: the output chooses among the candidates of `next:`. */
import { describe, expect, it } from "vitest";
import { chosenNext } from "#core/next.ts";
import { Driver, define } from "./support/driver.ts";

describe("chosenNext", () => {
  it.each([
    [{ next: "a" }, ["a"]],
    [{ next: ["b", "a"] }, ["b", "a"]],
    [{ next: [] }, []],
    [{ next: null }, []],
    [{}, []],
    ["a", []],
    [null, []],
    [[1], []],
    [{ next: "c" }, undefined],
    [{ next: ["a", "c"] }, undefined],
    [{ next: 1 }, undefined],
    [{ next: { id: "a" } }, undefined],
  ])("%j chooses %j", (output, chosen) => {
    expect(chosenNext(["a", "b"], output)).toEqual(chosen);
  });
});

const EDGES = [
  "pick -> left",
  { from: "pick", to: "right", on: ["ok"] },
  { from: "pick", to: "rest", else: true as const },
  "pick -> log",
];
const TARGETS = ["left", "right", "rest", "log"];

function picked(next: readonly string[] | undefined, outcome = "ok", pick = {}): readonly number[] {
  const nodes = { pick: { next: ["left", "right"], ...pick }, left: {}, right: {}, rest: {}, log: {} };
  const run = Driver.started(define(nodes, EDGES));
  run.begin("pick");
  run.send({
    event: "AttemptSucceeded",
    ...run.attempt("pick"),
    outcome,
    output: { value: null },
    ...(next ? { next } : {}),
  });
  return TARGETS.map((_, edge) => run.edge(edge).taken);
}

describe("a node with next", () => {
  it("is left by the edges to what it chose; others that go nowhere near the candidates are as ever", () => {
    expect(picked(["left"])).toEqual([1, 0, 1, 1]);
    expect(picked(["right"])).toEqual([0, 1, 0, 1]);
    expect(picked(["left", "right"])).toEqual([1, 1, 0, 1]);
    expect(picked([])).toEqual([0, 0, 1, 1]);
    expect(picked(undefined)).toEqual([0, 0, 1, 1]);
  });

  it("takes a chosen branch only when its own condition holds too", () => {
    expect(picked(["right"], "late")).toEqual([0, 0, 1, 1]);
  });

  it("chooses by its default when it fails", () => {
    const nodes = {
      pick: { next: ["left", "right"], default: { next: "right" } },
      left: {},
      right: {},
      rest: {},
      log: {},
    };
    const run = Driver.started(define(nodes, EDGES));
    run.break("pick");
    expect(TARGETS.map((_, edge) => run.edge(edge).taken)).toEqual([0, 1, 0, 1]);
  });

  it("leaves edges for failures alone", () => {
    const run = Driver.started(
      define({ pick: { next: ["mend"] }, mend: {}, help: {} }, [
        { from: "pick", to: "mend", on: ["error", "bad"] },
        { from: "pick", to: "help", kind: "error" },
      ]),
    );
    run.break("pick");
    expect([0, 1].map((edge) => run.edge(edge).taken)).toEqual([1, 1]);
  });

  it("may be left again after a loop, by another choice", () => {
    const run = Driver.started(
      define({ pick: { next: ["left", "right"] }, left: {}, right: {} }, [
        "pick -> left",
        "pick -> right",
        { from: "left", to: "pick", kind: "loop", max: 1, onExhausted: "continue" },
      ]),
    );
    const pick = (next: string) => {
      run.begin("pick");
      run.send({
        event: "AttemptSucceeded",
        ...run.attempt("pick"),
        outcome: "ok",
        output: { value: null },
        next: [next],
      });
    };
    pick("left");
    run.run("left");
    pick("right");
    expect(run.view("left").status).toBe("not_reached");
    expect(run.view("right").status).toBe("queued");
  });
});
