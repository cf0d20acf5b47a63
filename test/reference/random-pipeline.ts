/**
 * Random pipelines that are valid as they come: a random order of the nodes, edges that go forward in it, loops that go
 * back to a node that leads to their source. fast-check shrinks the ingredients, and with them the pipeline.
 */
import fc from "fast-check";
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { allEdges, follows } from "./graph.ts";
import { OUTCOMES } from "./oracle.ts";

type NodeSeed = {
  /** Where the node stands in the file, whatever its place in the graph. */
  readonly place: number;
  /** Which earlier node it follows; null: none but by its edges. */
  readonly after: number | null;
  readonly join: number;
  readonly settings: Omit<NodeDefinition, "uses" | "join">;
  readonly uses: string;
};

type EdgeSeed = {
  readonly place: number;
  readonly a: number;
  readonly b: number;
  readonly kind: "flow" | "branch" | "skip" | "loop" | "error";
  readonly on: readonly string[];
  readonly when: boolean;
  readonly other: boolean;
  readonly max: number;
  readonly onExhausted: "escalate" | "fail" | "continue" | undefined;
};

const CHAINS: readonly NodeDefinition["fallback"][] = [
  ["haiku"],
  ["haiku", { template: "instead" }],
  [{ template: "instead" }, "human"],
  ["human"],
];

const settings: fc.Arbitrary<NodeSeed["settings"]> = fc
  .record({
    retries: fc.nat({ max: 2 }),
    skip: fc.boolean(),
    fallback: fc.boolean(),
    risky: fc.boolean(),
    chain: fc.constantFrom(undefined, undefined, undefined, ...CHAINS),
    stored: fc.nat({ max: 5 }),
    rare: fc.nat({ max: 9 }),
  })
  .map(({ retries, skip, fallback, risky, chain, stored, rare }) => ({
    retry: { retries },
    ...(skip && rare < 3 ? { skip: { when: "true" } } : {}),
    ...(stored === 0 ? { cache: { ttl: "1h" } } : {}),
    ...(fallback && rare > 6 ? { default: "instead" } : {}),
    ...(chain === undefined ? {} : { fallback: chain }),
    ...(risky && rare % 2 === 0 ? { retrySafe: false } : {}),
  }));

const nodeSeed: fc.Arbitrary<NodeSeed> = fc.record({
  place: fc.nat({ max: 99 }),
  after: fc.option(fc.nat({ max: 99 }), { freq: 6 }),
  join: fc.nat({ max: 9 }),
  settings,
  uses: fc.constantFrom("simulate", "simulate", "simulate", "simulate", "human", "wait"),
});

const edgeSeed: fc.Arbitrary<EdgeSeed> = fc.record({
  place: fc.nat({ max: 99 }),
  a: fc.nat({ max: 99 }),
  b: fc.nat({ max: 99 }),
  kind: fc.constantFrom("flow", "branch", "branch", "skip", "loop", "loop", "error"),
  on: fc.subarray([...OUTCOMES, "exhausted", "error"]),
  when: fc.boolean(),
  other: fc.boolean(),
  max: fc.integer({ min: 1, max: 3 }),
  onExhausted: fc.constantFrom(undefined, "escalate", "fail", "continue"),
});

const MAX_LOOPS = 5;

export const randomPipeline: fc.Arbitrary<PipelineDefinition> = fc
  .record({
    nodes: fc.array(nodeSeed, { minLength: 1, maxLength: 12, size: "max" }),
    edges: fc.array(edgeSeed, { maxLength: 20, size: "max" }),
    onFailure: fc.constantFrom("finish", "finish", "stop"),
  })
  .map(({ nodes, edges, onFailure }) => build(nodes, edges, onFailure));

