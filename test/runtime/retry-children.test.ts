/** A run that is tried again starts only the children that had not succeeded. On a real database. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "#contract/json.ts";
import type { Engine } from "#engine/open.ts";
import { type Bench, ended, engineBench, until } from "./engine.ts";

let bench: Bench;
let engine: Engine;
beforeEach(() => {
  bench = engineBench();
  engine = bench.open();
});
afterEach(async () => {
  await engine.close();
  bench.clean();
});

/** Each item reads a file of its own; one that is missing fails it. */
const text = (rest = "", after = ""): string => `
layerloom: 1
name: read
inputs: { names: { type: array, required: true } }
nodes:
  list: { uses: transform, with: { value: "\${{ inputs.names }}" } }
  read:
    uses: file.read
    forEach: "\${{ nodes.list.output }}"
    maxConcurrent: 1
    with: { path: "\${{ item + '.txt' }}" }${rest}
${after}
edges: [ list -> read ]
output: "\${{ nodes.read.output }}"
`;
const put = (name: string): void => writeFileSync(join(bench.folder, `${name}.txt`), name);
const NAMES = ["a", "b", "c", "d"];

async function run(source: string, inputs: JsonObject = { names: NAMES }): Promise<string> {
  const { runId } = await engine.api.startRun({ text: source, inputs });
  await ended(engine.api, runId);
  return runId;
}

async function again(runId: string, from?: string): Promise<string> {
  const next = await engine.api.retryRun({ runId, from });
  await ended(engine.api, next.runId);
  return next.runId;
}

/** `started 2`, `taken 0 from ID`, in order. */
async function children(runId: string): Promise<readonly string[]> {
  const events = await engine.api.getEvents({ runId });
  return events.flatMap(({ event, item, childRunId }) => {
    if (event === "ChildStarted") return [`started ${item}`];
    return event === "ChildTakenOver" ? [`taken ${item} from ${childRunId}`] : [];
  });
}

async function childOf(runId: string, item: number): Promise<string> {
  const found = await engine.api.listRuns({ parent: runId });
  return found.find(({ parent }) => parent?.item === item)?.id ?? "";
}

describe("a list that failed", () => {
  test("goes on at the item that failed, and says which it took over and from where", async () => {
    for (const name of ["a", "b", "d"]) put(name);
    const first = await run(text());
    expect(await children(first)).toEqual(["started 0", "started 1", "started 2"]);
    put("c");
    const second = await again(first);
    expect(await children(second)).toEqual([
      `taken 0 from ${await childOf(first, 0)}`,
      `taken 1 from ${await childOf(first, 1)}`,
      "started 2",
      "started 3",
    ]);
    const result = await engine.api.getResult({ runId: second });
    expect([result.run.status, result.run.output]).toEqual(["completed", NAMES]);
    expect(result.run.nodes.read?.items).toEqual({ total: 4, running: 0, done: 4, failed: 0, taken: 2 });
  });

  test("hands on what it took over itself", async () => {
    put("a");
    const first = await run(text());
    put("b");
    const second = await again(first);
    put("c");
    put("d");
    const third = await again(second);
    expect(await children(third)).toEqual([
      `taken 0 from ${await childOf(first, 0)}`,
      `taken 1 from ${await childOf(second, 1)}`,
      "started 2",
      "started 3",
    ]);
  });

  test("runs again as a whole where a person asks for the node, or for what it is given", async () => {
    put("a");
    const first = await run(text());
    for (const from of ["read", "list"])
      expect(await children(await again(first, from))).toEqual(["started 0", "started 1"]);
  });

  test("takes over what the newest round gave, and nothing of a round before", async () => {
    for (const name of ["a", "b", "c", "a2"]) put(name);
    const rounds = `
layerloom: 1
name: rounds
nodes:
  read:
    uses: file.read
    forEach: [a, b, c]
    maxConcurrent: 1
    with: { path: "\${{ item + (loop.count == 0 ? '' : '2') + '.txt' }}" }
edges: [ { from: read, to: read, kind: loop, on: ok, max: 1, onExhausted: continue } ]
`;
    const first = await run(rounds, {});
    const [newest] = (await engine.api.listRuns({ parent: first })).filter(
      ({ parent }) => parent?.activation === 2 && parent.item === 0,
    );
    const second = await engine.api.retryRun({ runId: first });
    await ended(engine.api, second.runId);
    expect((await children(second.runId)).slice(0, 3)).toEqual([
      `taken 0 from ${newest?.id}`,
      "started 1",
      "started 2",
    ]);
  });

  test("takes over no item that is another one now", async () => {
    put("a");
    const moving = `
layerloom: 1
name: moving
nodes:
  read:
    uses: file.read
    forEach: "\${{ memory.turn.version == 0 ? ['a', 'b'] : ['x', 'a'] }}"
    maxConcurrent: 1
    with: { path: "\${{ item + '.txt' }}" }
`;
    const turn =
      "{ layerloom: 1, name: turn, nodes: { a: { uses: transform, with: { value: 1 }, remember: turn } } }";
    const first = await run(moving, {});
    expect(await children(first)).toEqual(["started 0", "started 1"]);
    await run(turn, {});
    expect(await children(await again(first))).toEqual(["started 0"]);
  });
});

