/** Puts a pipeline in the place of some nodes, written there or in a file, which then start child runs. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import type { JsonObject } from "#contract/json.ts";
import type { Dice } from "./dice.ts";

/** What a node says that can be done by a pipeline as well. */
const KEPT: readonly string[] = [
  ...["uses", "with", "join", "skip", "retry", "default", "remember", "retrySafe"],
  ...["forEach", "maxConcurrent", "onItemError"],
];

const DECIDING: readonly string[] = ["work", "think", "human"];

export const pathOf = (name: string): string => `${name}.layerloom.yaml`;

export function withGroups(
  pipeline: PipelineDefinition,
  dice: Dice,
  /** Of files that may stand there. */
  paths: readonly string[],
  inner: (name: string) => PipelineDefinition,
): PipelineDefinition {
  const nodes = Object.entries(pipeline.nodes).map(([id, node]): [string, NodeDefinition] => {
    const fits = node.uses === "work" && leavesByOk(pipeline, id) && Object.keys(node).every(isKept);
    if (!fits || !dice.chance(paths.length > 0 ? 50 : 15, "group", id)) return [id, node];
    // Trying again is the business of the nodes within.
    const { retry: _retry, retrySafe: _retrySafe, ...rest } = node;
    if (paths.length > 0 && dice.chance(75, "file", id))
      return [id, { ...rest, uses: "pipeline", with: { path: dice.pick(paths, "path", id) } }];
    const { layerloom: _, ...group } = inner(`${pipeline.name}-${id}`);
    return [id, { ...rest, uses: "pipeline", with: { pipeline: group as JsonObject } }];
  });
  return { ...pipeline, nodes: Object.fromEntries(nodes) };
}

/** One that may start itself, where a node is left by the right outcome. */
export function recursive(pipeline: PipelineDefinition, name: string, dice: Dice): PipelineDefinition {
  const { nodes } = pipeline;
  const deciding = Object.keys(nodes).filter((id) => DECIDING.includes(nodes[id]!.uses));
  const from = dice.pick(deciding.length > 0 ? deciding : Object.keys(nodes), "recursive");
  const deeper: NodeDefinition = { uses: "pipeline", with: { path: pathOf(name) } };
  return {
    ...pipeline,
    nodes: { ...nodes, deeper },
    edges: [...pipeline.edges, { from, to: "deeper", kind: "branch", on: ["good", "bad"] }],
  };
}

function isKept(key: string): boolean {
  return KEPT.includes(key);
}

function leavesByOk({ edges }: PipelineDefinition, id: string): boolean {
  const labels = edges.filter(({ from }) => from === id).flatMap(({ on }) => on ?? []);
  return labels.every((label) => label === "ok" || label === "exhausted" || label === "error");
}
