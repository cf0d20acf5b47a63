/** What is known of sub-pipelines before a run: the same from the shell, from the window and over REST. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LayerloomError } from "#contract/errors.ts";
import { checkFile, type Engine } from "#engine/open.ts";
import { startServer } from "#http/server.ts";
import { type Bench, ended, engineBench } from "./engine.ts";

let bench: Bench;
let folder: string;
beforeEach(() => {
  bench = engineBench();
  folder = bench.folder;
});
afterEach(() => bench.clean());

const text = (nodes: string, rest = ""): string => `layerloom: 1\nname: test\n${rest}\nnodes:\n${nodes}\n`;
const starts = (path: string, more = ""): string =>
  `  inner: { uses: pipeline, with: { path: ${path}${more === "" ? "" : `, inputs: ${more}`} } }`;
const one = '  one: { uses: transform, with: { value: "${{ inputs.n }}" } }';
const oneIn = "inputs: { n: { type: integer, required: true } }";

function write(name: string, nodes: string, rest = ""): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text(nodes, rest));
}

/** `line severity CODE path` */
async function findings(nodes: string, rest = ""): Promise<readonly string[]> {
  const { problems } = await checkFile(text(nodes, rest), join(folder, "top.layerloom.yaml"), folder);
  return problems.map(({ code, path, place, severity }) => `${place?.line} ${severity} ${code} ${path}`);
}
const error = (code: string, at = "with.path"): readonly string[] => [`5 error ${code} nodes.inner.${at}`];

describe("a file that starts itself", () => {
  test("whatever happens is refused, also by way of another", async () => {
    write("top.layerloom.yaml", starts("other.layerloom.yaml"));
    write("other.layerloom.yaml", starts("top.layerloom.yaml"));
    expect(await findings(starts("other.layerloom.yaml"))).toEqual(error("RECURSION_ENDLESS"));
  });

  test.each([
    [
      "a branch",
      "  gate: { uses: gate, with: { rules: [], otherwise: yes } }\n",
      "edges: [ { from: gate, on: yes, to: inner } ]",
    ],
    ["a skip", "", "", ", skip: { when: 'true', reuse: none }"],
    ["a list", "", "", ", forEach: []"],
  ])("behind %s may end", async (_, before, edges = "", more = "") => {
    const nodes = `${before}${starts("top.layerloom.yaml").replace(/ }$/, `${more} }`)}`;
    write("top.layerloom.yaml", nodes, edges);
    expect(await findings(nodes, edges)).toEqual([]);
  });
});

describe("has a place", () => {
  test("what is missing, broken or too deep", async () => {
    write("broken.layerloom.yaml", "  a: { uses: nothing }");
    write("fine.layerloom.yaml", "  a: { uses: simulate }");
    expect(await findings(starts("nowhere.layerloom.yaml"))).toEqual(error("FILE_NOT_FOUND"));
    expect(await findings(starts("broken.layerloom.yaml"))).toEqual(error("INVALID_PIPELINE"));
    expect(await findings(starts("fine.layerloom.yaml"), "maxRecursionDepth: 0")).toEqual(
      error("RECURSION_TOO_DEEP"),
    );
    expect(await findings(starts("fine.layerloom.yaml"))).toEqual([]);
    expect(
      await findings("  inner: { uses: pipeline, with: { pipeline: { nodes: { a: { uses: nothing } } } } }"),
    ).toEqual(error("INVALID_PIPELINE", "with.pipeline"));
    expect(await findings('  inner: { uses: pipeline, with: { path: "${{ purpose }}" } }')).toEqual([]);
  });

  test.each([
    ["no input", "", "MISSING_INPUT", "with.path"],
    ["none of that name", "{}", "MISSING_INPUT", "with.inputs"],
    ["a strange one", "{ n: 1, m: 2 }", "UNKNOWN_INPUT", "with.inputs.m"],
    ["one of another type", "{ n: many }", "INVALID_INPUT", "with.inputs.n"],
    ["a list", "[1]", "INVALID_VALUE", "with.inputs"],
  ])("a sub-pipeline that is given %s", async (_, inputs, code, at) => {
    write("leaf.layerloom.yaml", one, oneIn);
    expect(await findings(starts("leaf.layerloom.yaml", inputs))).toEqual(error(code, at));
  });

  test.each([
    ["one that only the run knows", '{ n: "${{ purpose }}" }'],
    ["all of them by one expression", '"${{ inputs }}"'],
    ["the right one", "{ n: 3 }"],
  ])("nothing that is given %s", async (_, inputs) => {
    write("leaf.layerloom.yaml", one, oneIn);
    expect(await findings(starts("leaf.layerloom.yaml", inputs))).toEqual([]);
  });

  test("what goes wrong inside, at the node outside", async () => {
    write("middle.layerloom.yaml", starts("leaf.layerloom.yaml"));
    write("leaf.layerloom.yaml", one, oneIn);
    const { problems } = await checkFile(text(starts("middle.layerloom.yaml")), undefined, folder);
    expect(problems).toMatchObject([
      {
        path: "nodes.inner.with.path",
        message: 'middle.layerloom.yaml: inner: leaf.layerloom.yaml: the input "n" is required',
      },
    ]);
  });
});

