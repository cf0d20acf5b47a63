/** Pipelines in pipelines: files, depth, inputs, what fails inside, and what is known of it before a run. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { simulate } from "#engine/open.ts";
import { ended, engineBench, until } from "./engine.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-sub-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, nodes: string, rest = ""): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `layerloom: 1\nname: test\n${rest}\nnodes:\n${nodes}\n`);
  return path;
}

const starts = (path: string, inputs = "{}"): string =>
  `  inner: { uses: pipeline, with: { path: ${path}, inputs: ${inputs} } }`;
const one = '  one: { uses: transform, with: { value: "${{ inputs.n }}" } }';
const oneOut = 'inputs: { n: { type: integer, required: true } }\noutput: "${{ nodes.one.output }}"';
const innerOut = 'output: "${{ nodes.inner.output }}"';

async function run(text: string, path: string, workspace = folder) {
  return (await simulate({ text, file: path, workspace })).run;
}
const text = (nodes: string, rest = ""): string => `layerloom: 1\nname: test\n${rest}\nnodes:\n${nodes}\n`;

describe("a file as a node", () => {
  test("is found from the folder of the file that names it, at every level", async () => {
    file("parts/deep/leaf.layerloom.yaml", one, oneOut);
    file("parts/middle.layerloom.yaml", starts("deep/leaf.layerloom.yaml", "{ n: 7 }"), innerOut);
    const path = file("top.layerloom.yaml", starts("parts/middle.layerloom.yaml"), innerOut);
    const result = await run(text(starts("parts/middle.layerloom.yaml"), innerOut), path);
    expect([result.status, result.output]).toEqual(["completed", 7]);
  });

  test.each([
    ["missing", "nowhere.layerloom.yaml", "{}", "FILE_NOT_FOUND"],
    ["outside", "../../etc/passwd", "{}", "FILE_NOT_GRANTED"],
    ["without an input", "leaf.layerloom.yaml", "{}", "MISSING_INPUT"],
    ["with a wrong input", "leaf.layerloom.yaml", "{ n: many }", "INVALID_INPUT"],
    ["with a strange input", "leaf.layerloom.yaml", "{ n: 1, m: 2 }", "UNKNOWN_INPUT"],
    ["with a list for inputs", "leaf.layerloom.yaml", "[1]", "INVALID_VALUE"],
    ["with errors", "broken.layerloom.yaml", "{}", "INVALID_PIPELINE"],
  ])("fails the node when it is %s", async (_, path, inputs, code) => {
    file("leaf.layerloom.yaml", one, oneOut);
    file("broken.layerloom.yaml", "  a: { uses: nothing }");
    const result = await run(text(starts(path, inputs)), join(folder, "top.layerloom.yaml"));
    expect([result.status, result.nodes.inner?.error?.code]).toEqual(["failed", code]);
  });

  test("may be another for each item", async () => {
    for (const name of ["a", "b"])
      file(
        `${name}.layerloom.yaml`,
        `  one: { uses: transform, with: { value: ${name} } }`,
        'output: "${{ nodes.one.output }}"',
      );
    const nodes =
      '  inner: { uses: pipeline, forEach: [b, a], with: { path: "${{ item }}.layerloom.yaml" } }';
    expect((await run(text(nodes, innerOut), join(folder, "top.layerloom.yaml"))).output).toEqual(["b", "a"]);
  });

  test("does not wait for its parent's slot: depth 3 with one slot each", async () => {
    file("d3.layerloom.yaml", one, `maxConcurrent: 1\n${oneOut}`);
    file("d2.layerloom.yaml", starts("d3.layerloom.yaml", "{ n: 3 }"), `maxConcurrent: 1\n${innerOut}`);
    file("d1.layerloom.yaml", starts("d2.layerloom.yaml"), `maxConcurrent: 1\n${innerOut}`);
    const top = text(starts("d1.layerloom.yaml"), `maxConcurrent: 1\n${innerOut}`);
    expect((await run(top, join(folder, "top.layerloom.yaml"))).output).toBe(3);
    const shallow = await run(
      top.replace("maxConcurrent: 1", "maxRecursionDepth: 2"),
      join(folder, "top.layerloom.yaml"),
    );
    expect(shallow.nodes.inner?.error).toEqual({
      code: "RECURSION_TOO_DEEP",
      message: "inner: inner: a sub-pipeline would stand at depth 3; maxRecursionDepth is 2",
    });
  });

  test("makes its parent partial when it is", async () => {
    file(
      "some.layerloom.yaml",
      '  inner: { uses: gate, forEach: [1, x], onItemError: collect, with: { rules: [{ when: "int(item) > 0", outcome: yes }], otherwise: no } }',
    );
    const result = await run(text(starts("some.layerloom.yaml")), join(folder, "top.layerloom.yaml"));
    expect([result.status, result.nodes.inner?.status]).toEqual(["partial", "succeeded"]);
  });
});

test("a run that was started keeps the text that it had read", async () => {
  const bench = engineBench();
  const engine = bench.open();
  try {
    folder = bench.folder;
    const asks =
      "  ask: { uses: human, with: { title: Well? } }\n  one: { uses: transform, with: { value: old } }";
    file("child.layerloom.yaml", asks, 'edges: [ ask -> one ]\noutput: "${{ nodes.one.output }}"');
    const { runId } = await engine.api.startRun({
      text: text(starts("child.layerloom.yaml"), innerOut),
      file: "top.layerloom.yaml",
    });
    const { tasks } = await until(engine.api, runId, (update) => update.tasks.length === 1);
    file("child.layerloom.yaml", "  one: { uses: transform, with: { value: new } }");
    expect((await engine.api.listRuns({ parent: runId }))[0]?.parent).toMatchObject({ item: null, depth: 1 });
    await engine.api.decide({ runId: tasks[0]?.runId ?? "", node: "ask", outcome: "approved" });
    await ended(engine.api, runId);
    expect((await engine.api.getResult({ runId })).run.output).toBe("old");
  } finally {
    await engine.close();
    bench.clean();
  }
});
