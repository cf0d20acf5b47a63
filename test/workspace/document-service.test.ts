/** Pipeline texts of any size through the engine's api: the same answers, and the engine's thread stays free for its runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EngineApi } from "#contract/engine-api.ts";
import type { LayerloomError } from "#contract/errors.ts";
import { checkDocument, exportText } from "#engine/open.ts";
import type { DocumentWork } from "#ports/document.ts";
import { type Bench, engineBench } from "#test/runtime/engine.ts";
import { DocumentService } from "#workspace/document-service.ts";

const LARGE = 10_000;

function chain(length: number, extra = ""): string {
  const ids = Array.from({ length }, (_, index) => `n${index}`);
  return [
    "layerloom: 1",
    "name: chain",
    "nodes:",
    ...ids.map((id, index) => `  ${id}: { uses: transform, with: { value: ${index} } }`),
    ...(extra === "" ? [] : [extra]),
    "edges:",
    ...ids.slice(1).map((id, index) => `  - ${ids[index]} -> ${id}`),
    "",
  ].join("\n");
}

/** The longest time in ms that a timer had to wait while `act` was under way. */
async function longestWait(act: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const tick = (): void => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(tick, 5);
  await act();
  tick();
  clearInterval(timer);
  return longest;
}

function failure(promise: Promise<unknown>): Promise<LayerloomError> {
  return promise.then(
    () => expect.fail("it did not fail"),
    (thrown: LayerloomError) => thrown,
  );
}

describe("through the engine's api", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = engineBench();
  });
  afterEach(() => bench.clean());

  test("a large text is read, written and exported as a small one is, while timers go on", async () => {
    const engine = bench.open();
    const { api } = engine;
    const text = chain(LARGE);
    const start = performance.now();
    const inline = checkDocument(text, "big.layerloom.yaml");
    const blocked = performance.now() - start;
    // The thread is there then; what it costs to start it is not what is measured.
    await api.readDocument({ text: chain(2_000) });

    let read: unknown;
    const reading = async (): Promise<void> => {
      read = await api.readDocument({ text, file: "big.layerloom.yaml" });
    };
    expect(await longestWait(reading)).toBeLessThan(blocked / 2);
    expect(read).toEqual(inline);

    const { definition } = inline;
    if (!definition) throw new Error("not read");
    const renamed = { ...definition, name: "renamed" };
    expect(await api.writeDocument({ text, definition: renamed })).toEqual({
      text: text.replace("name: chain", "name: renamed"),
    });
    const canonical = await api.exportDocument({ text, to: "yaml" });
    expect(canonical).toEqual({ text: await exportText(text, "yaml") });
    expect(await api.writeDocument({ text: "", definition })).toEqual(canonical);
    await engine.close();
  }, 60_000);

  test("a large text has the same problems, fails with the same errors, and does not start", async () => {
    const engine = bench.open();
    const { api } = engine;
    const wrong = chain(3_000, "  bad: { uses: nope }");
    const inline = checkDocument(wrong);
    expect(inline.problems).toMatchObject([{ code: "UNKNOWN_ACTIVITY", place: { line: 3_004 } }]);
    expect(await api.readDocument({ text: wrong })).toEqual(inline);
    expect(await failure(api.startRun({ text: wrong }))).toMatchObject({
      code: "INVALID_PIPELINE",
      place: { line: 3_004 },
      problems: inline.problems,
    });
    const broken = `${chain(3_000)}nodes: {`;
    const definition = { layerloom: 1 as const, name: "x", nodes: {}, edges: [] };
    for (const text of [broken, "nodes: {"]) {
      const { problems } = checkDocument(text);
      const exported = await failure(api.exportDocument({ text, to: "json" }));
      expect(exported).toMatchObject({ name: "LayerloomError", code: "INVALID_PIPELINE", problems });
      const written = await failure(api.writeDocument({ text, definition }));
      expect([written.code, written.place]).toEqual([problems[0]?.code, problems[0]?.place]);
    }
    expect(await api.listRuns({})).toEqual([]);
    await engine.close();
  }, 60_000);

  test("a large pipeline starts, and goes on after a restart", async () => {
    const text = chain(2_500);
    const engine = bench.open();
    const { runId } = await engine.api.startRun({ text });
    await engine.close();
    const next = bench.open({ recover: "all" });
    expect((await next.api.getRun({ runId })).summary).toMatchObject({ id: runId, pipeline: "chain" });
    await next.close();
  }, 60_000);

  test("closing the engine gives up what is being read", async () => {
    const engine = bench.open();
    const reading = failure(engine.api.readDocument({ text: chain(LARGE) }));
    const starting = failure(engine.api.startRun({ text: chain(LARGE) }));
    await engine.close();
    expect([(await reading).code, (await starting).code]).toEqual(["CONNECTION_LOST", "CONNECTION_LOST"]);
  }, 60_000);
});

describe("the thread", () => {
  const large = "x".repeat(100_000);
  let folder: string;
  let service: DocumentService;
  let here: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "layerloom-thread-"));
    here = [];
  });
  afterEach(async () => {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A service whose thread runs `code` with each `job`, and says what to reply. */
  function open(code: string): EngineApi["readDocument"] {
    const file = join(folder, "thread.mjs");
    writeFileSync(
      file,
      `import { parentPort } from "node:worker_threads";\nlet jobs = 0;\n` +
        `parentPort.on("message", (job) => { jobs += 1; ${code} });\n`,
    );
    const work: DocumentWork = {
      readDocument: ({ text }) => {
        here.push(text);
        return { problems: [], places: {} };
      },
      writeDocument: async () => ({ text: "" }),
      exportDocument: async () => ({ text: "" }),
    };
    service = new DocumentService(work, pathToFileURL(file));
    return (request) => service.readDocument(request);
  }

  test("small texts never go there, and are read within the call", async () => {
    const read = open("process.exit(1);");
    expect(service.read({ text: "small" })).toEqual({ problems: [], places: {} });
    await read({ text: "small too" });
    expect(here).toEqual(["small", "small too"]);
  });

  test("it does one job after the other, each with its own answer", async () => {
    const read = open(
      `const n = jobs; setTimeout(() => parentPort.postMessage({ type: "done", result: [n, jobs, job.request.file] }), 20);`,
    );
    const results = await Promise.all(["a", "b", "c"].map((file) => read({ text: large, file })));
    expect(results).toEqual([
      [1, 1, "a"],
      [2, 2, "b"],
      [3, 3, "c"],
    ]);
    expect(here).toEqual([]);
  });

  test("when it dies, that job fails and the next has a new one", async () => {
    const read = open(
      `if (job.request.file === "die") process.exit(1);
       if (job.request.file === "throw") throw new Error("defect");
       parentPort.postMessage({ type: "done", result: jobs });`,
    );
    expect(await read({ text: large })).toBe(1);
    for (const file of ["die", "throw"]) {
      const [died, after] = [failure(read({ text: large, file })), read({ text: large })];
      expect(await died).toMatchObject({ code: "INTERNAL", hint: expect.any(String) });
      expect(await after).toBe(1);
    }
  });
});
