import { expect, test } from "vitest";
import { fileTitle, formatElapsed, formatTicking, formatUsd } from "#renderer/ui/format.ts";

test.each([
  [0, "0 ms", "0 ms"],
  [420, "420 ms", "420 ms"],
  [1_240, "1.2 s", "1.2 秒"],
  [59_400, "59 s", "59 秒"],
  [185_000, "3 min 05 s", "3 分 05 秒"],
  [7_800_000, "2 h 10 min", "2 時間 10 分"],
])("%i ms is %s, %s", (ms, english, japanese) => {
  expect(formatElapsed(ms, "en")).toBe(english);
  expect(formatElapsed(ms, "ja")).toBe(japanese);
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

test.each([
  [-5, "0 s"],
  [44, "0 s"],
  [3_980, "3 s"],
  [125_400, "2 min 05 s"],
])("a time that goes on ticks in whole seconds: %i ms is %s", (ms, text) => {
  expect(formatTicking(ms, "en")).toBe(text);
});
