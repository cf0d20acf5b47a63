import { describe, expect, it } from "vitest";
import { LayerloomError } from "#contract/errors.ts";
import { compilePlan } from "#core/plan.ts";
import { retryDelay } from "#core/retry.ts";
import { define } from "./support/driver.ts";

describe("compilePlan", () => {
  it("fills in every default", () => {
    const plan = compilePlan(define("a b", ["a -> b", { from: "b", to: "a", kind: "loop" }]));
    expect(plan).toMatchObject({ maxConcurrent: 10, onFailure: "finish", roots: [0] });
    expect(plan.nodes[0]).toMatchObject({
      id: "a",
      need: 0,
      retry: { initialMs: 1_000, multiplier: 2, maxMs: 60_000, retries: 5, jitter: "full" },
      timeoutMs: undefined,
      retrySafe: true,
      in: [],
      out: [0],
      loopsOut: [],
      loopsIn: [1],
    });
    expect(plan.edges[1]!.loop).toMatchObject({ max: 3, onExhausted: "escalate", explicit: false });
  });

  it("lets the node's settings go before the pipeline's, field by field", () => {
    const plan = compilePlan(
      define(
        {
          a: { retry: { retries: 1, initial: undefined }, timeout: "2s", retrySafe: false },
          b: { join: "any" },
          c: { join: { atLeast: 1 } },
        },
        ["a -> b -> c"],
        {
          defaults: { retry: { retries: 9, initial: "3s", jitter: "none" }, timeout: "1m" },
          maxConcurrent: 2,
          onFailure: "stop",
        },
      ),
    );
    expect(plan.nodes[0]).toMatchObject({
      retry: { initialMs: 3_000, multiplier: 2, retries: 1, jitter: "none" },
      timeoutMs: 2_000,
      retrySafe: false,
    });
    expect(plan.nodes[1]).toMatchObject({ need: 1, timeoutMs: 60_000, retry: { retries: 9 } });
    expect(plan.nodes[2]).toMatchObject({ need: 1 });
    expect(plan).toMatchObject({ maxConcurrent: 2, onFailure: "stop" });
  });

  it("refuses a wrong shape with its findings, and a text that is no duration", () => {
    const broken = () => compilePlan(define("a", ["a -> a"]));
    expect(broken).toThrow(LayerloomError);
    expect(broken).toThrow(
      expect.objectContaining({
        code: "INVALID_PIPELINE",
        problems: [expect.objectContaining({ code: "CYCLE_WITHOUT_LOOP" })],
      }),
    );
    expect(() => compilePlan(define({ a: { timeout: "soon" } }))).toThrow(
      expect.objectContaining({ code: "INVALID_VALUE" }),
    );
  });
});

describe("loop regions", () => {
  // t -> u -> v -> w -> x, and y outside
  const plan = compilePlan(
    define("y t u v w x", [
      "t -> u -> v -> w -> x",
      "y -> v",
      { from: "w", to: "t", kind: "loop" }, // 5: outer
      { from: "u", to: "t", kind: "loop" }, // 6: same target, source before w's
      { from: "x", to: "t", kind: "loop" }, // 7: same target, source behind
      { from: "w", to: "u", kind: "loop" }, // 8: target behind
      { from: "x", to: "w", kind: "loop" }, // 9: behind, though its source lies outside t..w
      { from: "v", to: "v", kind: "loop" }, // 10
    ]),
  );
  const loop = (edge: number) => plan.edges[edge]!.loop!;

  it("re-open the target and what it reaches, in topological order", () => {
    expect(loop(5).scopeIds).toEqual(["t", "u", "v", "w", "x"]);
    expect(loop(9).scopeIds).toEqual(["w", "x"]);
    expect(loop(5).scope).toBe(loop(5).scope);
  });

  it("reset only loops that come later in the order that proves the end", () => {
    expect(loop(5).resets).toEqual([6, 8, 9, 10]);
    expect(loop(6).resets).toEqual([8, 9, 10]);
    expect(loop(7).resets).toEqual([5, 6, 8, 9, 10]);
    expect(loop(8).resets).toEqual([9, 10]);
    expect(loop(9).resets).toEqual([]);
    expect(loop(10).resets).toEqual([9]);
  });
});

describe("skip regions", () => {
  it("hold the nodes that lie only between the ends", () => {
    const plan = compilePlan(
      define("s a b c d e t o", [
        "s -> a -> b -> t",
        "s -> c -> d -> t", // d also leads out: c and d run
        "d -> o",
        "s -> e -> t",
        "s -> t",
        { from: "s", to: "t", kind: "skip", when: "true" },
      ]),
    );
    const skip = plan.edges.at(-1)!.skip!;
    expect(skip.between.map((node) => plan.nodes[node]!.id)).toEqual(["a", "e", "b"]);
    expect(skip.between).toBe(skip.between);
    expect(skip.reuse).toBe("last");
  });

  it("leave out nodes that are entered or left elsewhere, with their neighbours", () => {
    const plan = compilePlan(
      define("r s a b c t", [
        "s -> a -> b -> c -> t",
        "r -> b",
        { from: "s", to: "t", kind: "skip", when: "true", reuse: "none" },
      ]),
    );
    expect(plan.edges.at(-1)!.skip!.between).toEqual([]);
    expect(plan.edges.at(-1)!.skip!.reuse).toBe("none");
  });
});

describe("retryDelay", () => {
  const policy = { initialMs: 1_000, multiplier: 2, maxMs: 60_000, retries: 5, jitter: "none" } as const;

  it("doubles up to the maximum", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryDelay(policy, attempt, undefined, 0.3));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(retryDelay({ ...policy, initialMs: 90_000 }, 1, undefined, 0)).toBe(60_000);
  });

  it("spreads with full jitter", () => {
    expect(retryDelay({ ...policy, jitter: "full" }, 3, undefined, 0.25)).toBe(1_000);
  });

  it("does as the service asks, within an hour", () => {
    expect(retryDelay(policy, 1, 2_500, 0.5)).toBe(2_500);
    expect(retryDelay(policy, 1, 9e9, 0.5)).toBe(3_600_000);
    expect(retryDelay(policy, 1, -5, 0.5)).toBe(0);
  });
});
