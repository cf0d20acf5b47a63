/** The simulation is tested as well: small defects are planted into the engine, one at a time, and it has to find each. */
import { afterAll, expect, test, vi } from "vitest";
import { BUGS as BUGS_IN_RUNS } from "./bugs.ts";
import { BUGS_BETWEEN_RUNS } from "./bugs-between-runs.ts";
import { liveSeed } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { live } from "./world.ts";

/** As many as the short form of the simulation lives through. */
const MOST_SEEDS = 2_000;
const BUGS = { ...BUGS_IN_RUNS, ...BUGS_BETWEEN_RUNS };

const { hook } = vi.hoisted(() => ({
  hook: async (load: () => Promise<object>): Promise<object> => {
    const { hooked } = await import("./hooks.ts");
    return hooked(await load());
  },
}));
vi.mock("#core/breaker.ts", (load) => hook(load));
vi.mock("#core/expected.ts", (load) => hook(load));
vi.mock("#core/transition.ts", (load) => hook(load));
vi.mock("#core/outstanding.ts", (load) => hook(load));
vi.mock("#core/degraded.ts", (load) => hook(load));
vi.mock("#core/join.ts", (load) => hook(load));
vi.mock("#core/judge.ts", (load) => hook(load));
vi.mock("#core/transitions/money.ts", (load) => hook(load));
vi.mock("#core/view.ts", (load) => hook(load));
vi.mock("#core/retry.ts", (load) => hook(load));
vi.mock("#runtime/attempt.ts", (load) => hook(load));
vi.mock("#runtime/child-run.ts", (load) => hook(load));
vi.mock("#runtime/part.ts", (load) => hook(load));
vi.mock("#runtime/retry.ts", (load) => hook(load));
vi.mock("#runtime/sub-pipeline.ts", (load) => hook(load));
vi.mock("#store/restore.ts", (load) => hook(load));
vi.mock("#runtime/end-run.ts", (load) => hook(load));
vi.mock("#runtime/judge.ts", (load) => hook(load));
vi.mock("#runtime/random.ts", (load) => hook(load));
vi.mock("#runtime/recover.ts", (load) => hook(load));
vi.mock("#runtime/result-key.ts", (load) => hook(load));
vi.mock("#runtime/settings.ts", (load) => hook(load));

const found: string[] = [];

test.each(Object.entries(BUGS))("%s", { timeout: 120_000 }, async (name, plant) => {
  const lives = async (scenario: Scenario) => {
    const { seams, undo } = plant();
    try {
      return await live(scenario, seams);
    } finally {
      undo?.();
    }
  };
  for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
    const { broken } = await liveSeed(seed, lives);
    if (broken === undefined) continue;
    found.push(`${name}: seed ${seed}, ${broken.kind}`);
    return;
  }
  expect.fail(`not found in ${MOST_SEEDS} seeds`);
});

afterAll(() => {
  console.log(
    `simulation: ${found.length} of ${Object.keys(BUGS).length} planted bugs found\n${found.join("\n")}`,
  );
});
