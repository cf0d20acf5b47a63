import { describe, expect, test } from "vitest";
import { definitionSchema, type EdgeDefinition } from "#contract/definition.ts";
import {
  addNode,
  connect,
  duplicateNodes,
  freeId,
  insertNodeOnEdge,
  moveNodes,
  pasteNodes,
  removeEdges,
  removeNodes,
  renameNode,
  rewire,
  updateEdge,
  updateNode,
} from "#renderer/state/edits.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

describe("adding and connecting", () => {
  test("a node lands on the 4 px grid", () => {
    const d = addNode(chain, "d", node(), [13, 6]);
    expect(d.layout?.d).toEqual([12, 8]);
    expect(chain.nodes.d).toBeUndefined();
  });

  test("the same edge twice is no change", () => {
    expect(connect(chain, { from: "b", to: "c", kind: "flow" })).toBe(chain);
    expect(connect(chain, { from: "a", to: "c", kind: "flow" }).edges).toHaveLength(3);
    expect(connect(chain, { from: "a", to: "b", kind: "branch", on: ["other"] }).edges).toHaveLength(3);
  });

  test("free ids count up and are valid", () => {
    const taken = (id: string): boolean => ["read", "read-2"].includes(id);
    expect(freeId(taken, "read")).toBe("read-3");
    expect(freeId(taken, "File Read!")).toBe("file-read");
    expect(freeId(taken, "日本")).toBe("node");
    expect(freeId(taken, "9lives")).toBe("lives");
  });
});

describe("taking an end of an edge elsewhere", () => {
  const d = (edges: readonly EdgeDefinition[]) => ({
    ...chain,
    nodes: { ...chain.nodes, d: node() },
    edges: [...edges],
  });
  const moved = (old: EdgeDefinition, way: EdgeDefinition) => rewire(d([old]), 0, way).edges;

  test("to another node it keeps what it says, and its place in the list", () => {
    const old: EdgeDefinition = { from: "a", to: "b", kind: "branch", on: ["pass", "fine"], when: "true" };
    expect(moved(old, { from: "a", to: "d", kind: "branch", on: ["pass"] })).toEqual([{ ...old, to: "d" }]);
    const two = d([
      { from: "a", to: "b", kind: "flow" },
      { from: "b", to: "c", kind: "flow" },
    ]);
    const { edges } = rewire(two, 0, { from: "a", to: "d", kind: "flow" });
    expect(edges.map(({ to }) => to)).toEqual(["d", "c"]);
  });

  test("from another node it leaves by that node's outcomes", () => {
    const old: EdgeDefinition = { from: "a", to: "b", kind: "branch", on: ["pass"] };
    expect(moved(old, { from: "d", to: "b", kind: "flow" })).toEqual([{ from: "d", to: "b", kind: "flow" }]);
    expect(moved({ ...old, when: "x" }, { from: "d", to: "b", kind: "flow" })).toEqual([
      { from: "d", to: "b", kind: "branch", when: "x" },
    ]);
    expect(moved(old, { from: "d", to: "b", kind: "branch", on: ["fail"] })).toEqual([
      { from: "d", to: "b", kind: "branch", on: ["fail"] },
    ]);
  });

  test("led back it becomes the loop that a drawn wire would be", () => {
    const way: EdgeDefinition = { from: "c", to: "a", kind: "loop", max: 3 };
    expect(moved({ from: "c", to: "d", kind: "flow" }, way)).toEqual([way]);
    const loop: EdgeDefinition = { ...way, feedback: "x", max: 7 };
    expect(moved(loop, { ...way, to: "b" })).toEqual([{ ...loop, to: "b" }]);
  });
});

describe("removing", () => {
  test("one way in and one way out: the wire heals and keeps its condition", () => {
    const d = removeNodes(chain, ["b"]);
    expect(d.edges).toEqual([{ from: "a", to: "c", kind: "branch", on: ["ok"] }]);
    expect(d.layout).toEqual({ a: [0, 0], c: [600, 0] });
  });

  test("two ways out: nothing is invented", () => {
    const forked = connect(addNode(chain, "d", node()), { from: "b", to: "d", kind: "flow" });
    expect(removeNodes(forked, ["b"]).edges).toEqual([]);
  });

  test("a loop through the node does not count and goes with it", () => {
    const looped = connect(chain, { from: "c", to: "b", kind: "loop", max: 2 });
    expect(removeNodes(looped, ["b"]).edges).toEqual([{ from: "a", to: "c", kind: "branch", on: ["ok"] }]);
  });

  test("a healed wire never doubles one that is there, nor closes on itself", () => {
    const short = connect(chain, { from: "a", to: "c", kind: "branch", on: ["ok"] });
    expect(removeNodes(short, ["b"]).edges).toEqual([{ from: "a", to: "c", kind: "branch", on: ["ok"] }]);
    const pair = { ...chain, edges: [chain.edges[0]!, { from: "b", to: "a", kind: "flow" as const }] };
    expect(removeNodes(pair, ["b"]).edges).toEqual([]);
  });

  test("several at once heal along the way; unknown ids change nothing", () => {
    const long = connect(addNode(chain, "d", node()), { from: "c", to: "d", kind: "flow" });
    expect(removeNodes(long, ["b", "c"]).edges).toEqual([{ from: "a", to: "d", kind: "branch", on: ["ok"] }]);
    expect(removeNodes(chain, ["nobody"])).toBe(chain);
    expect(removeEdges(chain, [7])).toBe(chain);
    expect(removeEdges(chain, [0]).edges).toEqual([chain.edges[1]]);
  });
});

