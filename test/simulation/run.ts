/** Lives through scenario after scenario, and tells of each that broke a promise what somebody needs to see it again. */
import { stringify } from "yaml";
import { Broken } from "./broken.ts";
import { scenarioOf } from "./generate.ts";
import { isFresh, isGrown, type Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { live, type Story } from "./world.ts";

/** One in so many is lived through twice: it has to go the same way. */
const TWICE = 16;
const LAST_LINES = 30;

export type Found = { readonly scenario: Scenario; readonly broken: Broken };

type Lives = (scenario: Scenario) => Promise<Story>;

/** A scenario that does not go the same way twice is broken as well. */
export async function liveTwice(scenario: Scenario, lives: Lives = live): Promise<Story> {
  const first = await lives(scenario);
  if (first.broken !== undefined) return first;
  const second = await lives(scenario);
  const at = first.trace.findIndex((line, index) => line !== second.trace[index]);
  if (at === -1 && first.trace.length === second.trace.length) return first;
  const lines = [first.trace[at] ?? "nothing", second.trace[at] ?? "nothing"];
  return { ...second, broken: new Broken("trace", `first\n${lines[0]}\nthen\n${lines[1]}`) };
}

export function liveSeed(seed: number, lives: Lives = live): Promise<Story> {
  return seed % TWICE === 0 ? liveTwice(scenarioOf(seed), lives) : lives(scenarioOf(seed));
}

/** The smallest scenario that could be found which breaks the same promise. */
export async function smallest(scenario: Scenario, broken: Broken): Promise<Found> {
  const again = broken.kind === "trace" ? liveTwice : live;
  let found = broken;
  const small = await shrink(scenario, async (smaller) => {
    const { broken: now } = await again(smaller);
    if (now?.kind === broken.kind) found = now;
    return now?.kind === broken.kind;
  });
  return { scenario: small, broken: found };
}

export async function report({ scenario, broken }: Found): Promise<string> {
  const { trace } = await live(scenario);
  const { runs, ...rest } = scenario;
  const fresh = runs.filter(isFresh);
  const texts = [...new Set(fresh.map(({ pipeline }) => stringify(pipeline)))];
  return [
    `seed ${scenario.seed} breaks a promise`,
    `  npm run sim -- --seeds 1 --from ${scenario.seed}`,
    broken.message,
    ...texts.map((text) => `# ${runsOf(runs, text)}\n${text}`),
    ...runs.flatMap((wanted, index) => (isGrown(wanted) ? [`# run ${index}\n${stringify(wanted)}`] : [])),
    `# the world\n${stringify(rest)}`,
    ["# how it went", ...trace.slice(-LAST_LINES)].join("\n"),
  ].join("\n\n");
}

function runsOf(runs: Scenario["runs"], text: string): string {
  return runs
    .flatMap((wanted, index) => {
      if (isGrown(wanted) || stringify(wanted.pipeline) !== text) return [];
      const { after, part } = wanted;
      return [`run ${index}, after ${after} ms${part ? `, ${part.mode} ${part.node}` : ""}`];
    })
    .join("; ");
}
