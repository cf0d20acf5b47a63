/** The graph that both pages draw: a grid of rows, each a chain, with a position for every node. */
import type { PipelineDefinition } from "#contract/definition.ts";

const PER_ROW = 40;
const STEP_X = 320;
const STEP_Y = 180;
const LAYERS = ["perception", "understanding", "reasoning", "execution", "reflection"] as const;

export const nodeId = (index: number): string => `n${index}`;

export function gridPipeline(count: number): PipelineDefinition {
  const nodes: PipelineDefinition["nodes"] = {};
  const edges: PipelineDefinition["edges"] = [];
  const layout: NonNullable<PipelineDefinition["layout"]> = {};
  for (let index = 0; index < count; index++) {
    const layer = LAYERS[index % LAYERS.length];
    nodes[nodeId(index)] = {
      title: `Node ${index}`,
      uses: "transform",
      with: { value: index },
      ...(layer ? { layer } : {}),
    };
    layout[nodeId(index)] = [(index % PER_ROW) * STEP_X, Math.floor(index / PER_ROW) * STEP_Y];
    if (index % PER_ROW !== 0) edges.push({ from: nodeId(index - 1), to: nodeId(index), kind: "flow" });
  }
  return { layerloom: 1, name: "bench", nodes, edges, layout };
}
