/** What guesses have come to: counted, paid for, refused where nobody speculates, and taken in to the last. */
import { expect, it } from "vitest";
import { runCost } from "#core/view.ts";
import { Driver, define } from "./support/driver.ts";

const started = () => {
  const run = Driver.started(
    define({ a: { speculate: ["b"] }, b: { pure: true }, c: {} }, ["a -> b", "b -> c"]),
  );
  run.begin("a");
  return run;
};
const ended = { event: "SpeculationEnded", node: "b", of: "a" } as const;

it("counts guesses, and what wrong ones cost to the node and the run", () => {
  const run = started();
  expect(run.view("b").speculation).toBeUndefined();
  run.send({ ...ended, verdict: "refuted", usage: { usd: 0.5, tokens: 10 } });
  expect(run.last.nodes).toEqual([run.index("b")]);
  run.send({ ...ended, verdict: "abandoned", usage: { usd: 0.25 } });
  run.send({ ...ended, verdict: "refuted" });
  run.send({ ...ended, verdict: "confirmed" });
  expect(run.asked).toEqual([]);
  expect(run.view("b")).toMatchObject({
    status: "idle",
    cost: { usd: 0.75, tokens: 10 },
    speculation: { running: false, confirmed: 1, refuted: 2, usd: 0.75 },
  });
  expect(runCost(run.state)).toEqual({ usd: 0.75, tokens: 10 });
  expect(run.replayed()).toBe(run.bytes());
});

it("takes in what the last guess cost though the run is about to end, and nothing after its end", () => {
  const run = started();
  run.failWith("a", "permanent");
  expect(run.state.ending).toBe("failed");
  run.send({ ...ended, verdict: "abandoned", usage: { usd: 1 } });
  expect(runCost(run.state).usd).toBe(1);
  run.end();
  run.refused({ ...ended, verdict: "abandoned" });
});

it("refuses guesses that nobody makes, and a confirmed one that is paid for twice", () => {
  const run = started();
  run.refused({ ...ended, node: "c", verdict: "refuted" });
  run.refused({ ...ended, node: "nobody", verdict: "refuted" });
  run.refused({ ...ended, of: "b", verdict: "refuted" });
  run.refused({ ...ended, of: "nobody", verdict: "refuted" });
  run.refused({ ...ended, verdict: "confirmed", usage: { usd: 1 } });
});
