import { expect, test } from "vitest";
import type { NodeView } from "#contract/run.ts";
import { marksOf } from "#renderer/ui/node-marks.tsx";

const view = (more: Partial<NodeView>): NodeView => ({
  id: "a",
  status: "succeeded",
  activations: 1,
  attempts: 1,
  attempt: 1,
  maxAttempts: 1,
  cost: { usd: 0, tokens: 0 },
  ...more,
});
const texts = (more: Partial<NodeView>): readonly string[] => marksOf(view(more)).map(({ text }) => text);

test("what is as usual has no mark", () => expect(texts({})).toEqual([]));

test("each thing that is not is said once, the service first", () => {
  expect(
    texts({
      degraded: "own",
      fallback: { link: 1, to: "haiku" },
      breaker: { service: "s", state: "open", failures: 5, until: 9 },
    }),
  ).toEqual(["inspector.breaker.open", "mark.fallback"]);
  expect(texts({ degraded: "own" })).toEqual(["mark.degraded.own"]);
  expect(texts({ degraded: "inherited", fallback: { link: 2, to: "template" } })).toEqual([
    "mark.fallback",
    "mark.degraded.inherited",
  ]);
});

test("guesses tell how they went, and what wrong ones cost", () => {
  const guesses = { running: false, confirmed: 2, refuted: 1, usd: 0.05 };
  expect(texts({ speculation: { ...guesses, off: true } })).toEqual(["mark.guess.off"]);
  expect(marksOf(view({ speculation: guesses }))).toMatchObject([
    { text: "mark.guess.done", words: { right: 2, wrong: 1, usd: "$0.0500" } },
  ]);
  expect(texts({ speculation: { ...guesses, running: true } })).toEqual(["mark.guess.running"]);
});
