/** The quote of the open document: asked for once things have settled, and never that of another text. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { QuoteRequest } from "#contract/engine-api.ts";
import type { Quote } from "#contract/quote.ts";
import { installEngine } from "#renderer/bridge/engine.ts";
import { startI18n } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { addNode } from "#renderer/state/edits.ts";
import { currentQuote, followQuote } from "#renderer/state/quote-store.ts";
import { rememberInputs } from "#renderer/state/ui-store.ts";
import { engineDouble, textOf } from "#test/renderer/support/engine-double.ts";
import { chain, node } from "#test/renderer/support/pipelines.ts";

const asked: QuoteRequest[] = [];
const none = { usd: 0, ms: 0, unknownUsd: [], unknownMs: [] };
const quoteOf = ({ text }: QuoteRequest): Quote => ({
  pipeline: text,
  nodes: [],
  expected: none,
  worst: none,
  path: [],
});

startI18n("en");
followQuote();

beforeEach(async () => {
  installEngine(
    engineDouble({
      quote: async (request) => {
        asked.push(request);
        return quoteOf(request);
      },
    }),
  );
  vi.useFakeTimers();
  await documentActions().newDocument(textOf(chain));
  await vi.advanceTimersByTimeAsync(2_000);
  asked.length = 0;
});
afterEach(() => vi.useRealTimers());

const add = (id: string): void => documentActions().apply(`add ${id}`, (d) => addNode(d, id, node()));

test("is asked for once after several edits, and gone meanwhile", async () => {
  expect(currentQuote()?.pipeline).toBe(textOf(chain));
  add("d");
  add("e");
  await vi.advanceTimersByTimeAsync(100);
  expect(currentQuote()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toHaveLength(1);
  expect(currentQuote()?.pipeline).toBe(useDocument.getState().text);
});

test("is asked for anew with other inputs", async () => {
  rememberInputs(useDocument.getState().key, { n: 1 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toMatchObject([{ inputs: { n: 1 } }]);
});

test("is not asked for while something is wrong", async () => {
  documentActions().setText("no JSON");
  await vi.advanceTimersByTimeAsync(5_000);
  expect([asked, currentQuote()]).toEqual([[], undefined]);
});
