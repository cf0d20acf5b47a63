/**
 * Finds the browser that the browser tests drive, and installs one when there is none.
 * Order: $BROWSER_PATH, the system's Chromium or Chrome, Playwright's own download.
 *
 *   node scripts/chromium.mjs             print the path, exit 1 with a hint when there is none
 *   node scripts/chromium.mjs --install   the same, after an attempt to install it
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { pathToFileURL } from "node:url";

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export const INSTALL_HINT =
  "no Chromium found: set BROWSER_PATH to one, or install it (Debian: apt-get install chromium; elsewhere: npx playwright install chromium)";

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Promise<string | undefined>} where Playwright's own Chromium lies, when it was downloaded */
async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path && executable(path) ? path : undefined;
}

/**
 * The path of a browser. A BROWSER_PATH that leads nowhere is an error, not a reason to look elsewhere.
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const chosen = process.env.BROWSER_PATH;
  if (chosen) {
    if (!executable(chosen)) throw new Error(`BROWSER_PATH is not an executable file: ${chosen}`);
    return chosen;
  }
  return CANDIDATES.find(executable) ?? (await playwrightsOwn());
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env }).status === 0;
}

/** Installs a browser with what the machine offers: apt as root, apt by sudo without a prompt, Playwright. */
export function installChromium() {
  const apt = executable("/usr/bin/apt-get");
  const install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
  const root = process.getuid?.() === 0;
  if (apt && root && run("apt-get", ["update", "-qq"]) && run("apt-get", install)) return;
  const sudo = apt && !root && executable("/usr/bin/sudo");
  if (sudo && run("sudo", ["-n", "apt-get", "update", "-qq"]) && run("sudo", ["-n", "apt-get", ...install]))
    return;
  run("npx", ["playwright", "install", "chromium"]);
}

/** Finds a browser, installing one first when there is none. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  console.log("No Chromium found: installing one (a minute or two).");
  installChromium();
  return findChromium();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const path = await (process.argv.includes("--install") ? ensureChromium() : findChromium());
  if (path) {
    console.log(path);
  } else {
    console.error(INSTALL_HINT);
    process.exitCode = 1;
  }
}
