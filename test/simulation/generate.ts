/** A scenario out of a seed. The shape of a pipeline is that of the property tests; here its nodes get something to do. */
import fc from "fast-check";
import type {
  BreakerDefinition,
  CacheDefinition,
  EdgeDefinition,
  NodeDefinition,
  PipelineDefinition,
} from "#contract/definition.ts";
import { withChoices } from "#test/reference/limits.ts";
import { OUTCOMES } from "#test/reference/oracle.ts";
import { randomPipeline } from "#test/reference/random-pipeline.ts";
import { errorCondition, outcomeCondition } from "./conditions.ts";
import { Dice } from "./dice.ts";
import { withGroups } from "./groups.ts";
import type { Fault, Scenario } from "./scenario.ts";

const DAY = 86_400_000;
/** What depends on its settings alone. */
const STORABLE: readonly string[] = ["work", "think", "transform"];
const LISTS = ["learnings", "findings"] as const;

export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed);
  const pipelines = fc
    .sample(randomPipeline, { seed, numRuns: dice.pick([1, 1, 1, 2], "pipelines") })
    .map((pipeline, index) => {
      const own = new Dice(dice.number("dress", index));
      const chooses = own.chance(30, "choices");
      const bare = chooses ? withChoices(pipeline, own.number("ways")) : pipeline;
      return withGroups(dressed(bare, own, `random-${index}`), own, (name) =>
        dressed(smallPipeline(own.number("group", name)), new Dice(own.number("in", name)), name),
      );
    });
  const count = dice.pick([1, 1, 2, 3], "runs");
  return {
    seed,
    store: dice.number("store") % 200 === 0 ? "file" : dice.chance(5, "sqlite") ? "sqlite" : "memory",
    checkpointEvery: dice.pick([1, 3, 10, 40, 2_000], "checkpoints"),
    mood: {
      failing: dice.pick([0, 10, 25, 50], "failing"),
      deaf: dice.pick([0, 10, 40], "deaf"),
      hanging: dice.pick([0, 5, 30], "hanging"),
      slow: dice.pick([0, 20, 60], "slow"),
    },
    runs: Array.from({ length: count }, (_, index) => {
      const pipeline = dice.pick(pipelines, "pipeline", index);
      const node = dice.pick(Object.keys(pipeline.nodes), "up to", index);
      return {
        after: index === 0 ? 0 : dice.pick([0, 0, 40, 5_000], "after", index),
        pipeline,
        // A pinned node gives its pin to a part that leaves it out; the reference knows only of what runs.
        ...(dice.chance(8, "part", index) && !isPinned(pipeline) ? { upTo: node } : {}),
      };
    }),
    faults: Array.from({ length: dice.pick([0, 1, 2, 3, 5, 8], "faults") }, (_, index) =>
      faultOf(dice, index),
    ).sort((a, b) => a.at - b.at),
  };
}

/** The smallest of a few. */
function smallPipeline(seed: number): PipelineDefinition {
  const size = ({ nodes }: PipelineDefinition): number => Object.keys(nodes).length;
  const [smallest] = fc.sample(randomPipeline, { seed, numRuns: 6 }).sort((a, b) => size(a) - size(b));
  return smallest!;
}

const isPinned = ({ nodes }: PipelineDefinition): boolean =>
  Object.values(nodes).some(({ pin }) => pin !== undefined);

function faultOf(dice: Dice, index: number): Fault {
  const at = 1 + (dice.number("at", index) % dice.pick([6, 25, 80], "span", index));
  const run = dice.number("run", index) % 3;
  switch (dice.number("what", index) % 12) {
    case 0:
    case 1:
      return { at, what: "crash", when: "before" };
    case 2:
    case 3:
      return { at, what: "crash", when: "between" };
    case 4:
      return { at, what: "full", times: 1 + (dice.number("times", index) % 3) };
    case 5:
      return { at, what: "clock", by: dice.chance(50, "back", index) ? -DAY : DAY };
    case 6:
      return { at, what: dice.pick(["cancel", "pause"], "stop", index), run };
    case 7:
      return { at, what: dice.pick(["pause", "resume"], "steer", index), run };
    case 8:
    case 9:
      return { at, what: "again", pick: dice.number("pick", index) };
    default:
      return { at, what: "crash", when: "after" };
  }
}

