/**
 * A throw-away copy of the project's configuration: the real `package.json`, `tsconfig` files, `biome.json`,
 * Grit rule and `knip.json`, the real tools, and whatever bad files a test puts beside them. Nothing is ever
 * written into the project itself.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const PROJECT = join(import.meta.dirname, "..", "..");

const CONFIGURATION = [
  "package.json",
  "biome.json",
  "no-ambient.grit",
  "knip.json",
  "tsconfig*.json",
  "{engine,electron,renderer,test,bench}/**/tsconfig.json",
];

interface ToolResult {
  readonly code: number | null;
  readonly output: string;
}

export interface Sandbox {
  readonly folder: string;
  /** Runs one of the project's tools (`biome`, `tsc`, `knip`) in the copy. */
  run(tool: string, ...args: string[]): ToolResult;
  remove(): void;
}

/** @param files bad (or good) files by path from the root, with their text */
export function makeSandbox(files: Readonly<Record<string, string>>): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-architecture-"));
  const put = (path: string, write: (target: string) => void) => {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    write(target);
  };
  for (const path of globSync(CONFIGURATION, { cwd: PROJECT })) {
    put(path, (target) => copyFileSync(join(PROJECT, path), target));
  }
  for (const [path, text] of Object.entries(files)) put(path, (target) => writeFileSync(target, text));
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return {
    folder,
    run: (tool, ...args) => runTool(folder, tool, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a tool from node_modules/.bin and answers its exit code and everything it printed. */
export function runTool(
  cwd: string,
  tool: string,
  args: readonly string[],
  input?: string,
  wanted: "both" | "stdout" = "both",
): ToolResult {
  const result = spawnSync(join(PROJECT, "node_modules", ".bin", tool), args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    ...(input === undefined ? {} : { input }),
  });
  if (result.error) throw result.error;
  return { code: result.status, output: wanted === "stdout" ? result.stdout : result.stdout + result.stderr };
}
