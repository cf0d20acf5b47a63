/**
 * Unit, integration, simulation, golden, crash and architecture tests. The browser tests under test/e2e are
 * Playwright's. Child processes rather than threads: better-sqlite3 is a native add-on, crash tests start and
 * kill real processes, and a test that dies takes nobody with it.
 */
import { defineConfig } from "vitest/config";

if (Number(process.versions.napi) < 10) {
  throw new Error(
    `Node ${process.versions.node} is too old for the tests: start them with "npm test" or "npm run test:unit", which bring Node 24`,
  );
}

export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "test/e2e/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    coverage: {
      provider: "v8",
      include: ["engine/core/**/*.ts"],
      reportsDirectory: "coverage",
      reporter: ["text", "json-summary"],
      thresholds: { lines: 100, functions: 100, branches: 100, statements: 100 },
    },
  },
});
