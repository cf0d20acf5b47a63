import { expect, test } from "vitest";
import { fileTitle, formatElapsed, formatUsd } from "#renderer/ui/format.ts";

test.each([
  [0, "0 ms"],
  [420, "420 ms"],
  [1_240, "1.2 s"],
  [59_400, "59 s"],
  [185_000, "3 min 05 s"],
  [7_800_000, "2 h 10 min"],
])("%i ms is %s", (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test("money is never a false zero", () => {
  expect(formatUsd(0)).toBe("$0.00");
  expect(formatUsd(0.000_01)).toBe("<$0.0001");
  expect(formatUsd(0.063)).toBe("$0.0630");
  expect(formatUsd(12.5)).toBe("$12.50");
});

test("a file is named without folder and ending", () => {
  expect(fileTitle("a/b/quality-loop.layerloom.yaml")).toBe("quality-loop");
  expect(fileTitle("C:\\x\\plan.layerloom.yml")).toBe("plan");
});