function build(
  nodes: readonly NodeSeed[],
  seeds: readonly EdgeSeed[],
  onFailure: "finish" | "stop",
): PipelineDefinition {
  const ids = nodes.map((_, index) => `n${index}`);
  const chained = nodes.flatMap(({ after, place }, index): Placed[] =>
    after === null || index === 0
      ? []
      : [{ place, edge: { from: ids[after % index]!, to: ids[index]!, kind: "flow" } }],
  );
  const parents = nodes.map(({ after }, index) =>
    after === null || index === 0 ? undefined : after % index,
  );
  const forward = seeds.flatMap((seed) => placed(seed, forwardEdge(seed, ids, parents)));
  const acyclic = withoutTwins([...chained, ...forward].sort(byPlace));
  const back = seeds
    .filter(({ kind }) => kind === "loop")
    .slice(0, MAX_LOOPS)
    .flatMap((seed) => placed(seed, loopEdge(seed, ids, acyclic)));
  const edges = [...acyclic, ...withoutTwins(back)].sort(byPlace).map(({ edge }) => edge);
  const inFile = nodes.map((node, index) => ({ ...node, id: ids[index]! })).sort(byPlace);
  return {
    layerloom: 1,
    name: "random",
    onFailure,
    nodes: Object.fromEntries(
      inFile.map(({ id, uses, settings, join }) => [id, { uses, ...settings, ...joinOf(id, join, edges) }]),
    ),
    edges,
  };
}

type Placed = { readonly place: number; readonly edge: EdgeDefinition };

const byPlace = (a: { readonly place: number }, b: { readonly place: number }): number => a.place - b.place;

function placed({ place }: EdgeSeed, edge: EdgeDefinition | undefined): Placed[] {
  return edge === undefined ? [] : [{ place, edge }];
}

function forwardEdge(
  seed: EdgeSeed,
  ids: readonly string[],
  parents: readonly (number | undefined)[],
): EdgeDefinition | undefined {
  const { kind, when, other } = seed;
  const b = seed.b % ids.length;
  // Ends taken at random seldom have a node between them.
  const grandparent = kind === "skip" && other ? parents[parents[b] ?? 0] : undefined;
  const a = grandparent ?? seed.a % ids.length;
  if (kind === "loop" || a === b) return undefined;
  const ends = { from: ids[Math.min(a, b)]!, to: ids[Math.max(a, b)]! };
  const on = seed.on.length === 0 ? {} : { on: [...seed.on] };
  const condition = when ? { when: "true" } : {};
  if (kind === "flow") return { ...ends, kind };
  if (kind === "error") return { ...ends, kind, ...condition };
  if (kind === "skip") return { ...ends, kind, ...on, ...condition };
  if (other) return { ...ends, kind, ...on, else: true };
  return seed.on.length === 0 ? { ...ends, kind, when: "true" } : { ...ends, kind, ...on, ...condition };
}

/** From any node back to itself or to one that leads to it. */
function loopEdge(seed: EdgeSeed, ids: readonly string[], forward: readonly Placed[]): EdgeDefinition {
  const edges = allEdges({ edges: forward.map(({ edge }) => edge) });
  const from = ids[seed.a % ids.length]!;
  const above = ids.filter((id) => id !== from && follows(edges, id).has(from));
  const targets = above.length === 0 || seed.other ? [from] : above;
  const on = seed.on.filter((outcome) => outcome !== "error");
  return {
    from,
    to: targets[seed.b % targets.length]!,
    kind: "loop",
    max: seed.max,
    ...(on.length === 0 ? {} : { on }),
    ...(seed.when ? { when: "true" } : {}),
    ...(seed.onExhausted === undefined ? {} : { onExhausted: seed.onExhausted }),
  };
}

/** The first of edges that say the same, and the first `else` of a node. */
function withoutTwins(edges: readonly Placed[]): Placed[] {
  const seen = new Set<string>();
  return edges.filter(({ edge }) => {
    const { from, to, kind, when } = edge;
    const key = edge.else ? `else ${from}` : JSON.stringify([from, to, kind, edge.on?.toSorted(), when]);
    return !seen.has(key) && seen.add(key);
  });
}

function joinOf(id: string, join: number, edges: readonly EdgeDefinition[]): Pick<NodeDefinition, "join"> {
  const into = edges.filter(({ to, kind }) => to === id && kind !== "loop").length;
  if (join < 6) return {};
  if (join < 8 || into === 0) return { join: "any" };
  return { join: { atLeast: 1 + ((join + into) % into) } };
}
