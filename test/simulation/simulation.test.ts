/**
 * The short form of `npm run sim`: thousands of small worlds in virtual time, each with an engine that is killed, told
 * things twice and left without room; and every scenario that once broke something.
 * LAYERLOOM_SEED starts elsewhere, LAYERLOOM_SEEDS says how many.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canonicalYaml } from "#document/canonical.ts";
import { readDocument } from "#document/read-document.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import { worldRegistry } from "./activities.ts";
import { scenarioOf } from "./generate.ts";
import { liveSeed, liveTwice, report, smallest } from "./run.ts";
import type { Scenario } from "./scenario.ts";

const FROM = Number(process.env.LAYERLOOM_SEED ?? 1);
const SEEDS = Number(process.env.LAYERLOOM_SEEDS ?? 2_000);
const VALID = 100;
const KEPT = join(import.meta.dirname, "seeds");

test(`${SEEDS} seeds keep every promise`, { timeout: 300_000 }, async () => {
  let crashes = 0;
  for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
    const { broken, lives } = await liveSeed(seed);
    if (broken) expect.fail(await report(await smallest(scenarioOf(seed), broken)));
    crashes += lives - 1;
  }
  // Seeds that never lose their engine prove little.
  expect(crashes).toBeGreaterThan(SEEDS / 2);
});

test.each(readdirSync(KEPT))("%s, which once broke something, keeps every promise", async (file) => {
  const scenario = JSON.parse(readFileSync(join(KEPT, file), "utf8")) as Scenario;
  const { broken } = await liveTwice(scenario);
  expect(broken?.message).toBeUndefined();
});

/** Labels that never come, and words that the engine does not act on yet, do a simulated world no harm. */
const HARMLESS: readonly string[] = ["UNKNOWN_OUTCOME", "NOT_SUPPORTED_YET"];

test("the pipelines are such as a person could write", () => {
  const registry = worldRegistry({} as never);
  const language = createExpressionLanguage();
  for (let seed = FROM; seed < FROM + VALID; seed += 1) {
    for (const { pipeline } of scenarioOf(seed).runs) {
      const { problems } = readDocument(canonicalYaml(pipeline), { registry, language });
      const errors = problems.filter(
        ({ severity, code }) => severity === "error" && !HARMLESS.includes(code),
      );
      expect(errors.map(({ message }) => `${seed}: ${message}`)).toEqual([]);
    }
  }
});
