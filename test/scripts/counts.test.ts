/** The last line of `npm test` counts what failed, whatever way it failed. */
import { expect, test } from "vitest";
import { countPlaywright, countVitest } from "#scripts/counts.ts";

const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) });

test("Vitest: tests, and files that could not be loaded", () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 2,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [file("passed", 7), file("failed", 2), file("failed", 0)],
  };
  expect(countVitest(report)).toEqual({ passed: 7, failed: 3, skipped: 2 });
});

test("Playwright: tests, flaky ones as failures, and errors outside any test", () => {
  const stats = { expected: 5, unexpected: 1, flaky: 1, skipped: 2 };
  expect(countPlaywright({ stats, errors: [] })).toEqual({ passed: 5, failed: 2, skipped: 2 });
  const none = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
  expect(countPlaywright({ stats: none, errors: [{}] })).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
