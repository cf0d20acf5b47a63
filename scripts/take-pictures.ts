/**
 * `npm run pictures`: takes the pictures of the README from the real app, light and dark, and writes them to
 * docs/images, or to the folder given. Needs a build (the npm script makes one). Nothing else outlives it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, chromium, type Page } from "@playwright/test";
import { ensureChromium, INSTALL_HINT } from "./chromium.ts";

const ROOT = join(import.meta.dirname, "..");
const IMAGES = process.argv[2] ?? join(ROOT, "docs", "images");
const SIZE = { width: 1440, height: 900 };
const SCHEMES = ["light", "dark"] as const;
const STEP_TIMEOUT_MS = 30_000;

type Served = { readonly process: ChildProcess; readonly address: string };

async function serve(workspace: string): Promise<Served> {
  const cli = join(ROOT, "dist", "cli", "main.js");
  const args = [cli, "serve", "--db", join(workspace, "pictures.db"), "--workspace", workspace];
  const child = spawn(process.execPath, args, { cwd: workspace, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /http:\S+/.exec(line)?.[0];
    if (address !== undefined) return { process: child, address };
  }
  throw new Error("the app did not say where it is; is it built?");
}

const node = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);

/** The sample in the middle of its run: the loop has been taken once and the second answer is being written. */
async function takeRun(page: Page, name: (moment: string) => string): Promise<void> {
  await page.getByText("Standard five layers").first().click();
  await node(page, "reason").click();
  // Without the palette the whole graph fits at a size that can be read.
  await page.getByRole("button", { name: "Show or hide the left panel" }).click();
  await page.getByRole("button", { name: "Fit all", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.locator(".react-flow__edgelabel-renderer").getByText("1/3").waitFor();
  await node(page, "reason").getByText("Call").waitFor();
  await page.screenshot({ path: name("run") });
  await page.getByRole("heading", { name: "Approve the outreach plan" }).waitFor();
  // The last transition has to be over.
  await page.waitForTimeout(600);
  await page.screenshot({ path: name("approval") });
}

async function takeAll(browser: Browser): Promise<void> {
  for (const colorScheme of SCHEMES) {
    // A server each: the pictures must not show one another's runs.
    const workspace = mkdtempSync(join(tmpdir(), "layerloom-pictures-"));
    cpSync(join(ROOT, "examples"), workspace, { recursive: true });
    const served = await serve(workspace);
    try {
      const context = await browser.newContext({ viewport: SIZE, colorScheme, locale: "en-US" });
      context.setDefaultTimeout(STEP_TIMEOUT_MS);
      const page = await context.newPage();
      await page.goto(served.address);
      await takeRun(page, (moment) => join(IMAGES, `${moment}-${colorScheme}.png`));
      await context.close();
    } finally {
      served.process.kill();
      rmSync(workspace, { recursive: true, force: true });
    }
  }
}

const executablePath = await ensureChromium();
if (!executablePath) throw new Error(INSTALL_HINT);
mkdirSync(IMAGES, { recursive: true });
const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
try {
  await takeAll(browser);
} finally {
  await browser.close();
}
console.log(`Pictures are in ${IMAGES}`);
