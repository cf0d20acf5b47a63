/** Runs of a part, pins, forks and choices by `next`, on a real database: what is previewed is what runs. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NodePreview, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { RunResult } from "#contract/run.ts";
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

const FIVE = `
layerloom: 1
name: five
inputs: { bar: { type: number, default: 3 } }
nodes:
  fetch: { uses: transform, with: { value: [1, 2] } }
  sum: { uses: transform, with: { value: "\${{ nodes.fetch.output.sum() }}" } }
  judge:
    uses: gate
    with: { rules: [{ when: nodes.sum.output >= inputs.bar, outcome: approved }], otherwise: rejected }
  send: { uses: template, with: { text: "send \${{ nodes.sum.output }}" } }
  shelve: { uses: template, with: { text: "shelve \${{ nodes.sum.output }}" } }
  log: { uses: transform, with: { value: 1 } }
edges:
  - fetch -> sum -> judge
  - fetch -> log
  - { from: judge, on: approved, to: send }
  - { from: judge, on: rejected, to: shelve }
output: "\${{ nodes.send.output }}"
`;

const short = (nodes: readonly NodePreview[]): string[] =>
  nodes.map(({ node, does, why, of }) =>
    [node, does, why, of].filter((part) => part !== undefined).join(" "),
  );

/** What the preview said, and then what happened. */
async function both(request: StartRequest): Promise<{ preview: string[]; run: RunResult["run"] }> {
  const preview = await engine.api.previewRun(request);
  const { runId } = await engine.api.startRun(request);
  await ended(engine.api, runId);
  const { run } = await engine.api.getResult({ runId });
  for (const { node, does } of preview.nodes) {
    const { attempts, status } = run.nodes[node]!;
    if (does === "taken-over" || does === "pinned")
      expect([node, attempts, status]).toEqual([node, 0, "skipped"]);
    if (does === "left-out") expect([node, attempts, status]).toEqual([node, 0, "not_reached"]);
  }
  const ran = Object.entries(run.nodes).filter(([, { attempts }]) => attempts > 0);
  const foretold = preview.nodes.filter(({ does }) => does === "runs").map(({ node }) => node);
  expect(foretold).toEqual(expect.arrayContaining(ran.map(([id]) => id)));
  return { preview: short(preview.nodes), run };
}

async function whole(text = FIVE): Promise<string> {
  const { runId } = await engine.api.startRun({ text });
  await ended(engine.api, runId);
  return runId;
}

async function refusal(request: StartRequest): Promise<{ code: string; message: string; hint?: string }> {
  const thrown = await engine.api.previewRun(request).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(LayerloomError);
  await expect(engine.api.startRun(request)).rejects.toMatchObject({ code: (thrown as LayerloomError).code });
  return thrown as LayerloomError as never;
}

describe("up to a node", () => {
  test("it and what it needs run, the rest is left out, and the run is completed", async () => {
    const { preview, run } = await both({ text: FIVE, partial: { mode: "upTo", node: "sum" } });
    expect(preview).toEqual([
      "fetch runs needed",
      "sum runs asked",
      "judge left-out outside",
      "send left-out outside",
      "shelve left-out outside",
      "log left-out outside",
    ]);
    expect(run).toMatchObject({ status: "completed", output: null });
    expect(run.nodes.sum?.output).toBe(3);
  });

  test("based on a run, what did not change is taken over", async () => {
    const basedOn = await whole();
    const text = FIVE.replace("nodes.fetch.output.sum()", "nodes.fetch.output.sum() * 2");
    const { preview, run } = await both({ text, partial: { mode: "upTo", node: "judge", basedOn } });
    expect(preview.slice(0, 3)).toEqual(["fetch taken-over result", "sum runs changed", "judge runs asked"]);
    expect(run.nodes.judge?.outcome).toBe("approved");
  });

  test("loops inside of it go their rounds", async () => {
    const text = `
layerloom: 1
name: loop
nodes:
  draft: { uses: simulate, with: { script: [{ output: 1 }, { output: 2 }] } }
  review: { uses: check, with: { score: "\${{ nodes.draft.output }}", pass: score >= 2.0 } }
  send: { uses: simulate }
edges:
  - draft -> review
  - { from: review, on: fail, to: draft, kind: loop }
  - { from: review, on: pass, to: send }
`;
    const { run } = await both({ text, partial: { mode: "upTo", node: "review" } });
    expect(run.nodes).toMatchObject({ draft: { activations: 2 }, send: { status: "not_reached" } });
  });
});

