import { expect, test } from "vitest";
import { emptyHistory, type History, record, redo, undo } from "#renderer/state/history.ts";

test("undo and redo walk the same steps in both directions", () => {
  let history: History<string> = emptyHistory;
  history = record(history, { label: "one", before: "a", at: 0 });
  history = record(history, { label: "two", before: "b", at: 10 });
  const first = undo(history, "c");
  expect(first).toMatchObject({ state: "b", label: "two" });
  const second = undo(first!.history, "b");
  expect(second).toMatchObject({ state: "a", label: "one" });
  expect(undo(second!.history, "a")).toBeUndefined();
  const again = redo(second!.history, "a");
  expect(again).toMatchObject({ state: "b" });
  expect(redo(again!.history, "b")).toMatchObject({ state: "c" });
});

test("a new step forgets what was undone", () => {
  const undone = undo(record<string>(emptyHistory, { label: "one", before: "a", at: 0 }), "b");
  expect(record(undone!.history, { label: "other", before: "a", at: 5 }).future).toEqual([]);
});

test("typing in one go is one step; after a pause it is another", () => {
  const typed = (history: History<string>, before: string, at: number): History<string> =>
    record(history, { label: "typing", group: "typing", before, at });
  let history = typed(emptyHistory, "", 0);
  history = typed(history, "h", 300);
  history = typed(history, "he", 1_000);
  expect(history.past).toHaveLength(1);
  expect(history.past[0]?.before).toBe("");
  expect(typed(history, "hello", 3_000).past).toHaveLength(2);
});
