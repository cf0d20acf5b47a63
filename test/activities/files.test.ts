import { spawnSync } from "node:child_process";
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileList } from "#activities/file-list.ts";
import { fileRead } from "#activities/file-read.ts";
import { fileWrite } from "#activities/file-write.ts";
import { compileGlob } from "#activities/files/glob.ts";
import type { JsonObject } from "#contract/json.ts";
import type { ActivityDefinition } from "#ports/activity.ts";
import { failureOf } from "#ports/failure.ts";
import { contextFor, outputOf, thrownBy } from "./support/context.ts";

let root: string;
let granted: string;
let outside: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "layerloom-files-"));
  granted = join(root, "granted");
  outside = join(root, "outside");
  await mkdir(granted);
  await mkdir(outside);
  await writeFile(join(outside, "secret.txt"), "secret");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const output = (activity: ActivityDefinition, settings: JsonObject, simulated = false) =>
  outputOf(activity, settings, contextFor({ folders: [granted], simulated }));

const failure = async (
  activity: ActivityDefinition,
  settings: JsonObject,
  folders: readonly string[] = [granted],
) => failureOf(await thrownBy(() => outputOf(activity, settings, contextFor({ folders }))));

const inGranted = (name: string) => readFile(join(granted, name), "utf8");

describe("the grant", () => {
  const refusals: [string, () => Promise<string> | string][] = [
    ["..", () => "../outside/secret.txt"],
    [".. further in", () => "a/b/../../../outside/secret.txt"],
    ["an absolute path", () => join(outside, "secret.txt")],
    ["a sibling whose name starts alike", () => "../granted-too/x"],
    ["NUL", () => "a\0.txt"],
    [
      "a link to a file",
      async () => {
        await symlink(join(outside, "secret.txt"), join(granted, "link.txt"));
        return "link.txt";
      },
    ],
    [
      "a link to a folder",
      async () => {
        await symlink(outside, join(granted, "dir"));
        return "dir/secret.txt";
      },
    ],
    [
      "a new file below a link to a folder",
      async () => {
        await symlink(outside, join(granted, "dir"));
        return "dir/deep/new.txt";
      },
    ],
    [
      "a link that leads nowhere",
      async () => {
        await symlink(join(outside, "new.txt"), join(granted, "dangling"));
        return "dangling";
      },
    ],
    [
      "a link to itself",
      async () => {
        await symlink("loop", join(granted, "loop"));
        return "loop";
      },
    ],
  ];

  for (const [name, prepare] of refusals) {
    it(`refuses ${name}, to read, to list, to write and to append`, async () => {
      const path = await prepare();
      for (const [activity, settings] of [
        [fileRead, { path }],
        [fileList, { path }],
        [fileWrite, { path, content: "x" }],
        [fileWrite, { path, content: "x", append: true }],
      ] as const) {
        expect(await failure(activity, settings)).toMatchObject({
          code: "FILE_NOT_GRANTED",
          class: "permanent",
        });
      }
      expect(await readdir(outside)).toEqual(["secret.txt"]);
      expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
    });
  }

  it("refuses everything when nothing is granted", async () => {
    expect(await failure(fileRead, { path: "a" }, [])).toMatchObject({ code: "FILE_NOT_GRANTED" });
  });

  it("a simulated write is refused like a real one", async () => {
    const context = contextFor({ folders: [granted], simulated: true });
    const settings = { path: "../x", content: "" };
    const thrown = await thrownBy(() => outputOf(fileWrite, settings, context));
    expect(failureOf(thrown)).toMatchObject({ code: "FILE_NOT_GRANTED" });
  });

  it("takes every granted folder, links inside it, and names that merely start with dots", async () => {
    await writeFile(join(granted, "..a"), "dots");
    await symlink(join(granted, "..a"), join(granted, "inside"));
    expect(await output(fileRead, { path: "..a" })).toBe("dots");
    expect(await output(fileRead, { path: "inside" })).toBe("dots");
    expect(await output(fileRead, { path: "x/../..a" })).toBe("dots");
    const both = contextFor({ folders: [granted, outside] });
    expect(await outputOf(fileRead, { path: join(outside, "secret.txt") }, both)).toBe("secret");
  });

  it("takes a granted folder that is itself reached through a link", async () => {
    await symlink(granted, join(root, "alias"));
    await writeFile(join(granted, "a.txt"), "a");
    const context = contextFor({ folders: [join(root, "alias")] });
    expect(await outputOf(fileRead, { path: "a.txt" }, context)).toBe("a");
    expect(await outputOf(fileRead, { path: join(granted, "a.txt") }, context)).toBe("a");
  });
});

