/**
 * The engine's core against the reference interpreter, on random pipelines in a random world.
 * LAYERLOOM_SEED repeats a run or starts another, LAYERLOOM_GRAPHS says how many pipelines are tried.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import type { PipelineDefinition } from "#contract/definition.ts";
import { Disagreement, runBoth } from "#test/reference/lock-step.ts";
import type { Mood } from "#test/reference/oracle.ts";
import { randomPipeline } from "#test/reference/random-pipeline.ts";

const SEED = Number(process.env.LAYERLOOM_SEED ?? 20_260);
const GRAPHS = Number(process.env.LAYERLOOM_GRAPHS ?? 3_000);

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

it("does what the reference interpreter does, step by step, on random pipelines", () => {
  const property = fc.property(randomPipeline, mood, (definition, world) => {
    try {
      runBoth(definition, world);
    } catch (error) {
      throw error instanceof Disagreement ? explained(error, definition, world) : error;
    }
  });
  fc.assert(property, { seed: SEED, numRuns: GRAPHS });
  expect(true).toBe(true);
}, 120_000);

function explained(error: Disagreement, definition: PipelineDefinition, world: Mood): Error {
  const parts = [
    error.message,
    `LAYERLOOM_SEED=${SEED}, world ${JSON.stringify(world)}`,
    stringify(definition),
    error.story.join("\n"),
  ];
  return new Error(parts.join("\n\n"));
}
