/**
 * By which outcomes a node may be left: what its activity says, what its settings name, and what its edges ask for
 * (an edge with an outcome nobody offers still needs a place to start; validation names the mistake).
 * Pure.
 */
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { EdgeDefinition, NodeDefinition } from "#contract/definition.ts";
import { outcomesOf as declared } from "#contract/outcomes.ts";
import { layPorts, OUTCOME_PREFIX, type Port, shapeOf } from "./geometry.ts";

/** Distinct outcomes in the order they should be shown; `ok` alone counts as none. */
export function outcomesOf(
  node: NodeDefinition,
  info: ActivityInfo | undefined,
  outEdges: readonly EdgeDefinition[],
): readonly string[] {
  const found = new Set<string>();
  if (info) for (const outcome of declared(info, node.with, node.forEach)) found.add(outcome);
  for (const edge of outEdges) {
    if (edge.kind === "branch") for (const outcome of edge.on ?? []) found.add(outcome);
  }
  if (found.size === 1 && found.has("ok")) found.clear();
  found.delete("error");
  return [...found];
}

export function portsOf(
  node: NodeDefinition,
  info: ActivityInfo | undefined,
  outEdges: readonly EdgeDefinition[],
): readonly Port[] {
  const outcomes = outcomesOf(node, info, outEdges);
  const plain = outEdges.some((edge) => sourcePort(edge) === "out");
  return layPorts(shapeOf(node), outcomes, plain);
}

/** The port that an edge leaves by. */
export function sourcePort(edge: EdgeDefinition): string {
  if (edge.kind === "branch" && edge.on?.[0]) return OUTCOME_PREFIX + edge.on[0];
  if (edge.kind === "error" || edge.kind === "loop" || edge.kind === "skip") return edge.kind;
  return "out";
}

export function targetPort(edge: EdgeDefinition): string {
  if (edge.kind === "loop") return "loop-in";
  if (edge.kind === "skip") return "skip-in";
  return "in";
}
