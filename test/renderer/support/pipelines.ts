/** Small pipelines for the window's tests. */
import type { NodeDefinition, PipelineDefinition } from "#contract/definition.ts";

export const node = (uses = "transform", rest: Partial<NodeDefinition> = {}): NodeDefinition => ({
  uses,
  ...rest,
});

/** a → b → c */
export const chain: PipelineDefinition = {
  layerloom: 1,
  name: "chain",
  nodes: { a: node(), b: node("template", { with: { text: "${{ nodes.a.output }}" } }), c: node() },
  edges: [
    { from: "a", to: "b", kind: "branch", on: ["ok"] },
    { from: "b", to: "c", kind: "flow" },
  ],
  layout: { a: [0, 0], b: [300, 0], c: [600, 0] },
};
