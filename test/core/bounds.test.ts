import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { type Bounds, boundsOf, COUNTLESS, plus, times, triesOf } from "#core/bounds.ts";
import { buildGraph } from "#core/graph.ts";
import { runBoth } from "#test/reference/lock-step.ts";
import { randomPipeline } from "#test/reference/random-pipeline.ts";
import { Driver, define } from "./support/driver.ts";

const bounds = (definition: PipelineDefinition): Bounds => boundsOf(definition, buildGraph(definition));

/** `a:4 b:12 …` */
function activations(definition: PipelineDefinition): string {
  const { activations: most } = bounds(definition);
  return Object.keys(definition.nodes)
    .map((id, index) => `${id}:${most[index]}`)
    .join(" ");
}

const loop = (from: string, to: string, max: number, on = "again"): EdgeDefinition => ({
  from,
  to,
  kind: "loop",
  on: [on],
  max,
  onExhausted: "continue",
});

/** Runs to the end, one node at a time, each taking the first of these outcomes for which a loop has rounds left. */
function busiest(definition: PipelineDefinition, outcomes: readonly string[]): string {
  const run = Driver.started(definition);
  while (run.state.ending === null) {
    const node = run.plan.nodes.find(({ id }) => run.view(id).status === "queued")!;
    const useful = outcomes.find((outcome) =>
      node.loopsOut.some((edge) => {
        const { on, loop: region } = run.plan.edges[edge]!;
        return on?.includes(outcome) && run.state.loopCount[edge]! < region!.max;
      }),
    );
    run.run(node.id, useful ?? "ok");
  }
  return run.plan.nodes.map(({ id, index }) => `${id}:${run.state.activations[index]}`).join(" ");
}

describe("what a run can reach", () => {
  it("is once without loops, whatever the joins", () => {
    expect(activations(define("a b c d", ["a -> b -> d", "a -> c -> d"]))).toBe("a:1 b:1 c:1 d:1");
  });

  it.each<[string, string, PipelineDefinition]>([
    [
      "a loop leaves what follows it alone",
      "a:4 b:4 c:1",
      define("a b c", ["a -> b -> c", loop("b", "a", 3)]),
    ],
    ["a node on itself", "a:6 b:1", define("a b", ["a -> b", loop("a", "a", 5)])],
    [
      "one in another: they multiply",
      "a:4 b:12 c:12 d:4",
      define("a b c d", ["a -> b -> c -> d", loop("c", "b", 2), loop("d", "a", 3)]),
    ],
    [
      "three in each other",
      "a:2 b:6 c:24 d:6 e:2",
      define("a b c d e", ["a -> b -> c -> d -> e", loop("c", "c", 3), loop("d", "b", 2), loop("e", "a", 1)]),
    ],
    [
      "one after the other: they do not",
      "a:4 b:4 c:3 d:3",
      define("a b c d", ["a -> b -> c -> d", loop("b", "a", 3), loop("d", "c", 2)]),
    ],
    [
      "back to one node: the later resets the earlier",
      "a:12 b:12 c:4",
      define("a b c", ["a -> b -> c", loop("b", "a", 2), loop("c", "a", 3)]),
    ],
    [
      "from one node: neither resets the other",
      "a:6 b:6",
      define("a b", ["a -> b", loop("b", "a", 2, "again"), loop("b", "a", 3, "more")]),
    ],
    [
      "the default of three rounds",
      "a:4 b:4",
      define("a b", ["a -> b", { from: "b", to: "a", kind: "loop", on: ["again"], onExhausted: "continue" }]),
    ],
  ])("%s: %s", (_, most, definition) => {
    expect(activations(definition)).toBe(most);
    expect(busiest(definition, ["again", "more"])).toBe(most);
  });

  it("takes a loop for a way: what it leads to can run without what stands before", () => {
    const definition = define({ s: {}, free: {}, b: {}, j: { join: "any" } }, [
      "s -> b -> j",
      "free -> j",
      loop("s", "s", 1),
      loop("j", "b", 1),
    ]);
    expect(activations(definition)).toBe("s:2 free:1 b:4 j:4");
    const run = Driver.started(definition);
    for (const [node, outcome] of [
      ["free", "ok"],
      ["j", "again"],
      ["s", "again"],
      ["s", "ok"],
    ] as const)
      run.run(node, outcome);
    expect(run.view("b").activations).toBe(2);
  });

  it("counts a loop for what can run without its source", () => {
    const definition = define({ a: {}, b: {}, c: { join: "any" } }, [
      "a -> b -> c",
      "a -> c",
      loop("b", "a", 3),
    ]);
    expect(activations(definition)).toBe("a:4 b:4 c:4");
    const run = Driver.started(definition);
    for (let round = 1; round <= 4; round++) {
      run.run("a");
      run.run("c");
      run.run("b", "again");
    }
    expect(run.view("c").activations).toBe(4);
  });
});

