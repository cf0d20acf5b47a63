/**
 * What a pipeline costs and takes, told before it runs: as expected, and at worst by the proven bounds. Starts nothing
 * and asks nobody outside.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Provider, QuoteRequest } from "#contract/engine-api.ts";
import type { Quote, Total } from "#contract/quote.ts";
import { type Bounds, boundsOf, plus, times } from "#core/bounds.ts";
import { buildGraph, type Graph } from "#core/graph.ts";
import { longestRun, longestWay } from "#core/longest.ts";
import { compilePlan, type PlanNode } from "#core/plan.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import type { Store } from "#ports/store.ts";
import { GUESSES_PER_ACTIVATION } from "#runtime/guess-rules.ts";
import type { Program } from "#runtime/program.ts";
import { totalOf } from "./figures.ts";
import { historyOf } from "./history.ts";
import { type NodeHistory, quoteNode } from "./quote-node.ts";
import { KnownSettings } from "./settings.ts";
import { type Started, SubQuotes, type SubReader } from "./sub.ts";

export type QuoteOptions = {
  readonly language: ExpressionLanguage;
  /** For `llm` nodes that name none. */
  readonly provider: Provider;
  /** Epoch ms. */
  readonly now: number;
  /** By node id: means of earlier runs. */
  readonly history: ReadonlyMap<string, NodeHistory>;
  readonly subs: SubQuotes | undefined;
};

/** Without a `reader` what a node starts is not known. */
export type QuoteParts = {
  readonly language: ExpressionLanguage;
  readonly now: number;
  readonly store?: Store | undefined;
  readonly reader?: SubReader | undefined;
};

/** With what earlier runs of the pipeline came to, where there is a store. Throws as a run does with wrong inputs. */
export function quoteRequest(
  program: Program,
  request: Pick<QuoteRequest, "file" | "inputs" | "provider">,
  parts: QuoteParts,
): Quote {
  const { definition } = program;
  const { inputs = {}, provider = "anthropic" } = request;
  const providers = program.modelProviders(provider);
  const simulated = providers.length > 0 && !providers.includes("anthropic");
  const history = parts.store ? historyOf(parts.store, definition.name, simulated) : new Map();
  const { language, now, reader } = parts;
  const root: Started = { program, inputs, open: new Set(), file: request.file ?? null, depth: 0 };
  const subs: SubQuotes | undefined =
    reader &&
    new SubQuotes(definition, reader, (started) =>
      quotePipeline(started, { language, now, provider, history: new Map(), subs }),
    );
  return quotePipeline(root, { language, now, provider, history, subs });
}

/** Throws UNKNOWN_INPUT and INVALID_INPUT. Inputs that are missing are left open. */
function quotePipeline(started: Started, options: QuoteOptions): Quote {
  const { program } = started;
  const { definition, plan } = program;
  const graph = buildGraph(definition);
  const bounds = boundsOf(definition, graph);
  const known = new KnownSettings(definition, started.inputs, options.language, started.open);
  const expected = expectedNodes(definition, graph);
  const nodes = plan.nodes.map((node) =>
    quoteNode({
      plan,
      node: node.children ? itself(program, node) : node,
      activity: program.activity(node.id),
      settings: known.settleObject(node.definition.with ?? {}),
      activations: bounds.activations[node.index] ?? 1,
      guesses: guessesAt(program, node.id, bounds),
      items: itemsOf(node.definition.forEach, known),
      isExpected: expected.has(node.index),
      history: options.history.get(node.id),
      sub: startsPipeline(node) ? options.subs?.of(node.id, started, known) : undefined,
      context: { provider: options.provider, now: options.now },
    }),
  );
  const usual = nodes.flatMap(({ quote: { id, expected: amount } }) => (amount ? [{ id, amount }] : []));
  const way = longestWay(
    graph,
    nodes.map(({ quote }) => quote.expected?.ms.value ?? 0),
  );
  const longest = longestRun(
    graph,
    bounds,
    nodes.map(({ longestMs }) => longestMs.value ?? 0),
    nodes.map(({ quote }) => quote.worst.ms.value ?? 0),
    plan.maxConcurrent,
  );
  return {
    pipeline: definition.name,
    nodes: nodes.map(({ quote }) => quote),
    expected: totalOf(
      usual.map(({ id, amount }) => [id, amount.usd]),
      usual.map(({ id, amount }) => [id, amount.ms]),
      way.length,
    ),
    worst: within(
      definition.budget?.usd,
      totalOf(
        nodes.map(({ quote }) => [quote.id, quote.worst.usd]),
        nodes.map(({ quote }) => [quote.id, quote.worst.ms]),
        longest,
      ),
    ),
    ...(definition.budget ? { budget: definition.budget.usd } : {}),
    path: way.nodes.flatMap((index) => plan.nodes[index]?.id ?? []),
  };
}

/** Every activation of a source may be guessed at wrongly as often as is allowed. */
function guessesAt({ plan, guessable }: Program, node: string, { activations }: Bounds): number {
  let guesses = 0;
  for (const [source, targets] of guessable) {
    const often = activations[plan.indexOf.get(source) ?? -1] ?? 0;
    if (targets.includes(node)) guesses = plus(guesses, times(often, GUESSES_PER_ACTIVATION));
  }
  return guesses;
}

const startsPipeline = ({ definition: { uses, pin } }: PlanNode): boolean =>
  uses === "pipeline" && pin === undefined;

/** A budget is never spent over, whatever is not known. */
function within(budget: number | undefined, worst: Total): Total {
  if (budget === undefined || (worst.unknownUsd.length === 0 && worst.usd <= budget)) return worst;
  return { ...worst, usd: budget, unknownUsd: [] };
}

/** As one item has it: what tries again is the item, not the node that waits for all of them. */
function itself({ definition }: Program, node: PlanNode): PlanNode {
  const { forEach: _, ...own } = node.definition;
  const [alone = node] = compilePlan({ ...definition, nodes: { [node.id]: own }, edges: [] }).nodes;
  return { ...node, retry: alone.retry, fallback: alone.fallback };
}

/** Undefined without `forEach`, null when only the run will show how many. */
function itemsOf(
  forEach: string | readonly unknown[] | undefined,
  known: KnownSettings,
): number | null | undefined {
  if (forEach === undefined) return undefined;
  const list = typeof forEach === "string" ? known.settle(forEach) : forEach;
  return Array.isArray(list) ? list.length : null;
}

/** All that the roots reach without a failure and without a loop that ran out. */
function expectedNodes(definition: PipelineDefinition, graph: Graph): ReadonlySet<number> {
  const { order, inEdges, outEdges, to } = graph;
  const expected = new Set(order.filter((node) => inEdges[node]?.length === 0));
  for (const node of order) {
    if (!expected.has(node)) continue;
    for (const edge of outEdges[node] ?? []) {
      const { kind, on } = definition.edges[edge] ?? {};
      const isUnusual =
        kind === "error" || on?.every((outcome) => outcome === "error" || outcome === "exhausted");
      const target = to[edge];
      if (!isUnusual && target !== undefined) expected.add(target);
    }
  }
  return expected;
}
