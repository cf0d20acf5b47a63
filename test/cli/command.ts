/** The command line as a person or a script starts it: a child process, its output, its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const MAIN = resolve(import.meta.dirname, "../../engine/cli/main.ts");

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Running = {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the text has appeared on standard output; rejects when the process ends without it. */
  seen(text: string | RegExp): Promise<string>;
};

export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), "layerloom-cli-"));
  readonly db = join(this.folder, "test.db");

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  start(args: readonly string[], input?: string): Running {
    const { npm_lifecycle_event: _event, ...env } = process.env;
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: { ...env, LAYERLOOM_HOME: this.folder, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
      for (const listener of listeners) listener();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const ended = new Promise<Ended>((done) => child.once("close", (code) => done({ code, stdout, stderr })));
    return {
      child,
      ended,
      seen: (text) =>
        new Promise((found, lost) => {
          const look = (): void => {
            if (typeof text === "string" ? stdout.includes(text) : text.test(stdout)) found(stdout);
          };
          listeners.add(look);
          look();
          void ended.then(() => lost(new Error(`not seen: ${text}\n${stdout}\n${stderr}`)));
        }),
    };
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function lines(text: string): readonly Record<string, unknown>[] {
  return text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

export const PIPELINES = {
  quick: `layerloom: 1
name: quick
inputs:
  who: { type: string, default: world }
  count: { type: number, default: 1 }
nodes:
  greet: { uses: template, with: { text: "hello \${{ inputs.who }} \${{ inputs.count }}" } }
edges: []
output: "\${{ nodes.greet.output }}"
`,
  slow: `layerloom: 1
name: slow
nodes:
  first: { uses: template, with: { text: one } }
  long: { uses: simulate, with: { script: [{ output: 2 }], delay: 20s } }
edges:
  - first -> long
`,
  failing: `layerloom: 1
name: failing
nodes:
  a: { uses: simulate, with: { script: [{ error: permanent, message: it broke }] } }
edges: []
`,
  human: `layerloom: 1
name: human
nodes:
  ask: { uses: human, with: { title: Approve it } }
  done: { uses: template, with: { text: finished } }
edges:
  - { from: ask, on: approved, to: done }
output: "\${{ nodes.done.output }}"
`,
  bad: `layerloom: 1
name: bad
nodes:
  a: { uses: nope }
edges:
  - a -> c
`,
} as const;