it("is never exceeded by any run of a random pipeline", () => {
  let reached = 0;
  const mood = fc.record({
    seed: fc.nat(),
    failing: fc.constantFrom(0, 10, 40),
    holding: fc.constantFrom(50, 90, 100),
    skipping: fc.constantFrom(50, 90),
    losing: fc.constantFrom(0, 5),
    cancelAt: fc.constant(0),
  });
  const property = fc.property(randomPipeline, mood, (definition, world) => {
    const { reference } = runBoth(definition, world);
    const most = bounds(definition);
    Object.keys(definition.nodes).forEach((id, index) => {
      const node = reference.nodes.get(id)!;
      const proven = most.activations[index]!;
      expect(node.activations).toBeLessThanOrEqual(proven);
      expect(node.attempts).toBeLessThanOrEqual(proven * triesOf(definition, id));
      if (proven > 1 && node.activations === proven) reached += 1;
    });
    for (const { index, kind, taken } of reference.edges) {
      if (kind === "loop") expect(taken).toBeLessThanOrEqual(most.takings[index]!);
    }
  });
  fc.assert(property, { seed: 20_260, numRuns: 1_500 });
  // A bound that no run ever meets would prove little.
  expect(reached).toBeGreaterThan(100);
}, 120_000);

describe("tries", () => {
  it("are the node's, else the pipeline's, else six, as many for each model of the chain, and one for a template", () => {
    const definition = define(
      {
        plain: {},
        own: { retry: { retries: 0 } },
        chain: { retry: { retries: 1 }, fallback: ["sonnet", "haiku", { template: "-" }, "human"] },
      },
      [],
    );
    expect(["plain", "own", "chain"].map((id) => triesOf(definition, id))).toEqual([6, 1, 7]);
    expect(triesOf(define({ sub: { uses: "pipeline" } }), "sub")).toBe(1);
    const shared = { ...definition, defaults: { retry: { retries: 2 } } };
    expect(["plain", "own"].map((id) => triesOf(shared, id))).toEqual([3, 1]);
  });
});

describe("large numbers and large graphs", () => {
  it("stay whole numbers and stop where they can no longer be exact", () => {
    expect([plus(2 ** 53 - 2, 1), times(3, 4)]).toEqual([2 ** 53 - 1, 12]);
    expect([plus(COUNTLESS, COUNTLESS), times(COUNTLESS, 1_000_000), times(2 ** 30, 2 ** 30)]).toEqual([
      COUNTLESS,
      COUNTLESS,
      COUNTLESS,
    ]);
    const ids = Array.from({ length: 70 }, (_, index) => `n${index}`);
    const definition = define(ids.join(" "), [
      ids.join(" -> "),
      ...ids.map((id) => loop(id, "n0", 1_000_000)),
      ...ids.map((_, index) => loop("n69", ids[Math.max(0, index - 1)]!, 1_000_000, `x${index}`)),
    ]);
    const { activations: most, takings } = bounds(definition);
    expect(Math.max(...most, ...takings)).toBe(COUNTLESS);
    expect([...most, ...takings].every((value) => Number.isInteger(value))).toBe(true);
  });

  it("does as much for more than 32 loops as for few: 100 one after the other, 50 back to one node", () => {
    const ids = Array.from({ length: 101 }, (_, index) => `n${index}`);
    const chain = ids.join(" -> ");
    const own = define(ids.join(" "), [chain, ...ids.map((id) => loop(id, id, 1))]);
    expect([...bounds(own).activations]).toEqual(ids.map(() => 2));
    const back = define(ids.join(" "), [chain, ...ids.slice(0, 50).map((id) => loop(id, "n0", 1))]);
    const { activations: most, takings } = bounds(back);
    expect(ids.slice(0, 50).map((_, index) => takings[100 + index])).toEqual(
      ids.slice(0, 50).map((_, index) => 2 ** (49 - index)),
    );
    expect([most[0], most[1], most[48], most[49], most[50]]).toEqual([2 ** 50, 2 ** 49, 4, 2, 1]);
  });

  it("is done with 10,000 nodes and a loop for each within a moment", () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `n${index}`);
    const inner = ids.slice(1).map((id, index) => loop(id, ids[index]!, 1));
    const definition = define(ids.join(" "), [ids.join(" -> "), ...inner]);
    const { activations: most } = bounds(definition);
    expect([most[0], most[1], most[20], most[9_999]]).toEqual([2, 4, 42, 10_000]);
  });
});
