/** The command line as a real child process, for tests that kill it. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../engine/cli/main.ts", import.meta.url));

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly stderr: string;
};

export type Child = { readonly process: ChildProcess; readonly ended: Promise<Ended> };

export function startCli(args: readonly string[], cwd: string): Child {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code, signal, lines: stdout.split("\n").filter((line) => line !== ""), stderr }),
    );
  });
  return { process: child, ended };
}

/** What it says on standard error, as it comes. */
export function stderrOf({ process }: Child): { said(text: string): Promise<void> } {
  let heard = "";
  const listeners = new Set<() => void>();
  process.stderr?.on("data", (chunk: Buffer) => {
    heard += chunk;
    for (const listener of listeners) listener();
  });
  return {
    said: (text) =>
      new Promise((resolve) => {
        const look = () => heard.includes(text) && resolve();
        listeners.add(look);
        look();
      }),
  };
}
