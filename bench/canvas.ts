/**
 * `npm run bench:canvas`: our canvas beside a naive React Flow page, in one browser, on one machine, fed by the same
 * stream. Prints each figure, its ratio and its target; medians throughout. Needs a Chromium, no display.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import react from "@vitejs/plugin-react";
import { build, preview } from "vite";

const ROOT = resolve(import.meta.dirname, "pages");
const STORM = { seconds: 4, perSecond: 5_000, nodes: 2_000, times: 5 };
const FIRST = { nodes: 10_000, times: 5, plainTimes: 3 };
const KINDS = ["ours", "naive", "batched"] as const;
const VIEW = { width: 1280, height: 800 };

/** `batched`: the naive page, but one `setNodes` a message in place of one an update. */
type Kind = "ours" | "naive" | "batched";
const PAGES: Readonly<Record<Kind, string>> = {
  ours: "ours.html",
  naive: "naive.html",
  batched: "naive.html?batched",
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const n = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

async function bundle(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    base: "./",
    logLevel: "error",
    plugins: [react()],
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: "chrome130",
      chunkSizeWarningLimit: 8000,
      assetsInlineLimit: 0,
      rolldownOptions: { input: [join(ROOT, "ours.html"), join(ROOT, "naive.html")] },
    },
  });
}

async function withPage<T>(
  browser: Browser,
  url: string,
  kind: Kind,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await browser.newPage({ viewport: VIEW });
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  try {
    await page.goto(`${url}${PAGES[kind]}`);
    await page.waitForFunction(() => window.page !== undefined);
    const result = await use(page);
    if (failures.length > 0) throw new Error(`the ${kind} page failed: ${failures[0]}`);
    return result;
  } finally {
    await page.close();
  }
}

const storm = (browser: Browser, url: string, kind: Kind) =>
  withPage(browser, url, kind, async (page) => {
    const { nodes, seconds, perSecond } = STORM;
    await page.evaluate((count) => window.page.firstRender(count), nodes);
    await page.waitForTimeout(500);
    const idle = await page.evaluate(() => window.idle(2));
    const result = await page.evaluate(
      ([s, p, c]) => window.storm(s ?? 0, p ?? 0, c ?? 0),
      [seconds, perSecond, nodes],
    );
    return { idle, ...result };
  });

async function storms(browser: Browser, url: string): Promise<boolean> {
  const runs: Record<Kind, Awaited<ReturnType<typeof storm>>[]> = { ours: [], naive: [], batched: [] };
  for (let time = 0; time < STORM.times; time++) {
    for (const kind of KINDS) runs[kind].push(await storm(browser, url, kind));
  }
  const of = (kind: Kind, read: (run: Awaited<ReturnType<typeof storm>>) => number) =>
    median(runs[kind].map(read));
  console.log(
    `status storm: ${STORM.perSecond} updates/s on ${STORM.nodes} nodes, ${STORM.seconds} s, medians of ${STORM.times}`,
  );
  for (const kind of KINDS) {
    console.log(
      `  ${kind.padEnd(7)} ${n(of(kind, (run) => run.fps))} fps · frame p95 ${n(of(kind, (run) => run.p95FrameMs))} ms (idle ${n(of(kind, (run) => run.idle.p95FrameMs))} ms) · update lag median ${n(of(kind, (run) => run.lagMedianMs))} ms, p95 ${n(of(kind, (run) => run.lagP95Ms))} ms`,
    );
  }
  const rate = of("ours", (run) => run.fps) / of("naive", (run) => run.fps);
  const still = median(runs.ours.map((run) => run.p95FrameMs / run.idle.p95FrameMs));
  const lag = of("naive", (run) => run.lagP95Ms) / of("ours", (run) => run.lagP95Ms);
  const good = [
    verdict("frame rate, ours / naive", rate, ">=", 5),
    verdict("p95 frame, storm / idle", still, "<=", 1.3),
  ];
  console.log(
    `  frame rate, ours / batched: ${n(rate * (of("naive", (run) => run.fps) / of("batched", (run) => run.fps)))}`,
  );
  console.log(`  update lag p95, naive / ours: ${n(lag)}`);
  return good.every(Boolean);
}

async function firstRenders(browser: Browser, url: string): Promise<boolean> {
  const first = (kind: Kind) =>
    withPage(browser, url, kind, (page) =>
      page.evaluate((count) => window.page.firstRender(count), FIRST.nodes),
    );
  const ours: number[] = [];
  const plain: number[] = [];
  for (let time = 0; time < FIRST.times; time++) {
    ours.push(await first("ours"));
    if (time < FIRST.plainTimes) plain.push(await first("naive"));
  }
  console.log(`first render of ${FIRST.nodes} nodes, medians of ${FIRST.times} (plain: ${FIRST.plainTimes})`);
  console.log(`  ours ${n(median(ours))} ms · plain React Flow ${n(median(plain))} ms`);
  return verdict("first render, ours / plain", median(ours) / median(plain), "<=", 0.15);
}

function verdict(name: string, value: number, sign: ">=" | "<=", target: number): boolean {
  const good = sign === ">=" ? value >= target : value <= target;
  console.log(
    `  ${name}: ${value.toFixed(value < 1 ? 3 : 2)} (target ${sign} ${target}) ${good ? "ok" : "MISSED"}`,
  );
  return good;
}

/** Asked of the script that the browser tests use as well: it prints the path, or says what to install. */
function browserPath(): string {
  const found = spawnSync(process.execPath, [resolve(import.meta.dirname, "..", "scripts", "chromium.ts")], {
    encoding: "utf8",
  });
  if (found.status === 0) return found.stdout.trim();
  console.error(found.stderr.trim());
  process.exit(2);
}

async function main(): Promise<void> {
  const executablePath = browserPath();
  const outDir = mkdtempSync(join(tmpdir(), "layerloom-bench-canvas-"));
  await bundle(outDir);
  const server = await preview({
    configFile: false,
    root: ROOT,
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
  try {
    const url = server.resolvedUrls?.local[0] ?? "";
    const stormsGood = await storms(browser, url);
    const rendersGood = await firstRenders(browser, url);
    if (!stormsGood || !rendersGood) process.exitCode = 1;
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  }
}

await main();
