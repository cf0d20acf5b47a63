/** What the views draw: widths of CJK and emoji, the table in any size of terminal, the cursor given back. */
import { EventEmitter } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RunPicture } from "#cli/run-picture.ts";
import { liveView } from "#cli/view/live-view.ts";
import { plainView } from "#cli/view/plain-view.ts";
import { quoteLines } from "#cli/view/quote-table.ts";
import { tableLines } from "#cli/view/table.ts";
import { cut, padded, textWidth } from "#cli/view/width.ts";
import { elapsed, money } from "#cli/view/words.ts";
import type { Figure, Quote } from "#contract/quote.ts";
import type { NodeView, RunUpdate } from "#contract/run.ts";

const node = (id: string, more: Partial<NodeView> = {}): NodeView => ({
  id,
  status: "running",
  activations: 1,
  attempts: 1,
  attempt: 1,
  maxAttempts: 6,
  startedAt: 0,
  cost: { usd: 0, tokens: 0 },
  ...more,
});
const update = (nodes: readonly NodeView[]): RunUpdate => ({
  runId: "r",
  seq: 1,
  summary: {
    id: "r",
    pipeline: "営業パイプライン",
    status: "running",
    simulated: true,
    startedAt: 0,
    cost: { usd: 0.5, tokens: 1 },
    openTasks: 0,
  },
  nodes,
  edges: [],
  tasks: [],
  streams: [],
});
const pictureOf = (nodes: readonly NodeView[]): RunPicture => {
  const picture = new RunPicture();
  picture.apply(update(nodes));
  return picture;
};

describe("width", () => {
  test.each([
    ["abc", 3],
    ["日本語", 6],
    ["한글", 4],
    ["ﾊﾝｶｸ", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["\u001b[31mred\u001b[0m", 3],
    ["", 0],
  ])("%j takes %i cells", (text, cells) => expect(textWidth(text)).toBe(cells));

  test("cutting and padding never split a wide character", () => {
    expect(cut("日本語テキスト", 7)).toBe("日本語…");
    expect(textWidth(cut("日本語テキスト", 6))).toBeLessThanOrEqual(6);
    expect(textWidth(padded("日本", 6))).toBe(6);
    expect(padded("abcdef", 4)).toBe("abc…");
  });
});

test("figures", () => {
  expect([elapsed(12), elapsed(1_250), elapsed(65_000), elapsed(3_725_000)]).toEqual([
    "12ms",
    "1.3s",
    "1m 05s",
    "1h 02m",
  ]);
  expect([
    money({ usd: 0, tokens: 0 }),
    money({ usd: 0.00123, tokens: 0 }),
    money({ usd: 12.3, tokens: 0 }),
  ]).toEqual(["", "$0.0012", "$12.30"]);
});

describe("the live table", () => {
  test("names what a node waits for, its attempt and its round", () => {
    const nodes = [
      node("reason", {
        status: "retrying",
        attempt: 2,
        activations: 3,
        waitsFor: { kind: "retry", until: 3_000 },
      }),
      node("gate", { status: "waiting", waitsFor: { kind: "approval" } }),
    ];
    const text = tableLines(pictureOf(nodes), 1_000, { columns: 100, rows: 30 }, false).join("\n");
    expect(text).toContain("営業パイプライン running · 1.0s · $0.50 · simulated model");
    expect(text).toMatch(/↻ retrying +reason +#3 +1\.0s +2\/6 +tries again in 2\.0s/);
    expect(text).toMatch(/◷ waiting +gate +.*waits for a person/);
    expect(text).not.toContain("\u001b");
  });

  test.each([20, 40, 80, 200])("no line is wider than %i columns", (columns) => {
    const nodes = [node("a-very-long-identifier-of-a-node", { summary: "長い要約".repeat(60) })];
    const lines = tableLines(pictureOf(nodes), 1_000, { columns, rows: 20 }, true);
    for (const line of lines) expect(textWidth(line)).toBeLessThan(Math.max(columns, 21));
  });

  test("in a low terminal what matters is shown, and how much is not", () => {
    const nodes = Array.from({ length: 50 }, (_, index) =>
      node(`n${index}`, { status: index === 40 ? "failed" : "succeeded" }),
    );
    const lines = tableLines(pictureOf(nodes), 0, { columns: 80, rows: 12 }, false);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines.join("\n")).toContain("n40");
    expect(lines.at(-1)).toMatch(/… and \d+ more/);
  });
});

test("the plain view says by which outcome a node left", () => {
  let said = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    const view = plainView(undefined);
    view.onPicture(
      pictureOf([node("review", { status: "succeeded", activations: 4, outcome: "exhausted" })]),
    );
    view.onPicture(pictureOf([node("ask", { status: "succeeded", outcome: "ok" })]));
    view.onPicture(pictureOf([node("again", { status: "running", activations: 2, outcome: "exhausted" })]));
  } finally {
    spy.mockRestore();
  }
  expect(said).toBe("✓ review #4 succeeded → exhausted\n✓ ask succeeded\n● again #2 running\n");
});

