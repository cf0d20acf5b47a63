/**
 * Finds the browser that the browser tests drive, and installs one when there is none.
 * Order: $BROWSER_PATH, the system's Chromium or Chrome, Playwright's own download.
 *
 *   node scripts/chromium.ts             print the path; exit 1 with a hint when there is none
 *   node scripts/chromium.ts --install   the same, after an attempt to install it
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

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

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Playwright's own Chromium, when it was downloaded. */
async function playwrightsOwn(): Promise<string | undefined> {
  const { chromium } = await import("@playwright/test");
  const path = chromium.executablePath();
  return path && executable(path) ? path : undefined;
}

/** The path of a browser. A BROWSER_PATH that leads nowhere is an error, not a reason to look elsewhere. */
export async function findChromium(): Promise<string | undefined> {
  const chosen = process.env.BROWSER_PATH;
  if (chosen && !executable(chosen)) throw new Error(`BROWSER_PATH is not an executable file: ${chosen}`);
  return chosen || CANDIDATES.find(executable) || playwrightsOwn();
}

function succeeds(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env }).status === 0;
}

/** Installs a browser with what the machine offers: apt as root, apt by sudo without a prompt, Playwright. */
function installChromium(): void {
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const able = executable("/usr/bin/apt-get") && (prefix.length === 0 || executable("/usr/bin/sudo"));
  const apt = (...args: string[]) => {
    const [command = "", ...rest] = [...prefix, "apt-get", ...args];
    return succeeds(command, rest);
  };
  if (able && apt("update", "-qq") && apt("install", "-y", "-qq", "--no-install-recommends", "chromium"))
    return;
  succeeds("npx", ["playwright", "install", "chromium"]);
}

/** Finds a browser, installing one first when there is none. */
export async function ensureChromium(): Promise<string | undefined> {
  const found = await findChromium();
  if (found) return found;
  console.log("No Chromium found: installing one (a minute or two).");
  installChromium();
  return findChromium();
}

if (import.meta.main) {
  try {
    const path = await (process.argv.includes("--install") ? ensureChromium() : findChromium());
    if (!path) throw new Error(INSTALL_HINT);
    console.log(path);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
