/**
 * By which outcomes a node may be left: what its activity says, what its settings name, and what its edges ask for
 * (an edge with an outcome nobody offers still needs a place to start; validation names the mistake).
 * Pure.
 */
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { EdgeDefinition, NodeDefinition } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { layPorts, OUTCOME_PREFIX, type Port, shapeOf } from "./geometry.ts";

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function listed(value: Json | undefined, key: string): string[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((entry) => {
    const named = isObject(entry) ? entry[key] : undefined;
    return typeof named === "string" ? [named] : [];
  });
}

function fromSettings(info: ActivityInfo, settings: JsonObject): string[] {
  switch (info.outcomesFrom) {
    case "gate":
      return [
        ...listed(settings.rules, "outcome"),
        ...(typeof settings.otherwise === "string" ? [settings.otherwise] : []),
      ];
    case "human":
      return Array.isArray(settings.outcomes)
        ? (settings.outcomes as readonly Json[]).filter((entry) => typeof entry === "string")
        : [];
    case "simulate":
      return listed(settings.script, "outcome");
    default:
      return [];
  }
}

/** Distinct outcomes in the order they should be shown; `ok` alone counts as none. */
export function outcomesOf(
  node: NodeDefinition,
  info: ActivityInfo | undefined,
  outEdges: readonly EdgeDefinition[],
): readonly string[] {
  const found = new Set<string>();
  if (info) {
    const own = fromSettings(info, (node.with ?? {}) as JsonObject);
    for (const outcome of own) found.add(outcome);
    if (own.length === 0 || info.outcomesFrom !== "human")
      for (const outcome of info.outcomes) found.add(outcome);
  }
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