describe("changing", () => {
  test("an update that returns the same object is no change", () => {
    expect(updateNode(chain, "a", (n) => n)).toBe(chain);
    expect(updateEdge(chain, 0, (e) => e)).toBe(chain);
    expect(updateEdge(chain, 9, (e) => ({ ...e, max: 1 }))).toBe(chain);
    expect(updateNode(chain, "a", (n) => ({ ...n, title: "A" })).nodes.a?.title).toBe("A");
  });

  test("moving touches the layout alone, and only when it moves", () => {
    expect(moveNodes(chain, { a: [1, 1] })).toBe(chain);
    const d = moveNodes(chain, { a: [40, 8], nobody: [1, 1] });
    expect(d.layout).toEqual({ ...chain.layout, a: [40, 8] });
    expect(d.nodes).toBe(chain.nodes);
  });

  test("renaming reaches edges, layout and expressions, and keeps the order", () => {
    const d = renameNode(chain, "a", "start");
    expect(Object.keys(d.nodes)).toEqual(["start", "b", "c"]);
    expect(d.edges[0]).toEqual({ from: "start", to: "b", kind: "branch", on: ["ok"] });
    expect(d.nodes.b?.with).toEqual({ text: "${{ nodes.start.output }}" });
    expect(d.layout?.start).toEqual([0, 0]);
    expect(renameNode(chain, "a", "b")).toBe(chain);
  });

  test("a node dropped on a wire: the first half keeps the condition", () => {
    const d = insertNodeOnEdge(chain, 0, "x", node(), [150, 0]);
    expect(d.edges.slice(0, 2)).toEqual([
      { from: "a", to: "x", kind: "branch", on: ["ok"] },
      { from: "x", to: "b", kind: "flow" },
    ]);
    expect(insertNodeOnEdge(chain, 0, "a")).toBe(chain);
    expect(insertNodeOnEdge(chain, 5, "x", node())).toBe(chain);
  });
});

describe("copying", () => {
  test("a copy has ids of its own, and its expressions follow them", () => {
    const { definition, ids } = duplicateNodes(chain, ["a", "b"]);
    expect([...ids.values()]).toEqual(["a-2", "b-2"]);
    expect(definition.nodes["b-2"]?.with).toEqual({ text: '${{ nodes["a-2"].output }}' });
    expect(definition.edges.at(-1)).toEqual({ from: "a-2", to: "b-2", kind: "branch", on: ["ok"] });
    expect(definition.layout?.["a-2"]).toEqual([32, 32]);
    expect(definitionSchema.safeParse(definition).success).toBe(true);
  });

  test("ids that are free stay as they are, even where fresh ones would collide", () => {
    const piece = {
      nodes: { a: node(), "a-2": node("template", { with: { text: "${{ nodes.a.output }}" } }) },
      edges: [],
    };
    const { ids, definition } = pasteNodes(chain, piece, [0, 0]);
    expect(Object.fromEntries(ids)).toEqual({ a: "a-3", "a-2": "a-2" });
    expect(definition.nodes["a-2"]?.with).toEqual({ text: '${{ nodes["a-3"].output }}' });
  });
});

describe("the candidates of a node that chooses", () => {
  const choosing = definitionSchema.parse({
    ...chain,
    nodes: { ...chain.nodes, a: node("transform", { next: ["b", "c"] }) },
    edges: [
      { from: "a", to: "b", kind: "flow" },
      { from: "a", to: "c", kind: "flow" },
      { from: "b", to: "c", kind: "flow" },
    ],
  });

  test("go with their last way, or the way would come back", () => {
    expect(removeEdges(choosing, [0]).nodes.a?.next).toEqual(["c"]);
    expect(removeEdges(choosing, [0, 1]).nodes.a).not.toHaveProperty("next");
    expect(removeEdges(choosing, [2]).nodes).toBe(choosing.nodes);
    const twice = connect(choosing, { from: "a", to: "b", kind: "branch", when: "true" });
    expect(removeEdges(twice, [0]).nodes.a?.next).toEqual(["b", "c"]);
  });

  test("follow a node that goes, or comes in between", () => {
    expect(removeNodes(choosing, ["c"]).nodes.a?.next).toEqual(["b"]);
    // b is healed into a -> c, which is a candidate already.
    expect(removeNodes(choosing, ["b"]).nodes.a?.next).toEqual(["c"]);
    const lone = removeEdges(choosing, [1]);
    expect(removeNodes(lone, ["b"]).nodes.a?.next).toEqual(["c"]);
    const split = insertNodeOnEdge(choosing, 0, "x", node());
    expect(split.nodes.a?.next).toEqual(["x", "c"]);
    expect(split.edges.slice(0, 2)).toMatchObject([
      { from: "a", to: "x" },
      { from: "x", to: "b" },
    ]);
  });

  test("are renamed with their nodes, and copied where those are copied", () => {
    expect(renameNode(choosing, "b", "z").nodes.a?.next).toEqual(["z", "c"]);
    const { definition } = duplicateNodes(choosing, ["a", "b"]);
    expect(definition.nodes["a-2"]?.next).toEqual(["b-2"]);
    expect(duplicateNodes(choosing, ["a"]).definition.nodes["a-2"]).not.toHaveProperty("next");
  });
});
