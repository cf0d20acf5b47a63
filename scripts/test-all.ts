/**
 * `npm test`: every check and every suite, in order, each shown as it runs. A failed step does not hide the
 * ones after it. Ends with a summary of the steps and one plain line, `N passed, N failed`: tests over all
 * suites, plus one failure for each step that failed in another way (a check, the build, a suite that died).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureChromium, INSTALL_HINT } from "./chromium.ts";
import {
  type Count,
  countPlaywright,
  countVitest,
  type PlaywrightReport,
  type VitestReport,
} from "./counts.ts";

interface Step {
  readonly name: string;
  readonly command: readonly [tool: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Prepares the step; answers why it cannot run. */
  readonly before?: () => Promise<string | undefined>;
  /** Reads the report of a suite; throws when there is none. */
  readonly count?: () => Count;
}

interface Result extends Count {
  readonly ok: boolean;
  readonly seconds: number;
}

const root = dirname(import.meta.dirname);
const reports = mkdtempSync(join(tmpdir(), "layerloom-test-"));
const coreReport = join(reports, "core.json");
const vitestReport = join(reports, "vitest.json");
const playwrightReport = join(reports, "playwright.json");

const readJson = <T>(file: string) => JSON.parse(readFileSync(file, "utf8")) as T;
const vitest = (report: string, ...args: string[]) =>
  ["vitest", "run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`] as const;
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function browserIsMissing(): Promise<string | undefined> {
  try {
    return (await ensureChromium()) ? undefined : INSTALL_HINT;
  } catch (error) {
    return messageOf(error);
  }
}

const steps: readonly Step[] = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-b"] },
  { name: "dead code", command: ["knip"] },
  {
    // Its own tests cover the whole core; less is a failure.
    name: "core, coverage",
    command: vitest(coreReport, "--coverage", "test/core/"),
    count: () => countVitest(readJson<VitestReport>(coreReport)),
  },
  {
    name: "unit, integration, crash",
    command: vitest(vitestReport, "--exclude=test/core/**"),
    count: () => countVitest(readJson<VitestReport>(vitestReport)),
  },
  { name: "build", command: ["vite", "build", "--app", "--logLevel", "warn"] },
  {
    name: "browser",
    command: ["playwright", "test", "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    before: browserIsMissing,
    count: () => countPlaywright(readJson<PlaywrightReport>(playwrightReport)),
  },
];

/** Answers the exit code. */
function execute({ command: [tool, ...args], env }: Step): Promise<number> {
  const child = spawn(tool, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`cannot start ${tool}: ${error.message} (start the tests with: npm test)`);
      resolve(127);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function countOf(step: Step): Count {
  const nothing = { passed: 0, failed: 0, skipped: 0 };
  try {
    return step.count?.() ?? nothing;
  } catch {
    console.error(`${step.name}: ended without a report`);
    return { ...nothing, failed: 1 };
  }
}

async function perform(step: Step): Promise<Result> {
  const started = performance.now();
  console.log(`\n── ${step.name}: ${step.command.slice(0, 2).join(" ")}`);
  const obstacle = await step.before?.();
  if (obstacle) console.error(obstacle);
  const code = obstacle ? 1 : await execute(step);
  const count = obstacle ? { passed: 0, failed: 1, skipped: 0 } : countOf(step);
  const failed = code === 0 ? count.failed : Math.max(1, count.failed);
  return { ...count, failed, ok: failed === 0, seconds: (performance.now() - started) / 1000 };
}

const summary: string[] = [];
let passed = 0;
let failed = 0;
for (const step of steps) {
  const result = await perform(step);
  passed += result.passed;
  failed += result.failed;
  const tests = step.count
    ? ` · ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`
    : "";
  summary.push(`${result.ok ? "✓" : "✗"} ${step.name}${tests} (${result.seconds.toFixed(1)} s)`);
}
rmSync(reports, { recursive: true, force: true });

console.log(`\n${summary.join("\n")}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
