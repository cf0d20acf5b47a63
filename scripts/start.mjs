/**
 * `npm start`: builds what is out of date, then opens the desktop window where Electron and a display are
 * there, and otherwise serves the same app to the browser and says so in one line.
 *
 *   npm start -- --browser       serve to the browser even where a window could open
 *   npm start -- --port 4000     further arguments go to `layerloom serve` (browser) or are files to open (window)
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** @param {string[]} parts */
const at = (...parts) => join(root, ...parts);

const ELECTRON_FETCH_LIMIT_MS = 180_000;
/** A window that is gone with an error this soon never opened (missing system libraries, no usable display). */
const WINDOW_FAILED_WITHIN_MS = 5_000;

const SOURCES = ["engine", "electron", "renderer", "vite.config.ts", "package-lock.json"];
const OUTPUTS = [
  { from: "renderer/index.html", to: "dist/client/index.html" },
  { from: "electron/main/main.ts", to: "dist/main/main.js" },
  { from: "electron/preload/main.ts", to: "dist/preload/main.cjs" },
  { from: "electron/engine-host/main.ts", to: "dist/host/main.js" },
];

/**
 * @param {string} path
 * @returns {number} when the file, or the newest file below the folder, was changed; 0 when it is not there
 */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function buildIsStale() {
  const wanted = OUTPUTS.filter(({ from }) => existsSync(at(from))).map(({ to }) => at(to));
  const oldest = Math.min(...wanted.map((path) => newest(path)));
  return wanted.length > 0 && oldest < Math.max(...SOURCES.map((path) => newest(at(path))));
}

function build() {
  console.log("Building the app…");
  const vite = at("node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--app", "--logLevel", "warn"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function displayIsThere() {
  if (process.platform === "win32") return true;
  if (process.platform === "darwin") return !process.env.SSH_CONNECTION;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Where Electron's binary lies, or undefined. */
function electronBinary() {
  const folder = at("node_modules", "electron");
  const pathFile = join(folder, "path.txt");
  if (!existsSync(pathFile)) return undefined;
  const binary = join(
    process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, "dist"),
    readFileSync(pathFile, "utf8"),
  );
  return existsSync(binary) ? binary : undefined;
}

/** Electron's package comes without its binary; it is fetched once, here, where it can be shown. */
function fetchElectron() {
  const installer = at("node_modules", "electron", "install.js");
  if (!existsSync(installer)) return undefined;
  console.log("Fetching Electron, once…");
  spawnSync(process.execPath, [installer], { stdio: "ignore", timeout: ELECTRON_FETCH_LIMIT_MS });
  return electronBinary();
}

/**
 * Starts a program in the person's folder, passes signals on, and answers how it ended.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code, or 128 + the signal's number
 */
function runToTheEnd(command, args, env) {
  const cwd = process.env.INIT_CWD && existsSync(process.env.INIT_CWD) ? process.env.INIT_CWD : root;
  const child = spawn(command, args, { cwd, env, stdio: "inherit" });
  const interrupt = () => {
    if (!process.stdin.isTTY) child.kill("SIGINT"); // a terminal's Ctrl+C reaches the child by itself
  };
  const terminate = () => child.kill("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return new Promise((resolve) => {
    /** @param {number} code */
    const end = (code) => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
      resolve(code);
    };
    child.once("error", () => end(1));
    child.once("exit", (code, signal) => end(code ?? 128 + (signal ? constants.signals[signal] : 1)));
  });
}

/**
 * @param {string[]} args
 * @returns {Promise<number | string>} the exit code, or why no window opened
 */
async function openWindow(args) {
  if (!existsSync(at("electron", "main", "main.ts"))) return "the desktop shell is not built";
  if (!displayIsThere()) return "there is no display";
  const binary = electronBinary() ?? fetchElectron();
  if (!binary) return "Electron's binary could not be fetched";
  const started = Date.now();
  const code = await runToTheEnd(binary, [root, ...args], {
    ...process.env,
    ELECTRON_RUN_AS_NODE: undefined,
  });
  const failed = code !== 0 && code < 128 && Date.now() - started < WINDOW_FAILED_WITHIN_MS;
  return failed ? `Electron ended at once with code ${code}` : code;
}

/** @param {string[]} args */
function serve(args) {
  const open = displayIsThere() && !args.includes("--open") ? ["--open"] : [];
  const env = { ...process.env, NODE_COMPILE_CACHE: at("node_modules", ".cache", "layerloom") };
  return runToTheEnd(process.execPath, [at("engine", "cli", "main.ts"), "serve", ...open, ...args], env);
}

const args = process.argv.slice(2).filter((arg) => arg !== "--browser");
if (buildIsStale()) build();
const outcome = process.argv.includes("--browser") ? "--browser was asked for" : await openWindow(args);
if (typeof outcome === "number") {
  process.exitCode = outcome;
} else {
  console.log(`Serving the app to your browser, because ${outcome}.`);
  process.exitCode = await serve(args);
}