describe("only one node", () => {
  test("its inputs come from the newest run that has them", async () => {
    const first = await whole();
    await whole(FIVE.replace("default: 3", "default: 9"));
    const { preview, run } = await both({ text: FIVE, partial: { mode: "only", node: "send" } });
    expect(preview).toEqual([
      "fetch taken-over result",
      "sum taken-over result",
      "judge taken-over result",
      "send runs asked",
      "shelve left-out outside",
      "log left-out outside",
    ]);
    expect(run).toMatchObject({ status: "completed", output: "send 3" });
    const [newest] = await engine.api.listRuns({ limit: 1 });
    expect(newest?.origin).toEqual({ runId: first, as: "part" });
  });

  test("a changed node before it is not run again, and that is said", async () => {
    await whole();
    const text = FIVE.replace("[1, 2]", "[1, 2, 3]");
    const { preview, run } = await both({ text, partial: { mode: "only", node: "send" } });
    expect(preview[0]).toBe("fetch taken-over changed");
    expect(run.output).toBe("send 3");
  });

  test("what is missing is named", async () => {
    const partial = { mode: "only", node: "send" } as const;
    expect(await refusal({ text: FIVE, partial })).toMatchObject({
      code: "MISSING_RESULT",
      message: '"send" needs results that are not there: "judge"',
      hint: expect.stringContaining("Run up to"),
    });
    const { runId } = await engine.api.startRun({ text: FIVE, partial: { mode: "only", node: "fetch" } });
    await ended(engine.api, runId);
    const { message } = await refusal({ text: FIVE, partial: { ...partial, basedOn: runId } });
    expect(message).toContain('"judge"');
    await whole(FIVE.replace("default: 3", "default: 9"));
    expect((await refusal({ text: FIVE, partial })).message).toMatch(/needs results|do not lead to "send"/);
    expect(await refusal({ text: FIVE, partial: { ...partial, node: "sned" } })).toMatchObject({
      code: "NOT_FOUND",
      hint: expect.stringContaining("send"),
    });
    expect((await refusal({ text: FIVE, partial: { ...partial, basedOn: "nope" } })).code).toBe("NOT_FOUND");
  });

  test("a pin stands in for what is missing", async () => {
    const text = FIVE.replace(
      "  judge:\n",
      "  judge:\n    pin: { output: null, outcome: approved }\n",
    ).replace("sum: { uses", "sum: { pin: { output: 7 }, uses");
    const { preview, run } = await both({ text, partial: { mode: "only", node: "send" } });
    expect(preview.slice(0, 4)).toEqual([
      "fetch left-out outside",
      "sum pinned pin",
      "judge pinned pin",
      "send runs asked",
    ]);
    expect(run.output).toBe("send 7");
  });
});