describe("file.read", () => {
  const read = async (text: string | Buffer, settings: JsonObject = {}) => {
    await writeFile(join(granted, "f"), text);
    return output(fileRead, { path: "f", ...settings });
  };

  it("text, lines, JSON and ndjson", async () => {
    expect(await read("a\r\nb\n")).toBe("a\r\nb\n");
    expect(await read("a\r\nb\n\n", { parse: "lines" })).toEqual(["a", "b", ""]);
    expect(await read("", { parse: "lines" })).toEqual([]);
    expect(await read('\uFEFF{"a":[1]}', { parse: "json" })).toEqual({ a: [1] });
    expect(await read('{"a":1}\n\n{"a":2}', { parse: "ndjson" })).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("other encodings", async () => {
    expect(await read(Buffer.from([0xe9]), { encoding: "latin1" })).toBe("é");
    expect(await read(Buffer.from("語", "utf16le"), { encoding: "utf16le" })).toBe("語");
    expect(await read(Buffer.from([0, 255]), { encoding: "base64" })).toBe("AP8=");
  });

  it("says what is wrong, and on which line", async () => {
    await writeFile(join(granted, "f"), '{"a":1}\n{oops}\n');
    expect(await failure(fileRead, { path: "f", parse: "ndjson" })).toMatchObject({
      code: "FILE_UNREADABLE",
      message: expect.stringContaining("f:2: not JSON"),
    });
    await writeFile(join(granted, "f"), Buffer.from([0xff, 0xfe, 0xff]));
    expect(await failure(fileRead, { path: "f" })).toMatchObject({ message: "f: not UTF-8" });
    expect(await failure(fileRead, { path: "nope" })).toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await failure(fileRead, { path: "f/below" })).toMatchObject({ class: "permanent" });
    expect(await failure(fileRead, { path: "." })).toMatchObject({ code: "FILE_UNREADABLE" });
    expect(await failure(fileRead, { path: "f", encoding: "base64", parse: "json" })).toMatchObject({
      code: "INVALID_VALUE",
    });
  });

  it("refuses more than 16 MiB without reading it", async () => {
    await writeFile(join(granted, "big"), "");
    await truncate(join(granted, "big"), 16 * 1024 * 1024 + 1);
    expect(await failure(fileRead, { path: "big" })).toMatchObject({ code: "OUTPUT_TOO_LARGE" });
  });

  it.skipIf(process.platform === "win32")("does not hang at a named pipe", async () => {
    const made = spawnSync("sh", ["-c", `mkfifo "$0"`, join(granted, "pipe")]);
    expect(made.status).toBe(0);
    expect(await failure(fileRead, { path: "pipe" })).toMatchObject({
      code: "FILE_UNREADABLE",
      message: "pipe: not a regular file",
    });
  });
});

describe("file.write", () => {
  it("makes folders, replaces, and says how much", async () => {
    expect(await output(fileWrite, { path: "a/b/c.txt", content: "語" })).toEqual({
      path: "a/b/c.txt",
      bytes: 3,
    });
    await output(fileWrite, { path: "a/b/c.txt", content: "new" });
    expect(await inGranted("a/b/c.txt")).toBe("new");
    expect(await readdir(join(granted, "a/b"))).toEqual(["c.txt"]);
  });

  it("data as JSON, and line by line when appending", async () => {
    await output(fileWrite, { path: "v.json", value: { a: [1] } });
    expect(await inGranted("v.json")).toBe('{\n  "a": [\n    1\n  ]\n}\n');
    for (const value of [{ n: 1 }, null]) await output(fileWrite, { path: "v.ndjson", value, append: true });
    expect(await inGranted("v.ndjson")).toBe('{"n":1}\nnull\n');
  });

  it("keeps the mode of the file it replaces, and other names of it as they were", async () => {
    await writeFile(join(granted, "x.sh"), "old", { mode: 0o750 });
    await link(join(granted, "x.sh"), join(granted, "same"));
    await output(fileWrite, { path: "x.sh", content: "new" });
    if (process.platform !== "win32") expect((await stat(join(granted, "x.sh"))).mode & 0o777).toBe(0o750);
    expect(await inGranted("same")).toBe("old");
  });

  it("leaves nothing behind when it cannot", async () => {
    await mkdir(join(granted, "dir"));
    await writeFile(join(granted, "file"), "");
    expect(await failure(fileWrite, { path: "dir", content: "x" })).toMatchObject({ class: "permanent" });
    expect(await failure(fileWrite, { path: "file/below", content: "x" })).toMatchObject({
      class: "permanent",
    });
    expect((await readdir(granted)).sort()).toEqual(["dir", "file"]);
  });

  it("refuses more than 16 MiB, and both or neither of content and value", async () => {
    const content = "x".repeat(16 * 1024 * 1024 + 1);
    expect(await failure(fileWrite, { path: "x", content })).toMatchObject({ code: "OUTPUT_TOO_LARGE" });
    expect(fileWrite.input.safeParse({ path: "x" }).success).toBe(false);
    expect(fileWrite.input.safeParse({ path: "x", content: "", value: 1 }).success).toBe(false);
  });

  it("a simulated write writes nothing and says so", async () => {
    expect(await output(fileWrite, { path: "x", content: "abc" }, true)).toEqual({
      path: "x",
      bytes: 3,
      simulated: true,
    });
    expect(await readdir(granted)).toEqual([]);
  });
});

describe("file.list", () => {
  const paths = async (settings: JsonObject) => {
    const list = await output(fileList, settings);
    return Array.isArray(list) ? list.map((file: JsonObject) => file.path) : [];
  };

  beforeEach(async () => {
    await mkdir(join(granted, "src/deep"), { recursive: true });
    await mkdir(join(granted, ".git"));
    for (const name of [
      "b.json",
      "a.json",
      "a.txt",
      ".env",
      ".git/x.json",
      "src/c.json",
      "src/deep/d.json",
    ]) {
      await writeFile(join(granted, name), "12");
    }
  });

  it("lists one folder, sorted, with sizes", async () => {
    expect(await output(fileList, { pattern: "a.*" })).toEqual([
      { path: "a.json", name: "a.json", size: 2, modifiedAt: expect.any(String) },
      { path: "a.txt", name: "a.txt", size: 2, modifiedAt: expect.any(String) },
    ]);
    expect(await paths({})).toEqual(["a.json", "a.txt", "b.json"]);
    expect(await paths({ path: "src/" })).toEqual(["src/c.json"]);
    expect(await paths({ pattern: ".*" })).toEqual([".env"]);
  });

  it("looks below when told so, by pattern or by flag", async () => {
    expect(await paths({ pattern: "**/*.json" })).toEqual([
      "a.json",
      "b.json",
      "src/c.json",
      "src/deep/d.json",
    ]);
    expect(await paths({ pattern: "*.json", recursive: true })).toHaveLength(4);
    expect(await paths({ pattern: "src/*/d.json" })).toEqual(["src/deep/d.json"]);
    expect(await paths({ path: "src", pattern: "**" })).toEqual(["src/c.json", "src/deep/d.json"]);
  });

  it("follows no link to a folder and shows no link that leads out", async () => {
    await symlink(granted, join(granted, "src/up"));
    await symlink(join(outside, "secret.txt"), join(granted, "src/out.json"));
    await symlink(join(granted, "a.json"), join(granted, "src/in.json"));
    expect(await paths({ path: "src", pattern: "**" })).toEqual([
      "src/c.json",
      "src/deep/d.json",
      "src/in.json",
    ]);
  });

  it("a folder that is not there is an error; one without a match is not", async () => {
    expect(await failure(fileList, { path: "nope" })).toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await failure(fileList, { path: "a.txt" })).toMatchObject({ code: "FILE_NOT_FOUND" });
    expect(await paths({ pattern: "*.none" })).toEqual([]);
  });
});

describe("patterns", () => {
  it.each([
    ["*", "a", true],
    ["*", "a/b", false],
    ["**", "a/b/c", true],
    ["**/c", "c", true],
    ["**/c", "a/b/c", true],
    ["a/**/c", "a/c", true],
    ["a/**/b/**/c", "a/x/b/y/z/c", true],
    ["a/**/b/**/c", "a/x/y/z/c", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["*.t*t", "x.tst.txt", true],
    ["[a](b)+.js", "[a](b)+.js", true],
    ["*", ".hidden", false],
    ["**/x", ".git/x", false],
    ["./a", "a", true],
    ["語*", "語彙", true],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(compileGlob(pattern).matches(path)).toBe(expected);
  });

  it("takes no time over patterns made to take it", () => {
    const glob = compileGlob(`${"*a".repeat(200)}b`);
    expect(glob.matches("a".repeat(5_000))).toBe(false);
    expect(compileGlob("**/a/".repeat(100)).matches("a/".repeat(200).slice(0, -1))).toBe(true);
  });
});
