/** A scenario out of a seed. The shape of a pipeline is that of the property tests; here its nodes get something to do. */
import fc from "fast-check";
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { withChoices } from "#test/reference/limits.ts";
import { randomPipeline } from "#test/reference/random-pipeline.ts";
import { Dice } from "./dice.ts";
import { dressed } from "./dress.ts";
import { pathOf, recursive, withGroups } from "./groups.ts";
import type { Scenario, Wanted } from "./scenario.ts";
import { troubles } from "./troubles.ts";

export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed);
  const files = filesOf(dice);
  const paths = Object.keys(files);
  const pipelines = fc
    .sample(randomPipeline, { seed, numRuns: dice.pick([1, 1, 1, 2], "pipelines") })
    .map((pipeline, index) => {
      const own = new Dice(dice.number("dress", index));
      const chooses = own.chance(30, "choices");
      const bare = chooses ? withChoices(pipeline, own.number("ways")) : pipeline;
      return withGroups(dressed(bare, own, `random-${index}`), own, paths, (name) => small(own, name));
    });
  const rivals = dice.chance(8, "rivals");
  const common = pipelines.map((pipeline) => (rivals ? sharing(pipeline) : pipeline));
  const faults = troubles(dice);
  const backsUp = faults.some(({ what }) => what === "backup");
  const onFile = dice.number("store") % (backsUp ? 3 : 200) === 0;
  return {
    seed,
    store: onFile ? "file" : dice.chance(5, "sqlite") ? "sqlite" : "memory",
    checkpointEvery: dice.pick([1, 3, 10, 40, 2_000], "checkpoints"),
    mood: {
      failing: dice.pick([0, 10, 25, 50], "failing"),
      deaf: dice.pick([0, 10, 40], "deaf"),
      hanging: dice.pick([0, 5, 30], "hanging"),
      slow: dice.pick([0, 20, 60], "slow"),
    },
    runs: runsOf(dice, rivals ? common.slice(0, 1) : [...common, ...Object.values(files)], rivals),
    ...(paths.length === 0 ? {} : { files }),
    faults,
  };
}

/** Whole ones and parts; then some that grow out of these. Rivals begin at about the same time. */
function runsOf(dice: Dice, pipelines: readonly PipelineDefinition[], rivals: boolean): readonly Wanted[] {
  const count = rivals ? dice.pick([2, 3, 4], "rivals") : dice.pick([1, 1, 2, 3], "runs");
  const fresh = Array.from({ length: count }, (_, index): Wanted => {
    const pipeline = dice.pick(pipelines, "pipeline", index);
    const node = dice.pick(Object.keys(pipeline.nodes), "asked", index);
    const mode = dice.pick(["upTo", "only", "from"] as const, "mode", index);
    const after = dice.pick(rivals ? [0, 0, 1, 40] : [0, 0, 40, 5_000, 900_000], "after", index);
    return {
      after: index === 0 ? 0 : after,
      pipeline,
      ...(dice.chance(index === 0 ? 8 : 25, "part", index) ? { part: { mode, node } } : {}),
    };
  });
  if (!dice.chance(25, "grows")) return fresh;
  const grown = Array.from({ length: dice.pick([1, 1, 2], "grown") }, (_, index): Wanted => {
    const of = dice.number("of", index) % fresh.length;
    const base = fresh[of] as Extract<Wanted, { pipeline: unknown }>;
    const ids = Object.keys(base.pipeline.nodes);
    const after = dice.pick([0, 1_000, 3_600_000], "later", index);
    return {
      after,
      of,
      ...(dice.chance(30, "from", index) ? { from: dice.pick(ids, "from", index) } : {}),
      ...(dice.chance(50, "edited", index) ? { edited: dice.pick(ids, "edited", index) } : {}),
    };
  });
  return [...fresh, ...grown];
}

/** Whatever may be stored is stored, for all runs of the pipeline. */
function sharing(pipeline: PipelineDefinition): PipelineDefinition {
  const nodes = Object.entries(pipeline.nodes).map(([id, node]): [string, NodeDefinition] =>
    node.uses === "work" || node.uses === "think" ? [id, { ...node, cache: { ttl: "1h" } }] : [id, node],
  );
  return { ...pipeline, nodes: Object.fromEntries(nodes) };
}

/** A few in one world; they start each other, and one starts itself. */
function filesOf(dice: Dice): Record<string, PipelineDefinition> {
  if (!dice.chance(20, "files")) return {};
  const names = ["first", "second", "third"].slice(0, dice.pick([1, 2, 3], "files"));
  const itself = dice.pick(names, "recursive");
  return Object.fromEntries(
    names.map((name, index) => {
      const own = new Dice(dice.number("file", name));
      const later = names.slice(index + 1).map(pathOf);
      const plain = withGroups(small(own, name), own, later, (inner) => small(own, inner));
      return [pathOf(name), name === itself ? recursive(plain, name, own) : plain];
    }),
  );
}

/** The smallest of a few. */
function small(dice: Dice, name: string): PipelineDefinition {
  const size = ({ nodes }: PipelineDefinition): number => Object.keys(nodes).length;
  const seed = dice.number("group", name);
  const [smallest] = fc.sample(randomPipeline, { seed, numRuns: 6 }).sort((a, b) => size(a) - size(b));
  return dressed(smallest!, new Dice(dice.number("in", name)), name);
}