test("a list whose failed items were collected runs these again, and what follows it", async () => {
  for (const name of ["a", "b", "d"]) put(name);
  const source = text(
    "\n    onItemError: collect",
    '  count: { uses: transform, with: { value: "${{ nodes.read.output.ok }}" } }',
  )
    .replace("list -> read", "list -> read -> count")
    .replace("nodes.read.output }}", "nodes.count.output }}");
  const first = await run(source);
  expect((await engine.api.getResult({ runId: first })).run).toMatchObject({ status: "partial", output: 3 });
  put("c");
  const second = await again(first);
  expect((await children(second)).filter((child) => child.startsWith("started"))).toEqual(["started 2"]);
  expect((await engine.api.getResult({ runId: second })).run).toMatchObject({
    status: "completed",
    output: 4,
  });
});

test("an engine that was closed amid the second attempt takes over the rest", async () => {
  for (const name of ["a", "b"]) put(name);
  const first = await run(text());
  rmSync(join(bench.folder, "a.txt"));
  put("c");
  put("d");
  const { runId } = await engine.api.retryRun({ runId: first });
  await engine.close();
  engine = bench.open({ recover: "all" });
  await ended(engine.api, runId);
  expect((await engine.api.getResult({ runId })).run.output).toEqual(NAMES);
});

describe("a sub-pipeline that failed", () => {
  const outer = `
layerloom: 1
name: outer
nodes:
  sub:
    uses: pipeline
    forEach: [one, two]
    maxConcurrent: 1
    with: { path: inner.layerloom.yaml, inputs: { name: "\${{ item }}" } }
output: "\${{ nodes.sub.output }}"
`;
  const inner = `
layerloom: 1
name: inner
inputs: { name: { type: string, required: true } }
nodes:
  once: { uses: file.read, with: { path: "\${{ inputs.name + '-once.txt' }}" } }
  each:
    uses: file.read
    forEach: "\${{ [nodes.once.output, 'x', 'y'] }}"
    maxConcurrent: 1
    with: { path: "\${{ item + '.txt' }}" }
edges: [ once -> each ]
output: "\${{ nodes.each.output }}"
`;
  const write = (source: string): void => writeFileSync(join(bench.folder, "inner.layerloom.yaml"), source);
  const statuses = async (runId: string): Promise<string> =>
    Object.values((await engine.api.getResult({ runId })).run.nodes)
      .map(({ status, items }) => `${status}${items?.taken === undefined ? "" : ` ${items.taken} taken`}`)
      .join(", ");

  beforeEach(() => {
    write(inner);
    for (const name of ["one-once", "two-once", "one-once", "x"]) put(name);
  });

  test("goes on inside: what was done there is not done again", async () => {
    put("y");
    rmSync(join(bench.folder, "two-once.txt"));
    const first = await run(outer, {});
    expect(await children(first)).toEqual(["started 0", "started 1"]);
    put("two-once");
    rmSync(join(bench.folder, "y.txt"));
    const second = await again(first);
    expect(await children(second)).toEqual([`taken 0 from ${await childOf(first, 0)}`, "started 1"]);
    const third = await (async () => {
      put("y");
      rmSync(join(bench.folder, "two-once.txt"));
      rmSync(join(bench.folder, "x.txt"));
      return again(second);
    })();
    const child = await childOf(third, 1);
    expect(await statuses(child)).toBe("skipped, succeeded 2 taken");
    expect(await children(child)).toEqual([
      `taken 0 from ${await childOf(await childOf(second, 1), 0)}`,
      `taken 1 from ${await childOf(await childOf(second, 1), 1)}`,
      "started 2",
    ]);
    expect((await engine.api.getResult({ runId: third })).run.output).toEqual([
      ["one-once", "x", "y"],
      ["two-once", "x", "y"],
    ]);
  });

  test("begins anew when its file has changed since", async () => {
    const first = await run(outer, {});
    write(inner.replace("name: inner", "name: other"));
    put("y");
    const second = await again(first);
    expect(await statuses(await childOf(second, 0))).toBe("succeeded, succeeded");
  });

  test("goes on inside after a restart as well", async () => {
    write(`
layerloom: 1
name: inner
inputs: { name: { type: string, required: true } }
nodes:
  ask: { uses: human, forEach: [0, 1], maxConcurrent: 1, onItemError: collect, with: { title: Well? } }
  late: { uses: file.read, with: { path: late.txt } }
`);
    const single = outer.replace("[one, two]", "[one]");
    const asked = async (runId: string): Promise<string> =>
      (await until(engine.api, runId, ({ tasks }) => tasks.length === 1)).tasks[0]?.runId ?? "";
    const { runId: first } = await engine.api.startRun({ text: single });
    const cancelled = await asked(first);
    await engine.api.cancelRun({ runId: cancelled });
    const approved = (
      await until(engine.api, first, ({ tasks }) => tasks.length === 1 && tasks[0]?.runId !== cancelled)
    ).tasks[0]?.runId;
    await engine.api.decide({ runId: approved ?? "", node: "ask", outcome: "approved" });
    await ended(engine.api, first);
    put("late");
    const { runId: second } = await engine.api.retryRun({ runId: first });
    await asked(second);
    await engine.close();
    engine = bench.open({ recover: "all" });
    await engine.api.decide({ runId: await asked(second), node: "ask", outcome: "approved" });
    await ended(engine.api, second);
    const child = await childOf(second, 0);
    expect(await children(child)).toEqual(["started 0", `taken 1 from ${approved}`]);
  });
});
