/** Small texts of nodes, labels and search. */
import { expect, test } from "vitest";
import type { NodeView } from "#contract/run.ts";
import { outcomesOf } from "#renderer/canvas/outcomes.ts";
import { indexProblems, placeOf } from "#renderer/canvas/problem-marks.ts";
import { elapsedText, figures, secondsLeft, waitKey } from "#renderer/canvas/run-words.ts";
import { searchScore } from "#renderer/canvas/search-score.ts";
import { summaryLine } from "#renderer/canvas/summary-line.ts";
import { labelWords } from "#renderer/canvas/wire-label.tsx";
import { node } from "#test/renderer/support/pipelines.ts";

const words = {
  rules: (count: number, otherwise: string) => `${count}/${otherwise}`,
  steps: (count: number) => `${count}`,
};
const view: NodeView = {
  id: "a",
  status: "waiting",
  activations: 1,
  attempts: 1,
  attempt: 2,
  maxAttempts: 6,
  startedAt: 1_000,
  cost: { usd: 0.012, tokens: 1_500 },
  waitsFor: { kind: "approval", until: 5_500 },
};

test("the summary says what the settings say, without the brackets", () => {
  expect(
    summaryLine(
      node("file.read", { layer: "perception", with: { path: "data/a.json", parse: "json" } }),
      words,
    ),
  ).toBe("data/a.json · file.read");
  expect(summaryLine(node("template", { with: { text: "Hi ${{ nodes.a.output.name }}\nBye" } }), words)).toBe(
    "Hi a.name Bye",
  );
  expect(summaryLine(node("gate", { with: { rules: [{}], otherwise: "approved" } }), words)).toBe(
    "1/approved",
  );
  expect(summaryLine(node("wait"), words)).toBe("wait");
});

test("a wait is said by what it is for, with what is left of it", () => {
  expect(waitKey(view)).toBe("canvas.waits.approval");
  expect(secondsLeft(view, 3_000)).toBe(3);
  expect(secondsLeft(view, 6_000)).toBeUndefined();
  expect(waitKey({ ...view, status: "running" })).toBeUndefined();
});

test("figures appear only when they say something", () => {
  const tokens = (n: string) => `${n} tok`;
  expect(figures(view, tokens)).toEqual(["$0.0120", "1.5k tok", "2/6"]);
  expect(figures({ ...view, cost: { usd: 0, tokens: 0 }, attempt: 1 }, tokens)).toEqual([]);
  expect(elapsedText({ ...view, endedAt: 1_400 }, 0, "en")).toBe("400 ms");
  expect(elapsedText({ ...view, status: "running" }, 3_500, "en")).toBe("2.5 s");
});

test("labels join outcomes, condition and else", () => {
  const name = (outcome: string) => outcome.toUpperCase();
  expect(
    labelWords({ from: "a", to: "b", kind: "branch", on: ["x", "y"], when: "a >\n 1" }, name, "else"),
  ).toBe("X, Y · a > 1");
  expect(labelWords({ from: "a", to: "b", kind: "branch", else: true }, name, "else")).toBe("else");
  expect(labelWords({ from: "a", to: "b", kind: "flow" }, name, "else")).toBe("");
});

test("outcomes come from the activity, the settings and the edges; ok alone is none", () => {
  const info = (outcomes: readonly string[], outcomesFrom?: "gate") =>
    ({
      name: "x",
      title: "",
      description: "",
      layers: [],
      group: "control",
      icon: "",
      schema: {},
      outcomes,
      outcomesFrom,
      pure: true,
      example: {},
    }) as const;
  expect(outcomesOf(node(), info(["ok"]), [])).toEqual([]);
  expect(outcomesOf(node("check"), info(["pass", "fail"]), [])).toEqual(["pass", "fail"]);
  const gate = node("gate", { with: { rules: [{ when: "true", outcome: "no" }], otherwise: "yes" } });
  expect(outcomesOf(gate, info([], "gate"), [{ from: "a", to: "b", kind: "branch", on: ["maybe"] }])).toEqual(
    ["no", "yes", "maybe"],
  );
});

test("problems mark their node or edge, the worst first", () => {
  const problem = (path: string, severity: "error" | "warning", message: string) =>
    ({ severity, code: "INVALID_VALUE", message, path }) as const;
  const index = indexProblems([
    problem("nodes.plan-b.with.prompt", "warning", "w"),
    problem("nodes.plan-b", "error", "e"),
    problem("edges.3.when", "error", "x"),
    problem("name", "error", "n"),
  ]);
  expect(index.nodes.get("plan-b")).toMatchObject({ worst: "error", first: { message: "e" }, count: 2 });
  expect(index.edges.get(3)?.first.message).toBe("x");
  expect(placeOf("edges.12.on")).toEqual({ edge: 12 });
});

test("the search prefers titles that begin with the word and hides the rest", () => {
  const score = (title: string, search: string) => searchScore("k", search, [title, "waits for nothing"]);
  expect(score("Wait", "wait")).toBeGreaterThan(score("Long wait", "wait"));
  expect(score("Recall", "wait")).toBeLessThan(score("Long wait", "wait"));
  expect(score("Recall", "zzz")).toBe(0);
});