describe("from a node", () => {
  test("it and what follows it runs, the rest is taken over", async () => {
    await whole();
    const { preview, run } = await both({
      text: FIVE,
      inputs: { bar: 9 },
      partial: { mode: "from", node: "judge" },
    });
    expect(preview).toEqual([
      "fetch taken-over result",
      "sum taken-over result",
      "judge runs asked",
      "send runs follows judge",
      "shelve runs follows judge",
      "log taken-over result",
    ]);
    expect(run.nodes).toMatchObject({ shelve: { output: "shelve 3" }, send: { status: "not_reached" } });
  });

  test("the file may have been edited since: what changed, and what follows it, runs too", async () => {
    await whole();
    const text = FIVE.replace("[1, 2]", "[1, 2, 3]").replace("  log:", "  extra: { uses: simulate }\n  log:");
    const { preview, run } = await both({ text, partial: { mode: "from", node: "send" } });
    expect(preview).toEqual([
      "fetch runs changed",
      "sum runs follows fetch",
      "judge runs follows sum",
      "send runs asked",
      "shelve runs follows judge",
      "extra runs never-ran",
      "log runs follows fetch",
    ]);
    expect(run.output).toBe("send 6");
  });

  test("a title, a note and the order of keys change nothing", async () => {
    await whole();
    const text = FIVE.replace(
      "fetch: { uses: transform, with: { value: [1, 2] } }",
      "fetch: { title: Fetch, with: { value: [1, 2] }, notes: hm, uses: transform }",
    );
    const { preview } = await both({ text, partial: { mode: "from", node: "send" } });
    expect(preview[0]).toBe("fetch taken-over result");
  });

  test("another input makes run what names it", async () => {
    await whole();
    const text = FIVE.replace("send ${{", "${{ inputs.bar }} send ${{");
    await whole(text);
    const { preview } = await both({ text, inputs: { bar: 2 }, partial: { mode: "from", node: "log" } });
    expect(preview).toEqual([
      "fetch taken-over result",
      "sum taken-over result",
      "judge runs input bar",
      "send runs input bar",
      "shelve runs follows judge",
      "log runs asked",
    ]);
  });

  test("what failed then runs again; without an earlier run there is nothing to take over", async () => {
    const text = FIVE.replace(
      "log: { uses: transform, with: { value: 1 } }",
      "log: { uses: file.read, with: { path: no } }",
    );
    const partial = { mode: "from", node: "send" } as const;
    expect((await refusal({ text, partial })).code).toBe("NOTHING_TO_TAKE_OVER");
    await whole(text);
    const { preview, run } = await both({ text, partial });
    expect(preview.at(-1)).toBe("log runs failed");
    expect(run.status).toBe("failed");
    // A root needs nothing.
    const alone = "layerloom: 1\nname: alone\nnodes: { a: { uses: simulate } }\n";
    expect((await both({ text: alone, partial: { mode: "from", node: "a" } })).preview).toEqual([
      "a runs asked",
    ]);
  });

  test("a new pin makes run what follows it", async () => {
    const basedOn = await whole();
    const text = FIVE.replace("sum: { uses", "sum: { pin: { output: 1 }, uses");
    const { preview, run } = await both({ text, partial: { mode: "from", node: "log" } });
    expect(preview.slice(0, 3)).toEqual([
      "fetch taken-over result",
      "sum pinned pin",
      "judge runs follows sum",
    ]);
    expect(run.nodes.shelve?.output).toBe("shelve 1");
    // The very output that it had is nothing new.
    const same = FIVE.replace("sum: { uses", "sum: { pin: { output: 3 }, uses");
    const again = await both({ text: same, partial: { mode: "from", node: "log", basedOn } });
    expect(again.preview.slice(0, 3)).toEqual([
      "fetch taken-over result",
      "sum pinned pin",
      "judge taken-over result",
    ]);
  });
});

test("no key is asked for where no model is", async () => {
  const text = `
layerloom: 1
name: models
nodes:
  look: { uses: simulate }
  ask: { uses: llm, with: { prompt: Well? } }
edges: [ look -> ask ]
`;
  expect((await refusal({ text })).code).toBe("MISSING_KEY");
  const { run } = await both({ text, partial: { mode: "upTo", node: "look" } });
  expect(run.status).toBe("completed");
  const pinned = text.replace("ask: {", "ask: { pin: { output: yes },");
  expect((await both({ text: pinned })).run.nodes.ask?.output).toBe("yes");
});

test("a whole run is previewed as well; a preview starts nothing", async () => {
  const text = FIVE.replace("sum: { uses", "sum: { pin: { output: 1 }, uses");
  const { nodes } = await engine.api.previewRun({ text });
  expect(short(nodes).slice(0, 2)).toEqual(["fetch runs all", "sum pinned pin"]);
  await engine.api.previewRun({ text, partial: { mode: "upTo", node: "send" } });
  expect(await engine.api.listRuns({})).toEqual([]);
});

