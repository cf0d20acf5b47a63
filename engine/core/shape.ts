/**
 * Is this graph one that can be run? Looks at nodes and edges only: activities, outcomes, expressions and places in
 * the file are the document's business. Linear, but for one pass over the graph for every 32 loop edges.
 */
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { ErrorCode, Problem } from "#contract/errors.ts";
import { buildGraph, type Graph, reachedBy } from "./graph.ts";

type Finding = Omit<Problem, "place">;

/** Findings in the order of the definition; `path` is `edges.3.max` or `nodes.x.join`. Empty: the shape is sound. */
export function checkShape(definition: PipelineDefinition): readonly Finding[] {
  return checkGraph(definition, buildGraph(definition));
}

/** The same for a graph that is already built. */
export function checkGraph(definition: PipelineDefinition, graph: Graph): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (path: string, code: ErrorCode, message: string, hint?: string): void => {
    findings.push({ severity: "error", code, message, hint, path });
  };
  definition.edges.forEach((edge, index) => {
    for (const end of ["from", "to"] as const) {
      if (graph.indexOf.has(edge[end])) continue;
      report(`edges.${index}.${end}`, "UNKNOWN_NODE", `There is no node "${edge[end]}"`);
    }
    checkKeys(edge, `edges.${index}`, report);
  });
  checkTwins(definition, report);
  checkJoins(definition, graph, report);
  if (graph.order.length < graph.ids.length) {
    const cycle = findCycle(graph);
    report(
      `edges.${cycle.edge}`,
      "CYCLE_WITHOUT_LOOP",
      `These nodes wait for each other: ${cycle.nodes.map((node) => graph.ids[node]).join(" -> ")}`,
      "Make the edge that goes back a loop (kind: loop)",
    );
  } else {
    checkLoops(definition, graph, report);
  }
  return findings;
}

type Report = (path: string, code: ErrorCode, message: string, hint?: string) => void;

const LOOP_KEYS = ["max", "feedback", "adjust", "onExhausted"] as const;

function checkKeys(edge: EdgeDefinition, path: string, report: Report): void {
  const { kind } = edge;
  const refuse = (key: keyof EdgeDefinition, hint: string): void => {
    if (edge[key] === undefined) return;
    report(`${path}.${key}`, "INVALID_EDGE", `An edge of kind ${kind} takes no "${key}"`, hint);
  };
  if (kind !== "loop") for (const key of LOOP_KEYS) refuse(key, `Only loop edges have "${key}"`);
  if (kind !== "skip") refuse("reuse", 'Only skip edges have "reuse"');
  if (kind !== "branch") refuse("else", 'Only branch edges have "else"');
  if (kind === "flow") {
    refuse("on", "Make it a branch");
    refuse("when", "Make it a branch");
  }
  if (kind === "error") refuse("on", "An error edge is taken when the node failed for good");
  if (kind === "loop" && edge.on?.includes("error")) {
    report(
      `${path}.on`,
      "INVALID_EDGE",
      "A loop is never taken on error",
      "Give the node retries, or an error edge",
    );
  }
  if (kind !== "branch") return;
  if (edge.else && edge.when !== undefined) {
    report(`${path}.when`, "INVALID_EDGE", 'A branch has "when" or "else", not both');
  }
  if (!edge.else && edge.on === undefined && edge.when === undefined) {
    report(
      path,
      "INVALID_EDGE",
      'A branch needs "on", "when" or "else"',
      "Without a condition it is a flow edge",
    );
  }
}

/** Edges that say the same twice, and second `else` edges. */
function checkTwins(definition: PipelineDefinition, report: Report): void {
  const seen = new Map<string, number>();
  const others = new Map<string, number>();
  definition.edges.forEach((edge, index) => {
    const on = edge.on && [...edge.on].sort();
    const key = JSON.stringify([edge.from, edge.to, edge.kind, on, edge.when, edge.else]);
    const twin = seen.get(key);
    if (twin !== undefined) {
      const name = `${edge.from} -> ${edge.to}`;
      report(
        `edges.${index}`,
        "DUPLICATE_EDGE",
        `The ${edge.kind} edge ${name} is already there (edge ${twin + 1})`,
      );
      return;
    }
    seen.set(key, index);
    if (!edge.else) return;
    if (others.has(edge.from)) {
      report(`edges.${index}.else`, "INVALID_EDGE", `Node "${edge.from}" has two "else" edges`);
    }
    others.set(edge.from, index);
  });
}

function checkJoins(definition: PipelineDefinition, graph: Graph, report: Report): void {
  graph.ids.forEach((id, node) => {
    const join = definition.nodes[id]!.join;
    if (typeof join !== "object") return;
    const have = graph.inEdges[node]!.length;
    if (join.atLeast <= have) return;
    report(
      `nodes.${id}.join`,
      "INVALID_JOIN",
      `Node "${id}" waits for ${join.atLeast} edges but only ${have} come in`,
      "Loop edges do not count",
    );
  });
}

/**
 * Every node that the topological order left over has a predecessor that was left over too: walking back meets itself.
 * `edge` is the one that closes the cycle.
 */
function findCycle(graph: Graph): { readonly nodes: readonly number[]; readonly edge: number } {
  const walked: number[] = [];
  const placeOf = new Map<number, number>();
  const backwards = (node: number): number =>
    graph.inEdges[node]!.find((edge) => graph.rank[graph.from[edge]!] === -1)!;
  let node = graph.rank.indexOf(-1);
  while (!placeOf.has(node)) {
    placeOf.set(node, walked.length);
    walked.push(node);
    node = graph.from[backwards(node)]!;
  }
  const cycle = walked.slice(placeOf.get(node)).reverse();
  const start = cycle.indexOf(Math.min(...cycle));
  const nodes = [...cycle.slice(start), ...cycle.slice(0, start)];
  return { nodes: [...nodes, nodes[0]!], edge: backwards(nodes[0]!) };
}

/** Reachability for 32 loops at a time: one bit a loop, set at its target and handed on in topological order. */
function checkLoops(definition: PipelineDefinition, graph: Graph, report: Report): void {
  for (let first = 0; first < graph.loops.length; first += 32) {
    const batch = graph.loops.slice(first, first + 32);
    const reached = reachedBy(
      graph,
      batch.map((edge) => graph.to[edge]!),
    );
    batch.forEach((edge, bit) => {
      if ((reached[graph.from[edge]!]! & (1 << bit)) !== 0) return;
      const { from, to } = definition.edges[edge]!;
      report(
        `edges.${edge}.to`,
        "LOOP_TARGET_NOT_ANCESTOR",
        `The loop ${from} -> ${to} does not go back: "${to}" does not lead to "${from}"`,
        "A loop returns to a node that came before",
      );
    });
  }
}
