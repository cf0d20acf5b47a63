/**
 * `npm run sim -- [--seeds N] [--from S] [--seconds T] [--keep] [FILE …]`: lives through seeds, or through kept scenarios
 * again. `--keep` writes each smallest scenario that breaks something into test/simulation/seeds.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { scenarioOf } from "./generate.ts";
import { type Found, liveSeed, liveTwice, report, smallest } from "./run.ts";
import type { Scenario } from "./scenario.ts";

const SHOWN = 5;
const TELL_EVERY_MS = 10_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "0" },
    keep: { type: "boolean", default: false },
  },
});
const [seeds, from, seconds] = [values.seeds, values.from, values.seconds].map(number) as [
  number,
  number,
  number,
];

const begun = performance.now();
const found = new Map<string, Found[]>();
let lived = 0;
let writes = 0;
let lives = 0;
let told = begun;

for (const file of positionals) {
  const scenario = JSON.parse(readFileSync(file, "utf8")) as Scenario;
  const { broken } = await liveTwice(scenario);
  console.log(`${broken ? "✗" : "✓"} ${file}`);
  if (broken) keep({ scenario, broken });
}
for (let seed = from; positionals.length === 0 && seed < from + seeds && !timeIsUp(); seed += 1) {
  const story = await liveSeed(seed);
  lived += 1;
  writes += story.writes;
  lives += story.lives;
  if (story.broken) keep(await smallest(scenarioOf(seed), story.broken));
  if (performance.now() - told > TELL_EVERY_MS) tell();
}
if (positionals.length === 0) tell();
for (const [kind, all] of found) {
  for (const one of all.slice(0, SHOWN)) console.log(`\n${await report(one)}`);
  console.log(
    `\n${kind}: ${all.length} seeds (${all
      .slice(0, 20)
      .map((one) => one.scenario.seed)
      .join(", ")})`,
  );
}
process.exitCode = found.size === 0 ? 0 : 1;

function keep(one: Found): void {
  console.log(`✗ seed ${one.scenario.seed}: ${one.broken.message.split("\n", 1)[0]}`);
  found.set(one.broken.kind, [...(found.get(one.broken.kind) ?? []), one]);
  if (!values.keep) return;
  const name = `${one.broken.kind}-${one.scenario.seed}.json`;
  writeFileSync(join(import.meta.dirname, "seeds", name), `${JSON.stringify(one.scenario, null, 2)}\n`);
}

function tell(): void {
  told = performance.now();
  const took = (told - begun) / 1000;
  const broken = [...found.values()].reduce((sum, all) => sum + all.length, 0);
  console.log(
    `${lived} seeds in ${took.toFixed(1)} s (${Math.round(lived / took)}/s), ${writes} journal writes, ${lives} lives: ${broken === 0 ? "nothing broken" : `${broken} broken`}`,
  );
}

function timeIsUp(): boolean {
  return seconds > 0 && performance.now() - begun > seconds * 1000;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    console.error(`not a number of things: ${text}`);
    process.exit(2);
  }
  return value;
}
