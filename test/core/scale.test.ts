/** Work a step grows neither with history nor with the size of the graph: counted, not timed. */
import { expect, it } from "vitest";
import type { EventBody } from "#contract/events.ts";
import { compilePlan } from "#core/plan.ts";
import { encodeState, initialState } from "#core/state.ts";
import { transition } from "#core/transition.ts";
import { define } from "./support/driver.ts";

const START: EventBody = { event: "RunStarted", runId: "r", pipeline: "p", seed: 1, inputs: { value: {} } };
const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `n${index}`);

function attempt(node: string, activation: number, outcome: string): readonly EventBody[] {
  const key = { node, activation, attempt: 1 };
  return [
    { event: "AttemptStarted", ...key },
    { event: "AttemptSucceeded", ...key, outcome, output: { value: 1 } },
  ];
}

it("takes a loop 10,000 times with the same work and the same state each time", () => {
  const plan = compilePlan(
    define("a b", ["a -> b", { from: "b", to: "a", kind: "loop", on: ["fail"], max: 10_000 }]),
  );
  const state = initialState(plan);
  transition(plan, state, START, 0);
  const touched = new Set<number>();
  const sizes: number[] = [];
  for (let round = 1; round <= 10_001; round++) {
    for (const event of [...attempt("a", round, "ok"), ...attempt("b", round, "fail")]) {
      const step = transition(plan, state, event, round);
      touched.add(step.nodes.length + step.edges.length + step.effects.length);
    }
    if (round % 5_000 === 0) sizes.push(encodeState(plan, state).length);
  }
  expect(Math.max(...touched)).toBeLessThan(12);
  expect(sizes[1]! - sizes[0]!).toBeLessThan(20);
  expect(state.loopCount[1]).toBe(10_000);
});

it("follows 10,000 dead edges in one step without running out of stack", () => {
  const nodes = ids(10_000);
  const definition = define(nodes.join(" "), [
    nodes.slice(1).join(" -> "),
    { from: "n0", to: "n1", on: ["x"] },
  ]);
  const plan = compilePlan(definition);
  const state = initialState(plan);
  transition(plan, state, START, 0);
  for (const event of attempt("n0", 1, "ok")) transition(plan, state, event, 0);
  expect(state.ending).toBe("completed");
});

it("works out regions only for the edges that are taken", () => {
  const nodes = ids(10_000);
  const loops = nodes
    .slice(1)
    .map((from, index) => ({ from, to: nodes[index]!, kind: "loop" as const, on: ["x"] }));
  const plan = compilePlan(define(nodes.join(" "), [nodes.join(" -> "), ...loops]));
  expect(plan.edges.at(-1)!.loop!.scope).toHaveLength(2);
  expect(plan.roots).toEqual([0]);
});
