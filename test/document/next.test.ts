/** `next:` and `pin:` in the file: candidates become edges, and come back out as nothing but `next:`. */
import { describe, expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { canonicalYaml } from "#document/canonical.ts";
import { writeDocument } from "#document/write-document.ts";
import { definitionOf, read, shortly } from "#test/document/support/read.ts";

const TEXT = `layerloom: 1
name: router
nodes:
  pick: { uses: transform, with: { value: { next: mail } }, next: [mail, call, visit] } # chooses
  mail: { uses: simulate }
  call: { uses: simulate }
  visit: { uses: simulate }
  end: { uses: simulate }
edges:
  - { from: pick, when: "true", to: call } # drawn
  - mail -> end
layout:
  pick: [0, 0]
`;
const JSON_TEXT = `${JSON.stringify(
  {
    layerloom: 1,
    name: "router",
    nodes: {
      pick: { uses: "transform", with: { value: 1 }, next: ["a", "b"] },
      a: { uses: "simulate" },
      b: { uses: "simulate" },
    },
    edges: ["pick -> b"],
  },
  undefined,
  2,
)}\n`;

const named = ({ edges }: PipelineDefinition): string[] =>
  edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);

function changed(text: string, edit: (definition: PipelineDefinition) => void): string {
  const definition = structuredClone(definitionOf(text));
  edit(definition);
  return writeDocument(text, definition);
}

describe("candidates", () => {
  test("get a flow edge behind all others, unless a way to them is drawn", () => {
    expect(named(definitionOf(TEXT))).toEqual([
      "pick branch call",
      "mail flow end",
      "pick flow mail",
      "pick flow visit",
    ]);
    const { places } = read(TEXT);
    expect(places["edges.2"]).toEqual({ line: 4, column: 68 });
    expect(places["edges.3"]).toMatchObject({ line: 4, column: 80 });
  });

  test("an edge of another kind is no way to them", () => {
    const text = TEXT.replace('when: "true", to: call', "to: call, kind: error");
    expect(named(definitionOf(text))).toContain("pick flow call");
  });

  test("round trip: the same text, the same definition", () => {
    for (const text of [TEXT, JSON_TEXT]) {
      expect(writeDocument(text, definitionOf(text))).toBe(text);
      expect(definitionOf(canonicalYaml(definitionOf(TEXT)))).toEqual(definitionOf(TEXT));
    }
    expect(named(definitionOf(JSON_TEXT))).toEqual(["pick flow b", "pick flow a"]);
  });

  test("an edit elsewhere does not write them out", () => {
    const moved = changed(TEXT, (d) => {
      d.layout = { pick: [4, 4] };
    });
    expect(moved).toBe(TEXT.replace("[0, 0]", "[4, 4]"));
    // A new edge stands behind the candidates' in the definition, and alone in the text.
    const wired = changed(TEXT, (d) => {
      d.edges.push({ from: "visit", to: "end", kind: "flow" });
    });
    expect(wired).toBe(TEXT.replace("  - mail -> end\n", "  - mail -> end\n  - visit -> end\n"));
    expect(named(definitionOf(wired)).slice(2)).toEqual([
      "visit flow end",
      "pick flow mail",
      "pick flow visit",
    ]);
    const json = changed(JSON_TEXT, (d) => {
      d.nodes.a!.title = "A";
    });
    expect(json).not.toContain("pick -> a");
    expect(json).toContain("pick -> b");
  });

  test("a candidate that goes takes its edge along, one that comes brings its own", () => {
    const less = changed(TEXT, (d) => {
      d.nodes.pick!.next = ["call"];
      d.edges = d.edges.slice(0, 2);
    });
    expect(less).toBe(TEXT.replace("[mail, call, visit]", "[call]"));
    const more = changed(less, (d) => {
      d.nodes.pick!.next = ["call", "end"];
    });
    expect(named(definitionOf(more)).at(-1)).toBe("pick flow end");
  });

  test("an edge to a candidate that is written down stays written down", () => {
    const text = TEXT.replace("  - mail -> end\n", "  - pick -> mail -> end # both\n");
    const titled = changed(text, (d) => {
      d.nodes.end!.title = "End";
    });
    expect(titled).toContain("  - pick -> mail -> end # both\n");
  });

  test("a condition on a candidate's edge is written down, and leads there alone", () => {
    const text = changed(TEXT, (d) => {
      d.edges = d.edges.map((edge) =>
        edge.to === "visit" ? { ...edge, kind: "branch", when: "inputs.x" } : edge,
      );
    });
    expect(text).toContain("- { from: pick, when: inputs.x, to: visit }");
    expect(named(definitionOf(text)).filter((edge) => edge.endsWith("visit"))).toEqual(["pick branch visit"]);
  });
});

describe("problems", () => {
  const file = (pick: string): string =>
    `layerloom: 1\nname: t\nnodes:\n  pick: ${pick}\n  a: { uses: simulate }\nedges: []\n`;
  test.each([
    ["an unknown candidate", "{ uses: simulate, next: [a, b] }", "4:37 UNKNOWN_NODE nodes.pick.next.1"],
    ["a candidate twice", "{ uses: simulate, next: [a, a] }", "4:37 INVALID_VALUE nodes.pick.next.1"],
    ["itself", "{ uses: simulate, next: [pick] }", "4:34 CYCLE_WITHOUT_LOOP edges.0"],
    ["none", "{ uses: simulate, next: [] }", "4:33 INVALID_VALUE nodes.pick.next"],
    [
      "a default that chooses nobody",
      "{ uses: simulate, next: [a], default: { next: b } }",
      "4:47 UNKNOWN_NEXT nodes.pick.default",
    ],
    [
      "a pin that chooses nobody",
      "{ uses: simulate, next: [a], pin: { output: { next: b } } }",
      ["4:53 UNKNOWN_NEXT nodes.pick.pin.output", "4:43 warning PINNED nodes.pick.pin"],
    ],
    [
      "a pin with an outcome that cannot be",
      "{ uses: simulate, pin: { output: 1, outcome: done } }",
      ["4:54 UNKNOWN_OUTCOME nodes.pick.pin.outcome", "4:32 warning PINNED nodes.pick.pin"],
    ],
    [
      "a pinned error",
      "{ uses: simulate, pin: { output: 1, outcome: error } }",
      ["4:54 UNKNOWN_OUTCOME nodes.pick.pin.outcome", "4:32 warning PINNED nodes.pick.pin"],
    ],
    ["a pin without an output", "{ uses: simulate, pin: {} }", "4:32 MISSING_VALUE nodes.pick.pin.output"],
    [
      "a pin that is right",
      "{ uses: simulate, pin: { output: null } }",
      "4:32 warning PINNED nodes.pick.pin",
    ],
  ] as const)("%s", (_about, pick, expected) => {
    const result = read(file(pick));
    expect(shortly(result)).toEqual([expected].flat());
    for (const { hint } of result.problems) expect(hint).toBeTruthy();
  });

  test("a circle through a candidate is found where the candidate stands", () => {
    const text = file("{ uses: simulate, next: [a] }").replace("edges: []", "edges: [ a -> pick ]");
    const turned = text.replace(/( {2}pick.*\n)( {2}a.*\n)/, "$2$1");
    expect(shortly(read(turned))).toEqual(["5:34 CYCLE_WITHOUT_LOOP edges.1"]);
  });
});
