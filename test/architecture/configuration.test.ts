/** The locks that these tests try are the ones that `npm test` uses, and they cover the whole house. */
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { RENDERER_FOLDERS, ROOMS, specifier } from "./house.ts";
import { PROJECT } from "./sandbox.ts";

const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
const readJson = <T>(path: string) => JSON.parse(read(path)) as T;

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}
interface TsConfig {
  readonly extends?: string;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly references?: readonly { readonly path: string }[];
}
interface Biome {
  readonly files: { readonly includes: readonly string[] };
  readonly overrides: readonly { readonly includes: readonly string[] }[];
}

const manifest = readJson<Manifest>("package.json");
const foldersIn = (folder: string) =>
  readdirSync(join(PROJECT, folder)).filter((name) => statSync(join(PROJECT, folder, name)).isDirectory());

describe("the commands", () => {
  test("run each tool with the configuration of the root", () => {
    expect(manifest.scripts).toMatchObject({
      lint: "biome check --error-on-warnings .",
      types: "tsc -b",
      deadcode: "knip",
      "test:unit": "vitest run",
      test: "node scripts/test-all.ts",
    });
  });

  test("npm test runs every lock", () => {
    const steps = read("scripts/test-all.ts");
    for (const step of ['["biome", "check", "--error-on-warnings", "."]', '["tsc", "-b"]', '["knip"]']) {
      expect(steps).toContain(step);
    }
  });

  test("npm test lets nothing of the core stand that its own tests do not reach", () => {
    expect(read("scripts/test-all.ts")).toContain('"--coverage", "test/core/"');
    const config = read("vitest.config.ts");
    expect(config).toContain('include: ["engine/core/**/*.ts"]');
    expect(config).toContain("thresholds: { lines: 100, functions: 100, branches: 100, statements: 100 }");
  });

  test(".ci/run installs from the lock file and runs npm test", () => {
    expect(read(".ci/run")).toMatch(/^npm ci\b[\s\S]*^exec npm test$/m);
  });
});

describe("the import rules", () => {
  test("are those of one file, which nothing below overrides", () => {
    const exclude = (path: string) => path.includes("node_modules");
    const others = globSync(["**/biome.json*", "**/.biome.json*", "**/knip.*"], { cwd: PROJECT, exclude });
    expect(others.toSorted()).toEqual(["biome.json", "knip.json"]);
  });

  test("leave out no folder that holds our code", () => {
    const left = readJson<Biome>("biome.json").files.includes.filter((pattern) => pattern.startsWith("!"));
    const generated =
      /\/(node_modules|dist|release|\.types|\.cache|coverage|test-results|playwright-report)$/;
    expect(left.filter((pattern) => !generated.test(pattern))).toEqual(["!**/package-lock.json"]);
  });

  test("have a paragraph for every room and every renderer folder", () => {
    const covered = readJson<Biome>("biome.json").overrides.flatMap(({ includes }) => includes);
    const wanted = [
      ...[...ROOMS.values()].filter(({ folder }) => folder !== "engine").map(({ folder }) => `${folder}/**`),
      "engine/open.ts",
      "engine/document-worker.ts",
      ...[...RENDERER_FOLDERS.keys()].map((folder) => `renderer/${folder}/**`),
    ];
    expect(covered).toEqual(expect.arrayContaining(wanted));
  });
});

describe("the type projects", () => {
  const projects = globSync("{engine,electron,renderer,test,bench}/**/tsconfig.json", { cwd: PROJECT });
  const options = (path: string) => readJson<TsConfig>(path).compilerOptions ?? {};

  test("are all built by the root", () => {
    const built = readJson<TsConfig>("tsconfig.json").references?.map(({ path }) => join(path));
    expect(projects.map((path) => dirname(path)).filter((folder) => !built?.includes(join(folder)))).toEqual(
      [],
    );
  });

  test.each([...ROOMS.values()].map(({ folder }) => folder))("there is one for %s", (folder) => {
    expect(existsSync(join(PROJECT, folder, "tsconfig.json"))).toBe(true);
  });

  test("share one strictness that none of them loosens", () => {
    const own = new Set(["rootDir", "outDir", "lib", "types"]);
    for (const path of projects) {
      expect(readJson<TsConfig>(path).extends, path).toMatch(/tsconfig\.base\.json$/);
      expect(
        Object.keys(options(path)).filter((key) => !own.has(key)),
        path,
      ).toEqual([]);
    }
  });
});

describe("the house", () => {
  test("has no room that the plan does not know", () => {
    const known = [...ROOMS.values()].map(({ folder }) => folder);
    expect(foldersIn("engine").filter((name) => !known.includes(`engine/${name}`))).toEqual([]);
    expect(foldersIn("renderer").filter((name) => !RENDERER_FOLDERS.has(name))).toEqual([]);
  });

  test("has nothing in the engine's folder but rooms and the two files that wire them", () => {
    const files = readdirSync(join(PROJECT, "engine")).filter(
      (name) => !statSync(join(PROJECT, "engine", name)).isDirectory(),
    );
    expect(
      files.filter((name) => !["open.ts", "document-worker.ts", "tsconfig.json"].includes(name)),
    ).toEqual([]);
  });

  test("has an alias for every room", () => {
    for (const [name, { folder }] of ROOMS) {
      const alias = specifier(name, "*");
      expect(manifest.imports[alias], alias).toBe(name === "open" ? "./engine/open.ts" : `./${folder}/*`);
    }
  });
});

describe("the dependencies", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

  test("are pinned exactly", () => {
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("name no registry host in the lock file, and an integrity for each package", () => {
    const lock = readJson<{ packages: Record<string, { resolved?: string; integrity?: string }> }>(
      "package-lock.json",
    );
    const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, entry]) => entry.integrity === undefined)).toEqual([]);
  });

  test("run no script while they are installed", () => {
    const lock = readJson<{ packages: Record<string, { hasInstallScript?: boolean }> }>("package-lock.json");
    const withScript = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript);
    const names = withScript.map(([path]) => path.split("node_modules/").at(-1)!);
    expect(names.filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
  });
});
