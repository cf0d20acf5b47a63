/**
 * `npm test`: every check and every suite, in order, each shown as it runs. A failed step does not hide the
 * ones after it. Ends with a summary of the steps and one plain line, `N passed, N failed`: tests over all
 * suites, plus one failure for each step that failed in another way (a check, the build, a suite that died).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureChromium, INSTALL_HINT } from "./chromium.mjs";

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command
 * @property {Record<string, string>} [env]
 * @property {() => Promise<string | undefined>} [before] prepares the step; answers why it cannot run
 * @property {() => Count} [count] reads the report of a suite; throws when there is none
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const reports = mkdtempSync(join(tmpdir(), "layerloom-test-"));
const vitestReport = join(reports, "vitest.json");
const playwrightReport = join(reports, "playwright.json");

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** @returns {Count} */
function countVitest() {
  const report = readJson(vitestReport);
  // A test file that could not be loaded has no tests in it, and counts as one failure.
  const broken = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Count} */
function countPlaywright() {
  const { stats, errors } = readJson(playwrightReport);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
    skipped: stats.skipped,
  };
}

/** @type {Step[]} */
const steps = [
  { name: "format and lint", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-b"] },
  { name: "dead code", command: ["knip"] },
  {
    name: "unit, integration, crash",
    command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${vitestReport}`],
    count: countVitest,
  },
  { name: "build", command: ["vite", "build", "--app", "--logLevel", "warn"] },
  {
    name: "browser",
    command: ["playwright", "test", "--reporter=list,json"],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    before: async () => ((await ensureChromium()) ? undefined : INSTALL_HINT),
    count: countPlaywright,
  },
];

/**
 * @param {Step} step
 * @returns {Promise<number>} the exit code
 */
function execute(step) {
  const [name = "", ...args] = step.command;
  const child = spawn(name, args, {
    cwd: root,
    env: { ...process.env, ...step.env },
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`cannot start ${name}: ${error.message} (start the tests with: npm test)`);
      resolve(127);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * @param {Step} step
 * @returns {Promise<Count & { ok: boolean, seconds: number }>}
 */
async function perform(step) {
  const started = performance.now();
  console.log(`\n── ${step.name}: ${step.command.slice(0, 2).join(" ")}`);
  const obstacle = await step.before?.();
  if (obstacle) console.error(obstacle);
  const code = obstacle ? 1 : await execute(step);
  /** @type {Count} */
  let count = { passed: 0, failed: 0, skipped: 0 };
  let ok = code === 0;
  try {
    if (step.count) count = step.count();
  } catch {
    console.error(`${step.name}: ended without a report`);
    ok = false;
  }
  if (!ok && count.failed === 0) count = { ...count, failed: 1 };
  return { ...count, ok: ok && count.failed === 0, seconds: (performance.now() - started) / 1000 };
}

/** @type {string[]} */
const summary = [];
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
