/**
 * What a run of the open document would come to: asked for anew when the document, its inputs or the model have
 * settled. While there is none (errors, typing, no engine) nothing is shown; an old quote is never shown as a new one.
 */
import { create } from "zustand";
import type { NodeQuote, Quote } from "#contract/quote.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { documentName, useDocument } from "#renderer/state/document-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";

const SETTLED_MS = 600;

type QuoteState = {
  readonly quote: Quote | undefined;
  readonly nodes: ReadonlyMap<string, NodeQuote>;
};

const NONE: QuoteState = { quote: undefined, nodes: new Map() };

const useQuoteState = create<QuoteState>(() => NONE);

/** Once, at start. */
export function followQuote(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  const ask = async (): Promise<void> => {
    asked += 1;
    const mine = asked;
    const { text, file } = useDocument.getState();
    const { provider, lastInputs } = useUi.getState();
    // What is wrong with a document is told elsewhere; a document that cannot run has no quote.
    const quote = await getEngine()
      .quote({ text, file: file?.path, inputs: lastInputs[documentName()], provider })
      .catch(() => undefined);
    if (mine !== asked || !quote) return;
    useQuoteState.setState({ quote, nodes: new Map(quote.nodes.map((node) => [node.id, node])) });
  };
  const renew = (): void => {
    clearTimeout(timer);
    asked += 1;
    if (useQuoteState.getState() !== NONE) useQuoteState.setState(NONE, true);
    if (canBeQuoted()) timer = setTimeout(() => void ask(), SETTLED_MS);
  };
  useDocument.subscribe((now, before) => {
    if (now.text !== before.text || now.readText !== before.readText || now.problems !== before.problems)
      renew();
  });
  useUi.subscribe((now, before) => {
    if (now.provider !== before.provider || now.lastInputs !== before.lastInputs) renew();
  });
}

function canBeQuoted(): boolean {
  const { phase, text, readText, readable, problems, definition } = useDocument.getState();
  const isEmpty = Object.keys(definition.nodes).length === 0;
  const isWrong = problems.some(({ severity }) => severity === "error");
  return phase === "editing" && readable && text === readText && !isEmpty && !isWrong;
}

export function currentQuote(): Quote | undefined {
  return useQuoteState.getState().quote;
}

export function useQuote(): Quote | undefined {
  return useQuoteState((state) => state.quote);
}

export function useNodeQuote(id: string): NodeQuote | undefined {
  return useQuoteState((state) => state.nodes.get(id));
}

/** How often the node can run at most, where that is more than once. */
export function useMostRuns(id: string): number | undefined {
  const most = useQuoteState((state) => state.nodes.get(id)?.activations);
  return most !== undefined && most > 1 ? most : undefined;
}
