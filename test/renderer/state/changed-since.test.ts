import { expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { changedSince } from "#renderer/state/changed-since.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const changed = (now: PipelineDefinition): readonly string[] =>
  Object.keys(now.nodes).filter((id) => changedSince(chain, now, id));

test("a node is changed by its settings and by the ways to it, and nothing else", () => {
  const again = structuredClone(chain);
  expect(changed(again)).toEqual([]);
  expect(changed({ ...again, nodes: { ...again.nodes, b: { ...node(), with: { text: "other" } } } })).toEqual(
    ["b"],
  );
  expect(changed({ ...again, edges: again.edges.filter(({ to }) => to !== "c") })).toEqual(["c"]);
  expect(changed({ ...again, nodes: { ...again.nodes, d: node() } })).toEqual(["d"]);
  const looks = { ...again.nodes, b: { ...(again.nodes.b ?? node()), title: "New", notes: "Well" } };
  expect(changed({ ...again, layout: { a: [400, 0] }, nodes: looks })).toEqual([]);
});

test("the order in which keys and edges are written says nothing", () => {
  const turned = (value: object): object => Object.fromEntries(Object.entries(value).reverse());
  const nodes = Object.fromEntries(Object.entries(chain.nodes).map(([id, each]) => [id, turned(each)]));
  const edges = chain.edges.map((edge) => turned(edge)).reverse();
  expect(changed({ ...chain, nodes, edges } as PipelineDefinition)).toEqual([]);
});
