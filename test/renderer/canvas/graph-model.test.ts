/** What React Flow gets: sizes and handles up front, and the same objects for what did not change. */
import { expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { unionOf } from "#renderer/canvas/geometry.ts";
import { GraphModel, type ModelInput } from "#renderer/canvas/graph-model.ts";
import { moveNodes, updateNode } from "#renderer/state/edits.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const input = (definition: PipelineDefinition, rest: Partial<ModelInput> = {}): ModelInput => ({
  definition,
  infos: new Map(),
  selectedNodes: new Set(),
  selectedEdges: new Set(),
  moved: new Map(),
  readOnly: false,
  ...rest,
});

test("nodes are measured before they are drawn", () => {
  const { nodes } = new GraphModel().update(input(chain));
  for (const each of nodes) {
    expect(each.measured).toEqual({ width: 232, height: each.height });
    expect(each.handles?.some((handle) => handle.type === "source")).toBe(true);
    expect(each.handles?.some((handle) => handle.type === "target")).toBe(true);
  }
});

test("an edit of one node makes one new object, and none when the text only came round", () => {
  const model = new GraphModel();
  const before = model.update(input(chain));
  const moved = model.update(input(moveNodes(chain, { b: [300, 80] })));
  expect(moved.nodes.map((each, index) => each === before.nodes[index])).toEqual([true, false, true]);
  const again = model.update(input(structuredClone(moveNodes(chain, { b: [300, 80] }))));
  expect(again.nodes).toBe(moved.nodes);
  expect(again.edges).toBe(moved.edges);
  const titled = model.update(
    input(updateNode(moveNodes(chain, { b: [300, 80] }), "c", (old) => ({ ...old, title: "C" }))),
  );
  expect(titled.nodes.map((each, index) => each === again.nodes[index])).toEqual([true, true, false]);
});

test("a drag moves the wires of that node and no others, and nothing is settled by it", () => {
  const model = new GraphModel();
  const before = model.update(input(chain));
  const dragging = model.update(input(chain, { moved: new Map([["c", { x: 640, y: 200 }]]) }));
  expect(dragging.edges[0]).toBe(before.edges[0]);
  expect(dragging.edges[1]).not.toBe(before.edges[1]);
  expect(model.rects().get("c")).toMatchObject({ x: 600, y: 0 });
});

test("selection marks one object", () => {
  const model = new GraphModel();
  const before = model.update(input(chain));
  const marked = model.update(input(chain, { selectedNodes: new Set(["a"]) }));
  expect(marked.nodes.map((each, index) => each === before.nodes[index])).toEqual([false, true, true]);
});

test("a wire into a person's hands is an approval, but not a loop back to one", () => {
  const pipeline: PipelineDefinition = {
    layerloom: 1,
    name: "p",
    nodes: { h: node("human"), n: node() },
    edges: [
      { from: "h", to: "n", kind: "flow" },
      { from: "n", to: "h", kind: "loop" },
    ],
  };
  const { edges } = new GraphModel().update(input(pipeline));
  expect(edges.map((edge) => edge.data?.approval)).toEqual([false, false]);
  const forward = new GraphModel().update(
    input({ ...pipeline, edges: [{ from: "n", to: "h", kind: "flow" }] }),
  );
  expect(forward.edges[0]?.data?.approval).toBe(true);
});

test("the extent takes in wires and pills, not only the boxes", () => {
  const model = new GraphModel();
  model.update(input({ ...chain, edges: [...chain.edges, { from: "c", to: "a", kind: "loop" }] }));
  const boxes = unionOf([...model.rects().values()]);
  const extent = model.extent();
  expect((extent?.y ?? 0) + (extent?.height ?? 0)).toBeGreaterThan((boxes?.y ?? 0) + (boxes?.height ?? 0));
  expect(extent?.width).toBeGreaterThanOrEqual(boxes?.width ?? 0);
  expect(new GraphModel().extent()).toBeUndefined();
});
