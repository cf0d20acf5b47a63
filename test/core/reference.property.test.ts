/**
 * The engine's core against the reference interpreter, on random pipelines in a random world.
 * LAYERLOOM_SEED repeats a run or starts another, LAYERLOOM_GRAPHS says how many pipelines are tried.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Beginning } from "#test/reference/happening.ts";
import { beginningOf, withChoices, withItemsAndPins } from "#test/reference/limits.ts";
import { Disagreement, runBoth } from "#test/reference/lock-step.ts";
import type { Mood } from "#test/reference/oracle.ts";
import { randomPipeline } from "#test/reference/random-pipeline.ts";
import { sightsOf } from "#test/reference/sights.ts";

const SEED = Number(process.env.LAYERLOOM_SEED ?? 20_260);
const GRAPHS = Number(process.env.LAYERLOOM_GRAPHS ?? 4_000);
const LAST_STEPS = 60;

const mood: fc.Arbitrary<Mood> = fc.record({
  seed: fc.nat(),
  failing: fc.constantFrom(0, 10, 10, 30, 60),
  holding: fc.constantFrom(50, 90, 20),
  skipping: fc.constantFrom(50, 90, 20),
  losing: fc.constantFrom(0, 0, 5),
  cancelAt: fc.oneof(
    { weight: 9, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }) },
  ),
});

const EXPECTED = [
  ...["flow taken", "branch taken", "else taken", "skip taken", "error taken", "loop taken", "edge blocked"],
  ...["join all", "join any", "join atLeast", "judged for a skip edge"],
  ...[
    "loop on itself",
    "loop in a loop",
    "loops to one target",
    "loops from one source",
    "loops side by side",
  ],
  ...["counter started anew", "left by exhausted", "exhausted: decided", "exhausted: nobody decided"],
  ...["failed transient", "failed quality", "failed permanent", "failure taken", "failure nobody took"],
  ...["judging: judged", "seeking: sought", "running: lost", "unsafe: decided", "asking: decided"],
  ...["asking: nobody decided", "node succeeded", "node skipped", "node cached", "node degraded"],
  ...["node failed", "node cancelled", "node not_reached"],
  ...["stuck: decided", "stuck: nobody decided", "queued: refused", "node degraded by what came before"],
  ...["way chosen", "way not chosen"],
  ...["running: split", "parenting: succeeded", "parenting: failed"],
  ...["judged for a pin", "judged to be taken over", "declined to be taken over"],
  ...["run completed", "run partial", "run failed", "run cancelled"],
];

describe(`${GRAPHS} random pipelines, seed ${SEED}`, () => {
  it("run in the engine as in the reference interpreter, step by step", () => {
    const seen = new Map<string, number>();
    const property = fc.property(randomPipeline, mood, fc.nat(), (pipeline, world, dice) => {
      const definition = withItemsAndPins(withChoices(pipeline, dice), dice);
      const beginning = beginningOf(definition, dice);
      try {
        const { story, reference } = runBoth(definition, world, beginning);
        for (const sight of sightsOf(definition, story, reference)) {
          seen.set(sight, (seen.get(sight) ?? 0) + 1);
        }
      } catch (error) {
        throw error instanceof Disagreement ? explained(error, definition, world, beginning) : error;
      }
    });
    fc.assert(property, { seed: SEED, numRuns: GRAPHS });
    // A property that only ever sees the easy cases proves nothing.
    const rare = EXPECTED.filter((sight) => (seen.get(sight) ?? 0) < GRAPHS / 200);
    expect(rare).toEqual([]);
  }, 120_000);
});

function explained(
  error: Disagreement,
  definition: PipelineDefinition,
  world: Mood,
  { only, given }: Beginning,
): Error {
  const steps = error.story.map(
    ({ chosen, happening }) => `${JSON.stringify(happening)} of ${JSON.stringify(chosen)}`,
  );
  const left = steps.length - LAST_STEPS;
  const parts = [
    error.message,
    `LAYERLOOM_SEED=${SEED}, world ${JSON.stringify(world)}`,
    only === undefined ? "the whole" : `only ${[...only].join(" ")}`,
    given === undefined ? "nothing given" : `given ${[...given].join(" ")}`,
    stringify(definition),
    [...(left > 0 ? [`(${left} steps)`] : []), ...steps.slice(-LAST_STEPS)].join("\n"),
  ];
  return new Error(parts.join("\n\n"));
}
