/** Money set aside for attempts that run: taken when one starts, settled when it ends, in whichever way. */
import { describe, expect, it } from "vitest";
import { isPaid } from "#core/view.ts";
import { Driver, define } from "./support/driver.ts";

const started = (nodes: string, edges: Parameters<typeof define>[1] = []): Driver =>
  Driver.started(define(nodes, edges));

const begin = (run: Driver, node: string, reserved: number): void => {
  run.send({ event: "AttemptStarted", ...run.key(node), attempt: run.view(node).attempt + 1, reserved });
};
const money = ({ state }: Driver) => [state.usd, state.reservedUsd, state.unsettledUsd];

describe("what is set aside for an attempt", () => {
  it("adds up over those that run, and comes back to nothing exactly", () => {
    const run = started("a b c");
    begin(run, "a", 0.1);
    begin(run, "b", 0.2);
    begin(run, "c", 0.3);
    expect(run.state.reservedUsd).toBeCloseTo(0.6, 10);
    expect(isPaid(run.plan, run.state, "b")).toBe(true);
    for (const node of ["b", "a", "c"]) run.succeed(node);
    expect(money(run)).toEqual([0, 0, 0]);
  });

  it("gives way to what it cost", () => {
    const run = started("a");
    begin(run, "a", 0.5);
    run.send({
      event: "AttemptSucceeded",
      ...run.attempt("a"),
      outcome: "ok",
      output: { value: 1 },
      usage: { usd: 0.2 },
    });
    expect(money(run)).toEqual([0.2, 0, 0]);
  });

  it.each([
    ["nothing is known", undefined, [0, 0, 0.5]],
    ["a part is known", 0.2, [0.2, 0, 0.3]],
    ["more is known than was set aside", 0.7, [0.7, 0, 0]],
  ])("counts where an attempt broke off: %s", (_, usd, expected) => {
    const run = started("a");
    begin(run, "a", 0.5);
    run.send({
      event: "AttemptFailed",
      ...run.attempt("a"),
      failure: { code: "MODEL_STALLED", message: "silent", class: "transient" },
      random: 0.5,
      unsettled: true,
      ...(usd === undefined ? {} : { usage: { usd } }),
    });
    expect(money(run)).toEqual(expected);
  });

  it("is free again after a failure whose cost is known, and when an attempt only waits", () => {
    const run = started("a b c");
    for (const node of ["a", "b", "c"]) begin(run, node, 1);
    run.failWith("a", "permanent");
    run.open("b");
    run.send({ event: "WaitStarted", ...run.attempt("c"), wakeAt: 10 });
    expect(money(run)).toEqual([0, 0, 0]);
  });

  it("counts when an attempt is lost, taken back or cancelled", () => {
    const lost = started("a");
    begin(lost, "a", 1);
    lost.send({ event: "AttemptLost", ...lost.attempt("a") });
    expect(money(lost)).toEqual([0, 0, 1]);

    const taken = started("a b c", ["a -> b", "a -> c", { from: "b", to: "a", kind: "loop", max: 1 }]);
    taken.run("a");
    begin(taken, "c", 2);
    taken.run("b");
    expect(money(taken)).toEqual([0, 0, 2]);

    const cancelled = started("a");
    begin(cancelled, "a", 3);
    cancelled.send({ event: "CancelRequested" });
    expect(money(cancelled)).toEqual([0, 0, 3]);
  });

  it("must be an amount of money", () => {
    const run = started("a");
    for (const reserved of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(run.refused({ event: "AttemptStarted", ...run.key("a"), attempt: 1, reserved })).toMatch(
        "reserved is",
      );
  });
});

describe("an attempt that is refused for want of money", () => {
  const failure = { code: "BUDGET_SPENT", message: "no", class: "permanent" } as const;

  it("fails the node for good, without an attempt", () => {
    const run = started("a b", ["a -> b"]);
    run.send({ event: "AttemptRefused", ...run.key("a"), failure, random: 0.5 });
    expect(run.view("a")).toMatchObject({ status: "failed", attempts: 0, failure });
    expect(run.asked).toEqual(["EndRun failed"]);
  });

  it("leaves by an error edge that was judged, and takes the next link where there is one", () => {
    const edges = [{ from: "a", to: "b", kind: "error", when: "x" } as const];
    const run = started("a b", edges);
    run.send({ event: "AttemptRefused", ...run.key("a"), failure, random: 0.5, verdicts: { 0: true } });
    expect(run.picture).toBe("a:failed b:queued");

    const chain = Driver.started(define({ a: { fallback: ["haiku"] } }));
    chain.send({ event: "AttemptRefused", ...chain.key("a"), failure, random: 0.5 });
    expect(chain.asked).toEqual(["Enqueue a#1"]);
  });
});
