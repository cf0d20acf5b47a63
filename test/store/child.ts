/** Real child processes: started with this very Node, watched line by line, killed without mercy. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Child = {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** The next line that it prints, or undefined when it ended first. */
  nextLine(): Promise<string | undefined>;
  /** Resolves when it is gone and everything it printed is in `lines`. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
};

/** `prelude`: a shell text that ends in `exec "$@"`, to set limits first. */
export function startChild(script: URL, args: readonly string[], prelude?: string): Child {
  const command = [process.execPath, fileURLToPath(script), ...args];
  const child = prelude
    ? spawn("/bin/sh", ["-c", prelude, "sh", ...command], { stdio: ["ignore", "pipe", "pipe"] })
    : spawn(command[0] ?? "", command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const waiting: ((line: string | undefined) => void)[] = [];
  let read = 0;
  let over = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (waiting.length > 0) waiting.shift()?.(lines[read++]);
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>(
    (resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        over = true;
        for (const tell of waiting.splice(0)) tell(undefined);
        resolve({ code, signal, stderr });
      });
    },
  );
  return {
    process: child,
    lines,
    ended,
    nextLine() {
      if (read < lines.length) return Promise.resolve(lines[read++]);
      if (over) return Promise.resolve(undefined);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}
