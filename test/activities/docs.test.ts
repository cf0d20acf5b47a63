import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

describe("docs/activities.md", () => {
  it("is what the schemas say", () => {
    const check = () =>
      execFileSync(process.execPath, ["scripts/write-activity-docs.ts", "--check"], { stdio: "pipe" });
    expect(check).not.toThrow();
  });
});
