/** Where things are: the database, and what was installed beside this file. This file sits two below the package. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const packageRoot = resolve(import.meta.dirname, "..", "..");

/** `--db`, else `$LAYERLOOM_HOME/layerloom.db`, else `~/.layerloom/layerloom.db`. Absolute. */
export function databasePath(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const home = process.env.LAYERLOOM_HOME;
  return home ? resolve(home, "layerloom.db") : join(homedir(), ".layerloom", "layerloom.db");
}

/** The built app that `serve` shows. */
export function rendererFolder(): string {
  return join(packageRoot, "dist", "client");
}

/** The example pipelines, offered as templates. */
export function templatesFolder(): string {
  return join(packageRoot, "examples");
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  const version =
    typeof manifest === "object" && manifest && "version" in manifest ? manifest.version : undefined;
  return typeof version === "string" ? version : "0.0.0";
}

/** How a person types another command of ours, from where they stand. */
export function commandLine(...args: readonly string[]): string {
  const prefix = process.env.npm_lifecycle_event === "layerloom" ? "npm run -s layerloom --" : "layerloom";
  return [prefix, ...args.map(quoted)].join(" ");
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`;
}