describe("a fork", () => {
  test("runs what follows on the edited output; the original stays as it is", async () => {
    const runId = await whole();
    const before = await engine.api.getResult({ runId });
    const fork = await engine.api.retryRun({ runId, from: "sum", edited: { sum: 1 } });
    await ended(engine.api, fork.runId);
    const { run } = await engine.api.getResult(fork);
    expect(run.nodes).toMatchObject({
      fetch: { attempts: 0, output: [1, 2] },
      sum: { attempts: 0, output: 1 },
      judge: { attempts: 1, outcome: "rejected" },
      shelve: { output: "shelve 1" },
      log: { attempts: 0 },
    });
    expect((await engine.api.getRun(fork)).summary.origin).toEqual({ runId, as: "fork" });
    expect(await engine.api.getResult({ runId })).toEqual(before);
    // A fork can be forked and retried like any other run.
    const second = await engine.api.retryRun({ runId: fork.runId, edited: { sum: 5 } });
    await ended(engine.api, second.runId);
    expect((await engine.api.getResult(second)).run.output).toBe("send 5");
  });

  test("gives a failed node the output that it did not give", async () => {
    const text = FIVE.replace("value: [1, 2]", 'value: "${{ 1 / 0 }}"');
    const runId = await whole(
      text.replace('transform, with: { value: "${{ 1 / 0 }}" }', "file.read, with: { path: no }"),
    );
    const fork = await engine.api.retryRun({ runId, edited: { fetch: [4] } });
    await ended(engine.api, fork.runId);
    expect((await engine.api.getResult(fork)).run).toMatchObject({ status: "completed", output: "send 4" });
  });

  test("goes before a pin, and survives the engine", async () => {
    const text = `
layerloom: 1
name: slow
nodes:
  a: { uses: simulate, pin: { output: 1 } }
  b: { uses: simulate, with: { delay: 300ms } }
  c: { uses: transform, with: { value: "\${{ nodes.a.output }}" } }
edges: [ a -> b -> c ]
`;
    const runId = await whole(text);
    const fork = await engine.api.retryRun({ runId, edited: { a: 2 } });
    await until(engine.api, fork.runId, ({ nodes }) => nodes.some(({ status }) => status === "running"));
    await engine.close();
    engine = bench.open({ recover: "all" });
    await ended(engine.api, fork.runId);
    expect((await engine.api.getResult(fork)).run.nodes).toMatchObject({ c: { output: 2 } });
  });

  test("takes over after the engine has died before it came to that", async () => {
    const text = `
layerloom: 1
name: late
nodes:
  a: { uses: simulate, with: { delay: 300ms } }
  b: { uses: simulate, with: { script: [{ output: dear }] } }
  c: { uses: template, with: { text: "\${{ nodes.b.output }}" } }
edges:
  - a -> c
  - b -> c
`;
    const runId = await whole(text);
    const again = await engine.api.retryRun({ runId, from: "a" });
    await engine.close();
    engine = bench.open({ recover: "all" });
    await ended(engine.api, again.runId);
    const { nodes } = (await engine.api.getResult(again)).run;
    expect(nodes).toMatchObject({ a: { attempts: 1 }, b: { attempts: 0 }, c: { output: "dear" } });
  });

  test("of a limited run stays limited; nodes that are not there are refused", async () => {
    const { runId } = await engine.api.startRun({ text: FIVE, partial: { mode: "upTo", node: "sum" } });
    await ended(engine.api, runId);
    const fork = await engine.api.retryRun({ runId, edited: { fetch: [7] } });
    await ended(engine.api, fork.runId);
    expect((await engine.api.getResult(fork)).run.nodes).toMatchObject({
      sum: { output: 7 },
      judge: { status: "not_reached" },
    });
    await expect(engine.api.retryRun({ runId, edited: { nope: 1 } })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("next", () => {
  const router = (value: string, rest = ""): string => `
layerloom: 1
name: router
nodes:
  pick: { uses: transform, retry: { retries: 1 }, with: { value: ${value} }, next: [mail, call] ${rest} }
  mail: { uses: simulate }
  call: { uses: simulate }
  sorry: { uses: template, with: { text: "\${{ error.code }}" } }
edges:
  - { from: pick, to: sorry, kind: error }
output: "\${{ nodes.sorry.output }}"
`;

  test("the output chooses, one or several or none", async () => {
    for (const [value, reached] of [
      ["{ next: mail }", ["mail"]],
      ["{ next: [mail, call] }", ["mail", "call"]],
      ["{ next: [] }", []],
      ["7", []],
    ] as const) {
      const { run } = await both({ text: router(value) });
      const ran = ["mail", "call"].filter((node) => run.nodes[node]?.status === "succeeded");
      expect([value, ran, run.status]).toEqual([value, reached, "completed"]);
    }
  });

  test("what is no candidate is a failure of quality, and goes by the error edge in the end", async () => {
    const { run } = await both({ text: router("{ next: fax }") });
    expect(run).toMatchObject({ status: "completed", output: "UNKNOWN_NEXT" });
    expect(run.nodes.pick).toMatchObject({ status: "failed", attempts: 2, error: { code: "UNKNOWN_NEXT" } });
    expect(run.nodes.pick?.error?.message).toContain('"fax"');
  });

  test("a fork may choose another way, but only one that is there", async () => {
    const runId = await whole(router("{ next: mail }"));
    const fork = await engine.api.retryRun({ runId, edited: { pick: { next: "call" } } });
    await ended(engine.api, fork.runId);
    expect((await engine.api.getResult(fork)).run.nodes).toMatchObject({
      mail: { status: "not_reached" },
      call: { status: "succeeded" },
    });
    await expect(engine.api.retryRun({ runId, edited: { pick: { next: "fax" } } })).rejects.toMatchObject({
      code: "UNKNOWN_NEXT",
    });
  });

  test("a pinned choice that a condition cannot judge fails the node, and runs nothing", async () => {
    const text = `
layerloom: 1
name: unjudged
nodes:
  a: { uses: file.write, with: { path: never.txt, content: x }, pin: { output: 1 } }
  b: { uses: simulate }
edges:
  - { from: a, when: nodes.a.output.x > 1, to: b }
`;
    const { runId } = await engine.api.startRun({ text });
    await ended(engine.api, runId);
    const { run } = await engine.api.getResult({ runId });
    expect(run.nodes.a).toMatchObject({ status: "failed", error: { code: "EXPRESSION_FAILED" } });
    const { existsSync } = await import("node:fs");
    expect(existsSync(`${bench.folder}/never.txt`)).toBe(false);
  });
});

test("what is taken over keeps its mark, and what is made of it has it too", async () => {
  const text = `
layerloom: 1
name: marked
nodes:
  ask: { uses: simulate, retry: { retries: 0 }, with: { script: [{ error: permanent }] }, fallback: [{ template: stands in }] }
  use: { uses: transform, with: { value: "\${{ nodes.ask.output }}" } }
  careful: { uses: transform, with: { value: 1 } }
edges:
  - ask -> use
  - { from: ask, when: nodes.ask.degraded, to: careful }
`;
  const { runId } = await engine.api.startRun({ text });
  await ended(engine.api, runId);
  const { run } = await both({ text, partial: { mode: "from", node: "use" } });
  expect(run.nodes).toMatchObject({
    ask: { status: "skipped", attempts: 0, output: "stands in", degraded: true },
    use: { status: "succeeded", attempts: 1, output: "stands in", degraded: true },
  });
  const fork = await engine.api.retryRun({ runId, edited: { ask: "a person's" } });
  await ended(engine.api, fork.runId);
  const { nodes } = (await engine.api.getResult(fork)).run;
  expect(nodes.use).toMatchObject({ status: "succeeded", output: "a person's" });
  expect(nodes.use).not.toHaveProperty("degraded");
});
