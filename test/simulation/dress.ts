/** Gives the nodes of a random pipeline something to do, and its edges conditions. Asks the dice alone. */
import type {
  BreakerDefinition,
  CacheDefinition,
  EdgeDefinition,
  NodeDefinition,
  PipelineDefinition,
} from "#contract/definition.ts";
import { OUTCOMES } from "#test/reference/oracle.ts";
import { errorCondition, outcomeCondition } from "./conditions.ts";
import type { Dice } from "./dice.ts";

/** What depends on its settings alone. */
const STORABLE: readonly string[] = ["work", "think", "transform"];
const LISTS = ["learnings", "findings"] as const;

export function dressed(bare: PipelineDefinition, dice: Dice, name: string): PipelineDefinition {
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
    ...(dice.chance(15, "budget") ? { budget: { usd: dice.pick([0, 1, 2.5, 6], "dollars") } } : {}),
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
