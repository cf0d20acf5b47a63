#!/usr/bin/env node
/**
 * The command. It owns how the engine is started and nothing else: which Node runs it (24, brought along as an
 * optional dependency), which code (the TypeScript source in a checkout, `dist/` in a package) and in which
 * folder. It must parse and run on any Node a shell may bring, so it uses nothing newer than Node 16.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const NAPI_NEEDED = 10;
const here = fileURLToPath(import.meta.url);
const root = dirname(dirname(here));

/** Node 24 as npm installed it beside this package, or undefined. */
function bundledNode() {
  const suffix = process.platform === "win32" ? "win" : process.platform;
  const file = process.platform === "win32" ? "bin/node.exe" : "bin/node";
  try {
    const manifest = createRequire(here).resolve(`node-${suffix}-${process.arch}/package.json`);
    const path = join(dirname(manifest), file);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs this file again under another Node and ends as it ends. Signals are passed on, but for Ctrl+C in a
 * terminal, which reaches the whole process group by itself and must not count twice. The channel tells the child when this process is killed outright, so that a
 * SIGKILL meant for the engine is not survived by it.
 * @param {string} node
 */
function handOver(node) {
  const child = spawn(node, [here, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, LAYERLOOM_HANDED_OVER: "1" },
  });
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => fail(`NODE_START: cannot start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** The child's side of the channel above. */
function dieWithParent() {
  delete process.env.LAYERLOOM_HANDED_OVER;
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  process.channel?.unref();
}

/** npm runs a script in the package's folder; relative paths mean the folder where the person stands. */
function standWhereThePersonStands() {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  if (INIT_CWD && npm_lifecycle_event === "layerloom" && process.cwd() === root && existsSync(INIT_CWD)) {
    process.chdir(INIT_CWD);
    delete process.env.INIT_CWD;
  }
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

async function runHere() {
  if (process.env.LAYERLOOM_HANDED_OVER && process.channel) dieWithParent();
  standWhereThePersonStands();
  const source = join(root, "engine", "cli", "main.ts");
  const built = join(root, "dist", "cli", "main.js");
  const main = existsSync(source) ? source : built;
  if (!existsSync(main)) fail("NOT_BUILT: nothing to run\n  hint: build it first with: npm run build");
  if (main === source) module.enableCompileCache?.(join(root, "node_modules", ".cache", "layerloom"));
  else module.enableCompileCache?.();
  await import(pathToFileURL(main).href);
}

if (Number(process.versions.napi) >= NAPI_NEEDED) {
  await runHere();
} else {
  const node = bundledNode();
  if (node) handOver(node);
  else {
    fail(
      `NODE_TOO_OLD: layerloom needs Node 24, and this is Node ${process.versions.node}\n` +
        "  hint: reinstall with optional dependencies (npm ci), which bring it, or run it with Node 24",
    );
  }
}
