/** Puts a small pipeline of its own in the place of some nodes, which then start child runs. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { JsonObject } from "#contract/json.ts";
import type { Dice } from "./dice.ts";

/** What a node says that can be done by a pipeline as well. */
const KEPT: readonly string[] = ["uses", "with", "join", "skip", "retry", "default", "remember", "retrySafe"];

export function withGroups(
  pipeline: PipelineDefinition,
  dice: Dice,
  inner: (name: string) => PipelineDefinition,
): PipelineDefinition {
  const nodes = Object.entries(pipeline.nodes).map(([id, node]): [string, NodeDefinition] => {
    const fits = node.uses === "work" && leavesByOk(pipeline, id) && Object.keys(node).every(isKept);
    if (!fits || !dice.chance(15, "group", id)) return [id, node];
    const { layerloom: _, ...group } = inner(`${pipeline.name}-${id}`);
    // Trying again is the business of the nodes within.
    const { retry: _retry, retrySafe: _retrySafe, ...rest } = node;
    return [id, { ...rest, uses: "pipeline", with: { pipeline: group as JsonObject } }];
  });
  return { ...pipeline, nodes: Object.fromEntries(nodes) };
}

function isKept(key: string): boolean {
  return KEPT.includes(key);
}

function leavesByOk({ edges }: PipelineDefinition, id: string): boolean {
  const labels = edges.filter(({ from }) => from === id).flatMap(({ on }) => on ?? []);
  return labels.every((label) => label === "ok" || label === "exhausted" || label === "error");
}
