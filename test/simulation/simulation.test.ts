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
import { isFresh, type Scenario } from "./scenario.ts";

const FROM = Number(process.env.LAYERLOOM_SEED ?? 1);
const SEEDS = Number(process.env.LAYERLOOM_SEEDS ?? 2_000);
const VALID = 100;
/** What has to be seen in one world of two hundred at least, by a word of the trace. */
const EXPECTED = [
  ...[" full", " crash before", " crash after", " crash between", " jumps by -", " jumps by 1000"],
  ...[
    " pause run",
    " resume run",
    " cancel run",
    " call off ",
    '"ATTEMPT_CANCELLED"',
    " reset ",
    " comes again",
  ],
  ...[" backup", " put the backup back", '"state":"open"', '"state":"half-open"', '"AttemptRefused"'],
  ...['"only":[', '"reuseFrom":{', '"edited":{', '"reuse":"run"', '"reuse":"pin"', '"reuse":"last"'],
  ...['"depth":1', '"depth":3', '"RECURSION_TOO_DEEP"', '"NodeCached"', " is refused: "],
  ...['"partial"', '"AttemptLost"', '"reason":"unsafe"', '"reason":"fallback"', '"reason":"exhausted"'],
];
const KEPT = join(import.meta.dirname, "seeds");

test(`${SEEDS} seeds keep every promise`, { timeout: 300_000 }, async () => {
  let crashes = 0;
  const seen = new Map<string, number>();
  for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
    const { broken, lives, trace } = await liveSeed(seed);
    if (broken) expect.fail(await report(await smallest(scenarioOf(seed), broken)));
    crashes += lives - 1;
    for (const sight of EXPECTED)
      if (trace.some((line) => line.includes(sight))) seen.set(sight, (seen.get(sight) ?? 0) + 1);
  }
  // Seeds that never lose their engine prove little.
  expect(crashes).toBeGreaterThan(SEEDS / 2);
  expect(EXPECTED.filter((sight) => (seen.get(sight) ?? 0) < SEEDS / 200)).toEqual([]);
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
    const { runs, files = {} } = scenarioOf(seed);
    for (const pipeline of [...runs.filter(isFresh).map((run) => run.pipeline), ...Object.values(files)]) {
      const { problems } = readDocument(canonicalYaml(pipeline), { registry, language });
      const errors = problems.filter(
        ({ severity, code }) => severity === "error" && !HARMLESS.includes(code),
      );
      expect(errors.map(({ message }) => `${seed}: ${message}`)).toEqual([]);
    }
  }
});