function dressed(bare: PipelineDefinition, dice: Dice, name: string): PipelineDefinition {
  const edges = bare.edges.map((edge, index) => dressedEdge(edge, bare, dice, index));
  const nodes = Object.entries(bare.nodes).map(([id, node]) => {
    const out = edges.filter(({ from }) => from === id).flatMap(({ on }) => on ?? []);
    const plain = out.every((label) => label === "ok" || label === "exhausted" || label === "error");
    return [id, dressedNode(id, node, parentsOf(bare, id), plain, dice)] as const;
  });
  const ids = Object.keys(bare.nodes);
  const maxConcurrent = dice.pick([undefined, 1, 2, 3], "slots");
  return {
    ...bare,
    name,
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    nodes: speculating(Object.fromEntries(nodes), edges, dice),
    edges,
    ...(dice.chance(50, "output") ? { output: `\${{ nodes.${dice.pick(ids, "output of")}.output }}` } : {}),
  };
}

/** Nodes before one that only works something out may have it started ahead. */
function speculating(
  nodes: Readonly<Record<string, NodeDefinition>>,
  edges: readonly EdgeDefinition[],
  dice: Dice,
): Record<string, NodeDefinition> {
  const ahead = (id: string): readonly string[] => {
    const next = edges.filter(({ from, kind }) => from === id && (kind === "flow" || kind === "branch"));
    const pure = next.map(({ to }) => to).filter((to) => nodes[to]?.uses === "transform");
    return [...new Set(pure)].filter((to) => dice.chance(85, "ahead", id, to));
  };
  return Object.fromEntries(
    Object.entries(nodes).map(([id, node]) => {
      const speculate = ahead(id);
      return [id, speculate.length === 0 ? node : { ...node, speculate: [...speculate] }];
    }),
  );
}

function parentsOf({ edges }: PipelineDefinition, id: string): readonly string[] {
  return edges.filter(({ to, kind }) => to === id && kind !== "loop").map(({ from }) => from);
}

function dressedEdge(
  edge: EdgeDefinition,
  bare: PipelineDefinition,
  dice: Dice,
  index: number,
): EdgeDefinition {
  const near = [edge.from, edge.from, ...parentsOf(bare, edge.from)];
  const when =
    edge.kind === "error" ? errorCondition(dice, "edge", index) : outcomeCondition(dice, near, "edge", index);
  const reuse = edge.kind === "skip" ? reuseOf(dice, "edge", index) : undefined;
  const feeds = edge.kind === "loop" && dice.chance(40, "feeds", index);
  return {
    ...edge,
    ...(edge.when === undefined ? {} : { when }),
    ...(reuse === undefined ? {} : { reuse }),
    ...(feeds ? { feedback: `\${{ nodes.${edge.from}.output }}` } : {}),
  };
}

function reuseOf(dice: Dice, ...question: readonly (string | number)[]): string | undefined {
  return dice.pick([undefined, "last", "none", `\${{ run.pipeline }}`], "reuse", ...question);
}

function dressedNode(
  id: string,
  bare: NodeDefinition,
  parents: readonly string[],
  /** Leaves by `ok` only, as far as its edges care. */
  plain: boolean,
  dice: Dice,
): NodeDefinition {
  const reuse = reuseOf(dice, "node", id);
  const skips = bare.skip !== undefined && parents.length > 0;
  const { skip: _skip, retry, cache, fallback, next, ...rest } = bare;
  const activity = activityOf(id, bare.uses, parents, plain, dice);
  const asksModel = activity.uses === "work" || activity.uses === "think";
  const items = asksModel && fallback === undefined ? itemsOf(id, sees(activity), dice) : {};
  const chooses = next !== undefined && asksModel && items.forEach === undefined;
  const chain = (fallback ?? []).filter((link) => asksModel || link === "human" || typeof link === "object");
  const stores = cache !== undefined && STORABLE.includes(activity.uses);
  return {
    ...rest,
    retry: {
      ...retry,
      initial: dice.pick(["10ms", "1s", "20s"], "initial", id),
      jitter: dice.pick(["none", "full"], "jitter", id),
    },
    ...(skips
      ? {
          skip: {
            when: outcomeCondition(dice, parents, "skip", id),
            ...(reuse === undefined ? {} : { reuse }),
          },
        }
      : {}),
    ...(chain.length === 0 ? {} : { fallback: chain }),
    ...(stores ? { cache: cacheOf(id, parents, dice) } : {}),
    ...(activity.uses === "work" && dice.chance(25, "breaker", id) ? { breaker: breakerOf(id, dice) } : {}),
    ...(dice.chance(8, "remember", id) ? { remember: `kept-${id}` } : {}),
    ...activity,
    ...items,
    ...(chooses ? { next, with: { ...activity.with, ways: next } } : {}),
    ...(asksModel && dice.chance(4, "pinned", id) ? { pin: { output: { of: "a pin" } } } : {}),
  };
}

