/**
 * The execution plan: a definition compiled once per run into integer ids and flat lists, with every default filled
 * in. Immutable but for the regions of loop and skip edges, which are worked out on first use. O(nodes + edges).
 */
import {
  DEFAULT_MAX_CONCURRENT,
  DEFAULT_RETRY,
  type EdgeDefinition,
  type EdgeKind,
  type FallbackDefinition,
  type NodeDefinition,
  type PipelineDefinition,
} from "#contract/definition.ts";
import { parseDuration } from "#contract/duration.ts";
import { LayerloomError } from "#contract/errors.ts";
import { buildGraph, type Graph } from "./graph.ts";
import { LoopRegion, SkipRegion } from "./regions.ts";
import { checkGraph } from "./shape.ts";

export type RetryPolicy = {
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
  readonly retries: number;
  readonly jitter: "none" | "full";
};

export type PlanNode = {
  readonly index: number;
  readonly id: string;
  readonly definition: NodeDefinition;
  /** Taken in-edges that make the node ready; 0: wait until all are resolved (join all). */
  readonly need: number;
  readonly retry: RetryPolicy;
  /** The links of its chain after the node itself. */
  readonly fallback: readonly FallbackDefinition[];
  readonly timeoutMs: number | undefined;
  readonly retrySafe: boolean;
  /** The node is done by child runs, `limit` of them at once. `collect`: one that fails does not fail the node. */
  readonly children: { readonly limit: number; readonly collect: boolean } | undefined;
  /** Non-loop edges, in definition order. */
  readonly in: readonly number[];
  readonly out: readonly number[];
  /** Loop edges that leave and that enter, in definition order. */
  readonly loopsOut: readonly number[];
  readonly loopsIn: readonly number[];
};

export type PlanEdge = {
  /** Place in `definition.edges`. */
  readonly index: number;
  readonly definition: EdgeDefinition;
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  readonly on: readonly string[] | undefined;
  readonly when: string | undefined;
  readonly hasWhen: boolean;
  readonly else: boolean;
  /** Leads to one of the nodes that its source chooses among (`next:`). */
  readonly choice: boolean;
  readonly loop: LoopRegion | undefined;
  readonly skip: SkipRegion | undefined;
};

export type ExecutionPlan = {
  readonly definition: PipelineDefinition;
  readonly nodes: readonly PlanNode[];
  readonly edges: readonly PlanEdge[];
  /** Node id → index. */
  readonly indexOf: ReadonlyMap<string, number>;
  /** Nodes without non-loop in-edges: ready when the run starts. */
  readonly roots: readonly number[];
  /** Attempts of one run at once. */
  readonly maxConcurrent: number;
  readonly onFailure: "finish" | "stop";
};

/** Throws INVALID_PIPELINE with the findings when the shape is wrong. */
export function compilePlan(definition: PipelineDefinition): ExecutionPlan {
  const graph = buildGraph(definition);
  const problems = checkGraph(definition, graph);
  if (problems.length > 0) {
    throw new LayerloomError("INVALID_PIPELINE", problems[0]!.message, { problems });
  }
  const loopsOut: number[][] = graph.ids.map(() => []);
  const loopsIn: number[][] = graph.ids.map(() => []);
  for (const edge of graph.loops) {
    loopsOut[graph.from[edge]!]!.push(edge);
    loopsIn[graph.to[edge]!]!.push(edge);
  }
  const choices = choicesOf(definition);
  const nodes = graph.ids.map((id, index): PlanNode => {
    const node = definition.nodes[id]!;
    const children = childrenOf(node);
    return {
      index,
      id,
      definition: node,
      need: joinNeed(node),
      // What tries again are the children.
      retry: { ...retryPolicy(definition, node), ...(children ? { retries: 0 } : {}) },
      fallback: children ? [] : (node.fallback ?? []),
      timeoutMs: milliseconds(node.timeout ?? definition.defaults?.timeout),
      // To start children again harms nobody: what may not repeat are their own attempts.
      retrySafe: node.retrySafe !== false || children !== undefined,
      children,
      in: graph.inEdges[index]!,
      out: graph.outEdges[index]!,
      loopsOut: loopsOut[index]!,
      loopsIn: loopsIn[index]!,
    };
  });
  return {
    definition,
    nodes,
    edges: definition.edges.map((edge, index) => compileEdge(graph, choices, edge, index)),
    indexOf: graph.indexOf,
    roots: graph.order.filter((node) => graph.inEdges[node]!.length === 0),
    maxConcurrent: definition.maxConcurrent ?? DEFAULT_MAX_CONCURRENT,
    onFailure: definition.onFailure ?? "finish",
  };
}

/** Node id → the candidates of its `next:`. */
function choicesOf({ nodes }: PipelineDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(nodes).flatMap(([id, { next }]) => (next === undefined ? [] : [[id, new Set(next)]])),
  );
}

function compileEdge(
  graph: Graph,
  choices: ReadonlyMap<string, ReadonlySet<string>>,
  definition: EdgeDefinition,
  index: number,
): PlanEdge {
  const goesBack = definition.kind === "loop" || definition.kind === "error";
  return {
    index,
    definition,
    from: graph.from[index]!,
    to: graph.to[index]!,
    kind: definition.kind,
    on: definition.on,
    when: definition.when,
    hasWhen: definition.when !== undefined,
    else: definition.else === true,
    choice: !goesBack && choices.get(definition.from)?.has(definition.to) === true,
    loop: definition.kind === "loop" ? new LoopRegion(graph, index, definition) : undefined,
    skip: definition.kind === "skip" ? new SkipRegion(graph, index, definition) : undefined,
  };
}

function childrenOf(node: NodeDefinition): PlanNode["children"] {
  if (node.forEach === undefined && node.uses !== "pipeline") return undefined;
  return { limit: node.maxConcurrent ?? DEFAULT_MAX_CONCURRENT, collect: node.onItemError === "collect" };
}

function joinNeed(node: NodeDefinition): number {
  if (node.join === undefined || node.join === "all") return 0;
  return node.join === "any" ? 1 : node.join.atLeast;
}

/** Field by field: the node's, else the pipeline's, else the built-in. */
function retryPolicy(definition: PipelineDefinition, node: NodeDefinition): RetryPolicy {
  const retry = { ...DEFAULT_RETRY, ...defined(definition.defaults?.retry), ...defined(node.retry) };
  return {
    initialMs: milliseconds(retry.initial),
    multiplier: retry.multiplier,
    maxMs: milliseconds(retry.max),
    retries: retry.retries,
    jitter: retry.jitter,
  };
}

/** Without the keys whose value is undefined, so that a spread does not erase what is beneath. */
function defined<T extends object>(value: T | undefined): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, field]) => field !== undefined)) as never;
}

function milliseconds(text: string): number;
function milliseconds(text: string | undefined): number | undefined;
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new LayerloomError("INVALID_VALUE", `"${text}" is no duration`);
  return ms;
}