test("what has a way on is a warning, and what is pinned is not looked at", async () => {
  const missing = starts("nowhere.layerloom.yaml");
  expect(await findings(missing.replace(/ }$/, ", default: none }"))).toEqual([
    "5 warning FILE_NOT_FOUND nodes.inner.with.path",
  ]);
  expect(
    await findings(
      `${missing}\n  sorry: { uses: simulate }`,
      "edges: [ { from: inner, to: sorry, kind: error } ]",
    ),
  ).toEqual(["5 warning FILE_NOT_FOUND nodes.inner.with.path"]);
  expect(await findings(missing.replace(/ }$/, ", pin: { output: 1 } }"))).toEqual([
    "5 warning PINNED nodes.inner.pin",
  ]);
  write("calm.layerloom.yaml", missing.replace(/ }$/, ", default: none }"));
  expect(await findings(starts("calm.layerloom.yaml"))).toEqual([]);
});

describe("is refused by its name", () => {
  test("what is no text, no file, or out of bounds", async () => {
    const outside = mkdtempSync(join(tmpdir(), "layerloom-outside-"));
    try {
      writeFileSync(join(outside, "secret.layerloom.yaml"), text("  a: { uses: simulate }"));
      symlinkSync(join(outside, "secret.layerloom.yaml"), join(folder, "link.layerloom.yaml"));
      symlinkSync(outside, join(folder, "away"));
      writeFileSync(join(folder, "latin.layerloom.yaml"), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
      mkdirSync(join(folder, "folder.layerloom.yaml"));
      execFileSync("mkfifo", [join(folder, "pipe.layerloom.yaml")]);
      writeFileSync(join(folder, "huge.layerloom.yaml"), Buffer.alloc(9 * 1024 * 1024, " "));
      for (const path of [
        "link.layerloom.yaml",
        "away/secret.layerloom.yaml",
        "../../etc/passwd",
        "/etc/passwd",
      ])
        expect(await findings(starts(path))).toEqual(error("FILE_NOT_GRANTED"));
      for (const path of ["latin", "folder", "pipe", "huge"])
        expect(await findings(starts(`${path}.layerloom.yaml`))).toEqual(error("FILE_UNREADABLE"));
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  test("a chain of 1,000 files is followed as deep as it may run, and 1,000 side by side to a limit", async () => {
    for (let at = 0; at < 1_000; at += 1)
      write(`chain-${at}.layerloom.yaml`, starts(`chain-${at + 1}.layerloom.yaml`));
    expect(await findings(starts("chain-0.layerloom.yaml"))).toEqual(error("RECURSION_TOO_DEEP"));
    for (let at = 0; at < 1_000; at += 1) write(`leaf-${at}.layerloom.yaml`, `  a${at}: { uses: simulate }`);
    const many = Array.from({ length: 1_000 }, (_, at) =>
      starts(`leaf-${at}.layerloom.yaml`).replace("inner", `inner${at}`),
    );
    const found = await findings(many.join("\n"));
    expect(found[0]).toBe("205 error SUB_PIPELINES_LIMIT nodes.inner200.with.path");
  });

  test("four files that start each other in 8,000 ways come to an end", async () => {
    const layer = (at: number): string =>
      Array.from({ length: 20 }, (_, node) =>
        starts(`layer-${at}.layerloom.yaml`).replace("inner", `to${node}`),
      ).join("\n");
    for (const at of [0, 1, 2]) write(`layer-${at}.layerloom.yaml`, layer(at + 1));
    write("layer-3.layerloom.yaml", "  a: { uses: simulate }");
    expect(await findings(starts("layer-0.layerloom.yaml"), "maxRecursionDepth: 5")).toEqual(
      error("SUB_PIPELINES_LIMIT"),
    );
  });

  test("of a broken file no more is told than a run of it tells", async () => {
    writeFileSync(join(folder, "notes.txt"), "password: hunter2\nother: things\nlayerloom: 1\n");
    const { problems } = await checkFile(text(starts("notes.txt")), undefined, folder);
    expect(problems[0]?.message).toMatch(/^notes\.txt: \d problems in the pipeline$/);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });
});

describe("from the window and over REST", () => {
  let engine: Engine;
  beforeEach(() => {
    engine = bench.open();
  });
  afterEach(() => engine.close());

  const endless = starts("top.layerloom.yaml");
  const refusal = (act: Promise<unknown>): Promise<unknown> =>
    act.then(
      () => "accepted",
      ({ code, problems }: LayerloomError) =>
        `${code}: ${problems?.map((problem) => `${problem.place?.line} ${problem.code} ${problem.path}`).join()}`,
    );

  test("a run is neither started, previewed nor quoted that can never end", async () => {
    write("top.layerloom.yaml", endless);
    const request = { text: text(endless), file: "top.layerloom.yaml" };
    const expected = "INVALID_PIPELINE: 5 RECURSION_ENDLESS nodes.inner.with.path";
    expect(await refusal(engine.api.startRun(request))).toBe(expected);
    expect(await refusal(engine.api.previewRun(request))).toBe(expected);
    expect(await refusal(engine.api.quote(request))).toBe(expected);
    expect(await engine.api.listRuns({})).toEqual([]);
    write("top.layerloom.yaml", "  a: { uses: simulate }");
    const { runId } = await engine.api.startRun(request);
    expect((await ended(engine.api, runId)).summary.status).toBe("completed");
  });

  test("the problems of a document hold it when they are asked for", async () => {
    const request = { text: text(starts("nowhere.layerloom.yaml")), file: "top.layerloom.yaml" };
    expect((await engine.api.readDocument(request)).problems).toEqual([]);
    expect((await engine.api.readDocument({ ...request, follow: true })).problems).toMatchObject([
      { code: "FILE_NOT_FOUND", path: "nodes.inner.with.path", place: { line: 5, column: 36 } },
    ]);
  });

  test("nothing is read that the run itself may not read", async () => {
    const beside = mkdtempSync(join(tmpdir(), "layerloom-beside-"));
    try {
      writeFileSync(join(beside, "leaf.layerloom.yaml"), text("  a: { uses: simulate }"));
      const request = { text: text(starts("leaf.layerloom.yaml")), file: join(beside, "top.layerloom.yaml") };
      expect(await refusal(engine.api.startRun(request))).toBe(
        "INVALID_PIPELINE: 5 FILE_NOT_GRANTED nodes.inner.with.path",
      );
      // A command of the same person names the folder that it stands in, and has the file's neighbours with it.
      const { runId } = await engine.api.startRun({ ...request, folder });
      expect((await ended(engine.api, runId)).summary.status).toBe("completed");
    } finally {
      rmSync(beside, { recursive: true, force: true });
    }
  });

  test("the engine goes on meanwhile: large files are read elsewhere", async () => {
    const nodes = Array.from(
      { length: 5_000 },
      (_, at) => `  n${at}: { uses: transform, with: { value: ${at} } }`,
    );
    write("large.layerloom.yaml", nodes.join("\n"));
    let [last, longest] = [performance.now(), 0];
    const tick = (): void => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    };
    const timer = setInterval(tick, 5);
    const began = performance.now();
    const { problems } = await engine.api.readDocument({
      text: text(starts("large.layerloom.yaml")),
      follow: true,
    });
    const took = performance.now() - began;
    tick();
    clearInterval(timer);
    expect(problems).toEqual([]);
    expect(longest).toBeLessThan(took / 2);
  });

  test("REST refuses with the finding and its place, and lets nobody choose a folder", async () => {
    const server = await startServer({ api: engine.api });
    try {
      const post = async (path: string, body: unknown): Promise<unknown> => {
        const response = await fetch(`${server.url}/api/v1${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return { status: response.status, ...((await response.json()) as object) };
      };
      const request = { text: text(starts("../../etc/passwd")) };
      for (const path of ["/runs", "/runs/preview", "/quote"]) {
        expect(await post(path, request)).toMatchObject({
          status: 400,
          error: { code: "INVALID_PIPELINE", problems: [{ code: "FILE_NOT_GRANTED", place: { line: 5 } }] },
        });
        expect(await post(path, { ...request, folder: "/" })).toMatchObject({ error: { code: "FORBIDDEN" } });
      }
    } finally {
      await server.close();
    }
  });
});
