/** A person's shell in a checkout: runs a command to its end, or keeps a server until it is ended by its group's id. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { constants } from "node:os";
import type { Checkout } from "./checkout.ts";

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };
export type Server = {
  readonly url: string;
  readonly token: string;
  readonly printed: string;
  end(): Promise<void>;
};

const COMMAND_LIMIT_MS = 60_000;
/** A server may have to build the app first. */
const SERVER_LIMIT_MS = 120_000;
const ADDRESS = /(http:\/\/127\.0\.0\.1:\d+)\/#token=([\w-]+)/;

/** Neither what npm tells this test about itself, nor a display, nor a key. */
function environment(home: string, extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const hidden =
    /^(npm_|INIT_CWD$|DISPLAY$|WAYLAND_DISPLAY$|ANTHROPIC_|LAYERLOOM_|VITEST|NODE_ENV$|FORCE_COLOR$)/;
  const kept = Object.entries(process.env).filter(([name]) => !hidden.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", LAYERLOOM_HOME: home, ...extra };
}

function start(
  command: string,
  { folder, home }: Checkout,
  extra: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn("bash", ["-c", command], {
    cwd: folder,
    env: environment(home, extra),
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that npm, its shell and the engine can be ended together.
    detached: true,
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

export function runToEnd(
  command: string,
  checkout: Checkout,
  extra: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = start(command, checkout, extra);
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      endGroup(child, "SIGKILL");
      reject(new Error(`did not end: ${command}\n${stdout}${stderr}`));
    }, COMMAND_LIMIT_MS);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      // As a shell tells it.
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 1), stdout, stderr });
    });
  });
}

export function startServer(command: string, checkout: Checkout): Promise<Server> {
  const child = start(command, checkout, {});
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let printed = "";
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      endGroup(child, "SIGKILL");
      reject(new Error(`did not say where it serves: ${command}\n${printed}`));
    }, SERVER_LIMIT_MS);
    const end = async (): Promise<void> => {
      endGroup(child, "SIGINT");
      const patience = setTimeout(() => endGroup(child, "SIGKILL"), 5_000);
      await closed;
      clearTimeout(patience);
    };
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const [, url, token] = ADDRESS.exec(printed) ?? [];
      if (url === undefined || token === undefined) return;
      clearTimeout(limit);
      resolve({ url, token, printed, end });
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    void closed.then(() => {
      clearTimeout(limit);
      reject(new Error(`ended instead of serving: ${command}\n${printed}`));
    });
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || !address) throw new Error("no free port");
  return address.port;
}