describe("the live view", () => {
  afterEach(() => vi.useRealTimers());

  test("shows a last word even when it is closed at once", () => {
    const terminal = Object.assign(new EventEmitter(), { columns: 80, rows: 24, hasColors: () => false });
    let drawn = "";
    const view = liveView(terminal, undefined, (text) => {
      drawn += text;
    });
    view.note("go on later");
    view.close();
    expect(drawn).toContain("go on later\n");
  });

  test("redraws in place, counts rows anew after a resize, gives the cursor back once", () => {
    vi.useFakeTimers();
    const terminal = Object.assign(new EventEmitter(), { columns: 80, rows: 24, hasColors: () => false });
    let drawn = "";
    const view = liveView(terminal, undefined, (text) => {
      drawn += text;
    });
    view.onPicture(pictureOf([node("a"), node("b")]));
    vi.advanceTimersByTime(100);
    drawn = "";
    vi.advanceTimersByTime(100);
    expect(drawn.startsWith("\u001b[3A\r\u001b[J")).toBe(true);
    terminal.columns = 20;
    drawn = "";
    terminal.emit("resize");
    expect(Number(drawn.slice(2).split("A")[0])).toBeGreaterThan(3);
    view.close();
    view.close();
    expect(drawn.split("\u001b[?25h")).toHaveLength(2);
    drawn = "";
    vi.advanceTimersByTime(1_000);
    terminal.emit("resize");
    expect(drawn).toBe("");
  });
});

describe("a quote", () => {
  const known = (value: number): Figure => ({ value, basis: "script" });
  const unknown: Figure = { value: null, basis: "unknown" };

  test("is a table whose columns stand under each other, whatever the names", () => {
    const quote: Quote = {
      pipeline: "見積もり",
      nodes: [
        {
          id: "計画を立てる",
          activations: 12,
          attempts: 72,
          expected: { usd: known(0.00002), ms: known(1_500) },
          worst: { usd: { ...known(1_234.5), atLeast: true }, ms: known(90_000) },
        },
        {
          id: "ask",
          activations: 1,
          attempts: 2 ** 53,
          items: null,
          expected: null,
          worst: { usd: known(0), ms: unknown },
        },
      ],
      expected: { usd: 0.00002, ms: 1_500, unknownUsd: [], unknownMs: [] },
      worst: {
        usd: 1_234.5,
        ms: 90_000,
        unknownUsd: ["計画を立てる"],
        unknownMs: ["a", "b", "c", "d", "e", "f", "g"],
      },
      path: ["計画を立てる", "ask"],
    };
    expect(quoteLines(quote)).toEqual([
      "node          runs                            tries   expected  time    at worst     time  based on",
      "計画を立てる  ≤ 12                             ≤ 72  < $0.0001  1.5s  ≥ $1234.50   1m 30s  script",
      "ask            ≤ 1  ≤ 9 quadrillion or more an item          –     –       $0.00  unknown  script, unknown",
      "",
      "Expected  < $0.0001 · 1.5s",
      "At worst  at least $1234.50 (not all known of 計画を立てる) · at least 1m 30s (not all known of a, b, c, d, e and 2 more)",
      "One pass is as long as  計画を立てる → ask",
    ]);
  });
});
