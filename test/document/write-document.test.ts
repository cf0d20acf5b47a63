import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import { canonicalYaml } from "#document/canonical.ts";
import { writeDocument } from "#document/write-document.ts";
import { definitions, edited } from "#test/document/support/definitions.ts";
import { definitionOf, FORMAT_EXAMPLE, read } from "#test/document/support/read.ts";

type Mutable = { -readonly [K in keyof PipelineDefinition]: PipelineDefinition[K] };

/** Lines that went and came, `-` and `+`, in order. */
function change(text: string, edit: (definition: Mutable) => void): string[] {
  const definition = structuredClone(definitionOf(text)) as Mutable;
  edit(definition);
  const written = writeDocument(text, definition);
  expect(definitionOf(written)).toEqual(definition);
  return difference(text.split("\n"), written.split("\n"));
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  const lines: string[] = [];
  let at = 0;
  for (let i = 0; i < before.length; i++) {
    const found = after.indexOf(before[i]!, at);
    if (found < 0) {
      lines.push(`-${before[i]}`);
      continue;
    }
    while (at < found) lines.push(`+${after[at++]}`);
    at++;
  }
  while (at < after.length) lines.push(`+${after[at++]}`);
  return lines;
}

describe("only what changed is written", () => {
  test("nothing changed: the very same text", () => {
    expect(writeDocument(FORMAT_EXAMPLE, definitionOf(FORMAT_EXAMPLE))).toBe(FORMAT_EXAMPLE);
  });

  test("moving a node changes its line under layout", () => {
    expect(change(FORMAT_EXAMPLE, (d) => (d.layout = { perceive: [120, -40] }))).toEqual([
      "-  perceive: [0, 0]",
      "+  perceive: [120, -40]",
    ]);
    expect(change(FORMAT_EXAMPLE, (d) => (d.layout = { perceive: [0, 0], gate: [1.5, 2] }))).toEqual([
      "+  gate: [1.5, 2]",
    ]);
  });

  test("the first layout comes at the end", () => {
    const text = "layerloom: 1\nname: t # the name\nnodes:\n  a: { uses: transform }\n\n# the end\n";
    expect(change(text, (d) => (d.layout = { a: [1, 2] }))).toEqual(["+layout:", "+  a: [1, 2]"]);
  });

  test("a text keeps its quotes, a text of several lines becomes a block", () => {
    const prompt = (value: string) => (d: Mutable) => {
      d.nodes.reason!.with!.prompt = value;
    };
    expect(change(FORMAT_EXAMPLE, prompt("short")).at(1)).toBe('+      prompt: "short"');
    expect(change(FORMAT_EXAMPLE, prompt("one\ntwo")).slice(1)).toEqual([
      "+      prompt: |-",
      "+        one",
      "+        two",
    ]);
  });

  test("a renamed node keeps its lines, its edges and its comments", () => {
    const lines = change(FORMAT_EXAMPLE, (d) => {
      const { reason, ...rest } = d.nodes;
      d.nodes = { ...rest, think: reason! };
      for (const edge of d.edges) {
        if (edge.from === "reason") edge.from = "think";
        if (edge.to === "reason") edge.to = "think";
      }
    });
    expect(lines.slice(0, 2)).toEqual(["+  think:", "-  reason:"].sort().reverse());
    expect(lines.filter((line) => line.startsWith("-"))).toHaveLength(5);
  });

  test("a chain is split where an edge goes, and keeps its comment", () => {
    const text =
      "layerloom: 1\nname: t\nnodes: { a: { uses: x }, b: { uses: x }, c: { uses: x }, d: { uses: x } }\nedges:\n  - a -> b -> c -> d  # all\n  # loops\n  - { from: d, to: a, kind: loop } # back\n";
    expect(change(text, (d) => d.edges.splice(1, 1))).toEqual([
      "-  - a -> b -> c -> d  # all",
      "+  - a -> b  # all",
      "+  - c -> d",
    ]);
    expect(change(text, (d) => d.edges.splice(0, 1))).toEqual([
      "-  - a -> b -> c -> d  # all",
      "+  - b -> c -> d  # all",
    ]);
    expect(change(text, (d) => d.edges.push({ from: "a", to: "d", kind: "flow" }))).toEqual(["+  - a -> d"]);
    expect(change(text, (d) => (d.edges[3]!.max = 7))).toEqual([
      "-  - { from: d, to: a, kind: loop } # back",
      "+  - { from: d, to: a, kind: loop, max: 7 } # back",
    ]);
    expect(change(text, (d) => d.edges.push({ from: "a", to: "d", kind: "branch", on: ["ok"] }))).toEqual([
      "+  - { from: a, on: ok, to: d }",
    ]);
  });

  test("new nodes are blocks at the end, fields of a node stand in their order", () => {
    expect(
      change(FORMAT_EXAMPLE, (d) => (d.nodes.fresh = { uses: "transform", with: { value: { a: [1] } } })),
    ).toEqual(["+  fresh:", "+    uses: transform", "+    with:", "+      value:", "+        a: [1]"]);
    expect(change(FORMAT_EXAMPLE, (d) => (d.nodes.perceive!.title = "See"))).toEqual(["+    title: See"]);
    expect(change(FORMAT_EXAMPLE, (d) => (d.nodes.approval!.timeout = "1d"))).toHaveLength(2);
  });

  test("what could not be read is left alone", () => {
    const text =
      "layerloom: 1\nname: t\nnodes:\n  a: { uses: transform, wiht: 3 }\n  B C: {}\nedges:\n  - nonsense\n  - { from: a }\nfuture: yes\n";
    expect(change(text, (d) => (d.nodes.a!.title = "A"))).toEqual([
      "-  a: { uses: transform, wiht: 3 }",
      "+  a: { title: A, uses: transform, wiht: 3 }",
    ]);
  });

  test("line ends and byte order mark stay", () => {
    const text = "\uFEFFlayerloom: 1\r\nname: t\r\nnodes:\r\n  a: { uses: transform }\r\n";
    const definition = structuredClone(definitionOf(text));
    definition.nodes.b = { uses: "transform" };
    expect(writeDocument(text, definition)).toBe(`${text}  b: { uses: transform }\r\n`);
  });
});