/** All of an output, or the part of it that may be known before its end. */
function seen(node: string, part: boolean): string {
  return part ? `\${{ default(nodes.${node}.output.of, null) }}` : `\${{ nodes.${node}.output }}`;
}

const sees = ({ with: settings }: Pick<NodeDefinition, "with">): boolean => settings?.sees !== undefined;

/** Once for each of a few items. */
function itemsOf(id: string, seesParent: boolean, dice: Dice): Partial<NodeDefinition> {
  if (!dice.chance(15, "items", id)) return {};
  const list = dice.pick([[], [1], [1, 2, 3], [1, 2, 3, 4, 5]], "list", id);
  const most = dice.pick([undefined, 1, 2], "at once", id);
  return {
    // A list that is none fails the node.
    forEach: seesParent && dice.chance(10, "no list", id) ? `\${{ run.seed }}` : list,
    ...(most === undefined ? {} : { maxConcurrent: most }),
    ...(dice.chance(50, "collect", id) ? { onItemError: "collect" } : {}),
  };
}

/** Few services, so that nodes and runs share them. */
function breakerOf(id: string, dice: Dice): BreakerDefinition {
  return {
    service: dice.pick(["mail", "post"], "service", id),
    failures: dice.pick([1, 2, 3], "failures", id),
    cooldown: dice.pick(["100ms", "20s", "5m", "30h"], "cooldown", id),
  };
}

function cacheOf(id: string, parents: readonly string[], dice: Dice): CacheDefinition {
  const parent = parents[0];
  const keys = [undefined, undefined, `\${{ run.pipeline }}`, parent && `\${{ nodes.${parent}.outcome }}`];
  const key = dice.pick(keys, "key", id);
  const scope = dice.pick([undefined, "run", "pipeline", "all"] as const, "scope", id);
  return {
    ttl: dice.pick(["1s", "1h", "40h"], "ttl", id),
    ...(key === undefined ? {} : { key }),
    ...(scope === undefined ? {} : { scope }),
  };
}

function activityOf(
  id: string,
  uses: string,
  parents: readonly string[],
  plain: boolean,
  dice: Dice,
): Pick<NodeDefinition, "uses" | "with" | "timeout"> {
  const sees = parents.length > 0 && dice.chance(60, "sees", id) ? dice.pick(parents, "seen", id) : undefined;
  if (uses === "human") {
    const timeout = dice.pick([undefined, undefined, "20s", "30h"], "patience", id);
    const onTimeout = timeout !== undefined && dice.chance(50, "onTimeout", id);
    return {
      uses,
      with: {
        title: `Decide ${id}`,
        outcomes: [...OUTCOMES],
        ...(timeout === undefined ? {} : { timeout }),
        ...(onTimeout ? { onTimeout: dice.pick(OUTCOMES, "otherwise", id) } : {}),
      },
    };
  }
  if (uses === "wait" && plain) {
    return { uses, with: { duration: dice.pick(["0s", "50ms", "10s", "25h"], "duration", id) } };
  }
  const kind = dice.number("kind", id) % 20;
  if (kind < 2 && plain) {
    const name = dice.pick(LISTS, "list", id);
    return {
      uses: "memory.append",
      with: { name, value: `\${{ run.id + "/${id}/" + string(loop.count) }}` },
    };
  }
  if ((kind === 2 || kind === 9) && plain)
    return {
      uses: "transform",
      with: { value: { from: sees === undefined ? 1 : seen(sees, dice.chance(60, "a part", id)) } },
    };
  if (kind === 3 && parents.length > 0) {
    const rules = [
      { when: outcomeCondition(dice, parents, "rule", id, 1), outcome: "good" },
      { when: outcomeCondition(dice, parents, "rule", id, 2), outcome: "bad" },
    ];
    return { uses: "gate", with: { rules, otherwise: "ok" } };
  }
  const timeout = dice.pick([undefined, undefined, undefined, "300ms", "2m"], "timeout", id);
  return {
    uses: kind < 8 ? "think" : "work",
    with: {
      ...(sees === undefined ? {} : { sees: `\${{ nodes.${sees}.output }}` }),
      ...(dice.chance(20, "hears", id) ? { hears: `\${{ loop.feedback }}` } : {}),
    },
    ...(timeout === undefined ? {} : { timeout }),
  };
}
