/** The browser tests fail, with a hint, where no browser is found; they are never skipped. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const SCRIPT = join(import.meta.dirname, "..", "..", "scripts", "chromium.ts");
const find = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, [SCRIPT], { env: { ...process.env, ...env }, encoding: "utf8" });

test("BROWSER_PATH comes first", () => {
  const { status, stdout } = find({ BROWSER_PATH: process.execPath });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${process.execPath}\n` });
});

test("a BROWSER_PATH that leads nowhere is an error, not a reason to look elsewhere", () => {
  const { status, stdout, stderr } = find({ BROWSER_PATH: join("nowhere", "chromium") });
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("BROWSER_PATH is not an executable file");
  expect(stderr).not.toContain("    at ");
});
