import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { code } from "#activities/code.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { failureOf } from "#ports/failure.ts";
import { contextFor, outputOf, thrownBy } from "./support/context.ts";

const run = (source: string, settings: JsonObject = {}) => outputOf(code, { source, ...settings });
const failure = async (source: string, settings: JsonObject = {}) =>
  failureOf(await thrownBy(() => run(source, settings)));

describe("code computes", () => {
  it("a function's body sees input and returns", async () => {
    expect(await run("return input.a + 1;", { input: { a: 1 } })).toBe(2);
    expect(await run("return input.map((x) => x * 2); // done", { input: [1, 2] })).toEqual([2, 4]);
    expect(await run("const x = 1;")).toBeNull();
    expect(await run("return input")).toBeNull();
  });

  it("a module's default export is called, or is the value", async () => {
    expect(await run("export default (input) => input.n * 2;", { input: { n: 4 } })).toBe(8);
    expect(await run("const two = 2;\nexport default { two };")).toEqual({ two: 2 });
    expect(
      await run("export default async function (input) { return [await input]; }", { input: 3 }),
    ).toEqual([3]);
  });

  it("promises are waited for; one that never settles is an error", async () => {
    expect(await run("return Promise.resolve(5);")).toBe(5);
    expect(await failure("return new Promise(() => {});")).toMatchObject({ code: "CODE_FAILED" });
    expect(await failure("return Promise.reject(new Error('no'));")).toMatchObject({
      message: expect.stringContaining("no"),
    });
  });

  it("all of JSON and Unicode goes in and out", async () => {
    const input: Json = { 語: "😀\u0000\u2028", n: [1.5, -0.1, 1e300, null, true], deep: { "": {} } };
    expect(await run("return input;", { input })).toEqual(input);
    expect(await run('return "😀語".length;')).toBe(3);
    expect(await run("return '\\ud800';")).toBe("\ud800");
  });

  it("the same twice gives the same: no clock, seeded dice", async () => {
    const source = "return [Math.random(), Date.now(), new Date().toISOString(), new Date(0).getTime()];";
    const first = await run(source);
    expect(await run(source)).toEqual(first);
    expect(first).toEqual([expect.any(Number), 1_000, "1970-01-01T00:00:01.000Z", 0]);
    expect(await outputOf(code, { source }, contextFor({ activation: 2 }))).not.toEqual(first);
  });

  it("nothing is left over from the run before", async () => {
    await run("globalThis.left = 1; Array.prototype.map = null; JSON.stringify = () => 'x'; return 1;");
    expect(await run("return [typeof left, typeof [].map, JSON.stringify(1)];")).toEqual([
      "undefined",
      "function",
      "1",
    ]);
    expect(await run("JSON.parse = JSON.stringify = () => 'own'; return { a: 1 };")).toEqual({ a: 1 });
  });
});