test("an empty text becomes the canonical one", () => {
  const definition = definitionOf(FORMAT_EXAMPLE);
  expect(writeDocument("", definition)).toBe(canonicalYaml(definition));
  expect(writeDocument("\n  \n", definition)).toBe(canonicalYaml(definition));
});

test("a text that cannot be read is not thrown away", () => {
  let thrown: unknown;
  try {
    writeDocument("name: [a\n", definitionOf(FORMAT_EXAMPLE));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LayerloomError);
  expect((thrown as LayerloomError).code).toBe("YAML_SYNTAX");
  expect((thrown as LayerloomError).place?.line).toBe(2);
});

test("JSON stays JSON, with its indentation and its order of keys", () => {
  const definition = structuredClone(definitionOf(FORMAT_EXAMPLE));
  const text = `${JSON.stringify({ name: "t", layerloom: 1, nodes: { a: { with: { value: 1 }, uses: "transform" } }, edges: [] }, undefined, 4)}\n`;
  const written = writeDocument(text, definition);
  expect(Object.keys(JSON.parse(written) as object).slice(0, 2)).toEqual(["name", "layerloom"]);
  expect(written).toMatch(/^\{\n {4}"name"/);
  expect(definitionOf(written)).toEqual(definition);
  expect(writeDocument(text, definitionOf(text))).toBe(text);
});

test("whatever is edited, the written text says it", () => {
  const pairs = definitions.chain((before) =>
    fc.record({ before: fc.constant(before), after: edited(before) }),
  );
  fc.assert(
    fc.property(pairs, ({ before, after }) => {
      const text = canonicalYaml(before);
      expect(definitionOf(text)).toEqual(before);
      const written = writeDocument(text.replace("layerloom: 1", "layerloom: 1 # stays"), after);
      expect(definitionOf(written)).toEqual(after);
      // It would not, had the whole file been written anew.
      expect(written).toContain("layerloom: 1 # stays");
    }),
    { numRuns: 300 },
  );
});

test("comments survive random edits of a file that people wrote", () => {
  const definition = definitionOf(FORMAT_EXAMPLE);
  const comments = FORMAT_EXAMPLE.split("\n").flatMap((line) => /\s#.*$/.exec(line)?.[0].trim() ?? []);
  expect(comments.length).toBeGreaterThan(5);
  fc.assert(
    fc.property(edited(definition), (after) => {
      const written = writeDocument(FORMAT_EXAMPLE, after);
      expect(read(written).definition).toEqual(after);
      // A comment at a node or an edge may go with it; those of the file itself stay.
      for (const comment of [
        "# format version",
        "# positions, apart from the logic",
        "# jitter: none | full (default full)",
      ]) {
        expect(written).toContain(comment);
      }
    }),
    { numRuns: 100 },
  );
});
