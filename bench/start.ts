/** How long a person waits: from the start of the process to the first node, cold, with much history, after a kill. */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILT = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** The built command line: what people install. */
export function builtCli(): string {
  if (existsSync(BUILT)) return BUILT;
  throw new Error("build first: npm run build");
}

export function runToEnd(args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(process.execPath, [...args]);
}

/** Milliseconds from spawn to the first line that `matches`; the child is killed then. */
export function timeToLine(args: readonly string[], matches: (line: string) => boolean): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    let took: number | undefined;
    lines.on("line", (line) => {
      if (took !== undefined || !matches(line)) return;
      took = performance.now() - start;
      child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", () =>
      took === undefined ? reject(new Error(`${args.join(" ")}: the line never came`)) : resolve(took),
    );
  });
}

/** Node alone, opening a database and writing a row: the least that any durable start costs. */
export function timeBareStart(database: string): Promise<number> {
  const source = `
    import Database from "better-sqlite3";
    const db = new Database(process.argv[1]);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.exec("CREATE TABLE IF NOT EXISTS rows (json TEXT)");
    db.prepare("INSERT INTO rows VALUES (?)").run("{}");
    console.log("ready");
  `;
  return timeToLine(["--input-type=module", "-e", source, database], (line) => line === "ready");
}