describe("code fails", () => {
  it("with the line and the words of the error", async () => {
    expect(await failure("const a = 1;\n\nnull.x;")).toMatchObject({
      code: "CODE_FAILED",
      class: "permanent",
      message: expect.stringMatching(/^line 3: TypeError: /),
    });
    expect(await failure("return 1;\nreturn ]")).toMatchObject({
      message: expect.stringMatching(/^line 2: SyntaxError: /),
    });
    expect(await failure("export default 1;\nexport default 2;")).toMatchObject({ code: "CODE_FAILED" });
    expect(await failure("throw 'text'")).toMatchObject({ message: "threw text" });
    expect(await failure("throw { a: 1 }")).toMatchObject({ message: 'threw {"a":1}' });
    expect(await failure("function f() { f(); } f();")).toMatchObject({ code: "CODE_FAILED" });
  });

  it.each([
    ["throw null", "threw null"],
    ["return Promise.reject(null)", "threw null"],
    ["return { toJSON() { throw null; } }", "threw null"],
    // It needs most of its memory first, and gives it back.
    ["let a = []; for (let n = 0; n < 1e5; n++) a.push({}); a = 0; throw null", "threw null"],
    ["throw undefined", "threw undefined"],
    ["throw ''", "threw something that says nothing"],
    ["throw 'x'.repeat(5e6)", `threw ${"x".repeat(200)}`],
    ["throw 1n", "threw 1"],
    ["throw Symbol('a')", "threw Symbol(a)"],
    ["throw { get message() { throw 1; } }", "threw [object Object]"],
    ["const e = {}; e.e = e; throw e", "threw [object Object]"],
    ["throw new Proxy({}, { get() { throw null; } })", "threw something that says nothing"],
    ["throw { get message() { throw null; }, toJSON() { throw null; } }", "threw [object Object]"],
  ])("whatever it throws: %s", async (source, message) => {
    expect(await failure(source, { memoryMb: 16 })).toMatchObject({ code: "CODE_FAILED", message });
    expect(await run("return 1;")).toBe(1);
  });

  it.each([
    ["return 1n;", "it is a bigint"],
    ["return () => 1;", "it is a function"],
    ["return { list: [1, NaN] };", "1 is NaN"],
    ["return { most: -Infinity };", "most is -Infinity"],
    ["return { s: Symbol('x') };", "s is a symbol"],
    ["return new Map([['a', 1]]);", "it is a Map; Object.fromEntries makes an object of it"],
    ["return { ids: new Set([1]) };", "ids is a Set; Array.from makes a list of it"],
    ["const a = {}; a.a = a; return a;", "circular reference"],
    ["return { toJSON() { throw new Error('never'); } };", "never"],
    ["Number.isFinite = () => true; globalThis.Map = Object; return NaN;", "it is NaN"],
  ])("when the result is no JSON: %s", async (source, message) => {
    expect(await failure(source)).toMatchObject({
      code: "INVALID_OUTPUT",
      message: `the result is no JSON: ${message}`,
    });
  });

  it("but not when nothing is returned, or a field is left open", async () => {
    expect(await run("1;")).toBeNull();
    expect(await run("return { a: undefined, b: [undefined], c: new Date(0) };")).toEqual({
      b: [null],
      c: "1970-01-01T00:00:00.000Z",
    });
  });

  it("when the result is larger than 1 MiB", async () => {
    expect(await failure("return 'x'.repeat(1024 * 1024);")).toMatchObject({ code: "OUTPUT_TOO_LARGE" });
    expect(await failure("return '語'.repeat(400 * 1024);")).toMatchObject({ code: "OUTPUT_TOO_LARGE" });
    expect(await run("return 'x'.repeat(1024 * 1024 - 2).length;")).toBe(1024 * 1024 - 2);
    expect(await run("return 'x'.repeat(1024 * 1024 - 2);")).toHaveLength(1024 * 1024 - 2);
  });
});

