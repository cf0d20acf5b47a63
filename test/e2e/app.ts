/**
 * The real app for a browser test: the built command line serves the built window from a folder of its own, with a
 * database of its own; killed at the end, or in the middle when a test wants that.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { test as base, type Page } from "@playwright/test";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLI = join(ROOT, "dist", "cli", "main.js");

export class App {
  readonly workspace: string;
  readonly database: string;
  url = "";
  #process: ChildProcess | undefined;

  /** `databaseFolder`: elsewhere than in the workspace. */
  constructor(databaseFolder?: string) {
    this.workspace = mkdtempSync(join(tmpdir(), "layerloom-e2e-"));
    this.database = join(databaseFolder ?? this.workspace, "engine.db");
    cpSync(join(ROOT, "examples"), this.workspace, { recursive: true });
  }

  /** Serves on a free port, or again on the one it had. */
  async start(): Promise<void> {
    const port = this.url === "" ? [] : ["--port", new URL(this.url).port];
    const child = spawn(process.execPath, [CLI, "serve", "--db", this.database, ...port], {
      cwd: this.workspace,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\S+/.exec(line)?.[0];
      if (url === undefined) continue;
      this.url = url;
      return;
    }
    throw new Error("the app did not say where it is");
  }

  /** As a crash would; or, by SIGTERM, as whoever ends it. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("close", resolve));
    child.kill(signal);
    await gone;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.workspace, { recursive: true, force: true });
  }
}

/** `app` is served, and `page` shows its start page; a page error or a console error fails the test. */
export const test = base.extend<{ app: App; opened: Page }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a fixture needs from this pattern.
  app: async ({}, use) => {
    const app = new App();
    await app.start();
    await use(app);
    await app.end();
  },
  opened: async ({ app, page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(app.url);
    await use(page);
    if (errors.length > 0) throw new Error(`errors in the page: ${errors.join("; ")}`);
  },
});