describe("code is bounded", () => {
  it.each([
    ["a loop", "while (true);"],
    ["a loop that catches everything", "for (;;) { try { for (;;); } catch {} }"],
    ["promises without end", "const f = () => Promise.resolve().then(f); return f();"],
    ["a pattern that backtracks", "return /^(a+)+$/.test('a'.repeat(50) + 'b');"],
    ["a result that does not end", "return { toJSON() { for (;;); } };"],
    ["a getter on the error", "throw { get message() { for (;;); } };"],
    ["a native call", "return new Array(2 ** 31).fill(0).sort().length;"],
  ])("in time: %s", async (_name, source) => {
    const began = performance.now();
    const { code: found } = await failure(source, { timeout: "300ms" });
    expect(["CODE_TIMEOUT", "CODE_MEMORY"]).toContain(found);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it.each([
    ["a list", "const a = []; for (;;) a.push(new Array(1000).fill(1));"],
    ["a text", "let s = 'x'; for (;;) s += s;"],
    ["a buffer", "return new ArrayBuffer(1024 * 1024 * 1024).byteLength;"],
    [
      "many buffers, caught",
      "const a = []; for (;;) { try { a.push(new ArrayBuffer(1e6)); } catch { a.push([]); } }",
    ],
  ])("in memory: %s", async (_name, source) => {
    const before = process.memoryUsage().rss;
    const { code: found } = await failure(source, { memoryMb: 16, timeout: "3s" });
    expect(["CODE_MEMORY", "CODE_TIMEOUT", "CODE_FAILED"]).toContain(found);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it("says that it was the memory", async () => {
    const large = "const a = []; for (;;) a.push(new Array(1000).fill(1));";
    // Where not even an error finds room, QuickJS throws null.
    const small = "const m = new Map(); for (let n = 0; ; n++) m.set(n, n);";
    for (const source of [large, small]) {
      expect(await failure(source, { memoryMb: 4, timeout: "20s" })).toMatchObject({
        code: "CODE_MEMORY",
        message: "the code needs more than 4 MiB",
      });
    }
  });

  it("leaves room for small work in the smallest memory", async () => {
    expect(await run("return [1, 2, 3].map((n) => n * 2);", { memoryMb: 1 })).toEqual([2, 4, 6]);
  });

  it("works again after each of these", async () => {
    expect(await run("return 1;")).toBe(1);
  });

  it("ends at once when cancelled, at work and in the queue", async () => {
    const controller = new AbortController();
    const context = contextFor({ signal: controller.signal });
    const runs = Array.from({ length: 8 }, () =>
      thrownBy(() => outputOf(code, { source: "for (;;);", timeout: "20s" }, context)),
    );
    setTimeout(() => controller.abort(new Error("stop now")), 200);
    for (const thrown of await Promise.all(runs)) expect(thrown).toEqual(new Error("stop now"));
    expect(await run("return 2;")).toBe(2);
  });

  it("many at once are all done", async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => run("return input * 2;", { input: n })),
    );
    expect(results).toEqual(Array.from({ length: 30 }, (_, n) => n * 2));
  });
});

describe("code reaches nothing outside", () => {
  it.each([
    "process",
    "require",
    "module",
    "fetch",
    "setTimeout",
    "WebAssembly",
    "Worker",
    "parentPort",
    "navigator",
    "std",
    "os",
    "console",
    "__now",
    "__seed",
  ])("%s is not there", async (name) => {
    expect(await run(`return typeof ${name};`)).toBe("undefined");
  });

  it.each([
    "return this === undefined ? 'strict' : this.constructor.constructor('return process')();",
    "return (() => {}).constructor('return typeof process')();",
    "return input.constructor.constructor('return typeof process')();",
    "return Function('return typeof globalThis.process')();",
    "return Object.getPrototypeOf(async () => {}).constructor('return typeof process')().then((x) => x);",
  ])("the usual way out leads nowhere: %s", async (source) => {
    expect(["strict", "undefined"]).toContain(await run(source, { input: {} }));
  });

  it("imports are refused", async () => {
    for (const specifier of ["node:fs", "fs", "./job.ts", "std", "data:text/javascript,1"]) {
      const imported = await failure(`import x from ${JSON.stringify(specifier)};\nexport default x;`);
      expect(imported).toMatchObject({ code: "CODE_FAILED" });
      expect(await failure(`return import(${JSON.stringify(specifier)});`)).toMatchObject({
        code: "CODE_FAILED",
      });
    }
  });

  it("__proto__ in the result is data", async () => {
    const result = await run('return JSON.parse(\'{"__proto__": {"polluted": 1}}\');');
    expect(Object.keys(Object(result))).toEqual(["__proto__"]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("closing the function early stays inside", async () => {
    expect(await run("return 1; }); (function () { return typeof process;")).toBe("undefined");
  });
});

describe("the sandbox threads", () => {
  it("do not keep a process alive", () => {
    const script = `
      const { runInSandbox } = await import("#activities/code/sandbox.ts");
      const job = { source: "return 1 + 1;", input: "null", timeoutMs: 5000, memoryBytes: 1 << 24, now: 0, seed: "" };
      console.log(await runInSandbox(job, new AbortController().signal));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
    expect(out.toString().trim()).toBe("2");
  });
});
