/** Which model answers, and what its tokens cost. The facts, with their date, are in models.json. */
import type { Provider } from "#contract/engine-api.ts";
import type { Usage } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import table from "./models.json" with { type: "json" };

export const COMPLEXITIES = ["simple", "medium", "complex"] as const;
export type Complexity = (typeof COMPLEXITIES)[number];

/** What a node says, or the middle one. */
function complexityOf(value: unknown): Complexity {
  return COMPLEXITIES.find((known) => known === value) ?? "medium";
}

/** The service that settings ask: failures in a row give it a rest. `provider`: the run's, where they name none. */
export function serviceOf({ provider: own, model, complexity }: JsonObject, provider: Provider): string {
  const name = typeof model === "string" ? model : undefined;
  return `${own ?? provider}/${modelFor(name, complexityOf(complexity))}`;
}

/** Tokens as the provider counts them. */
export type TokenCount = {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
};

const aliases = new Map(Object.entries(table.aliases));
const prices = new Map(Object.entries(table.models));

/** The id of the model that was named, by id or by alias, or else of the one that fits the complexity. */
export function modelFor(name: string | undefined, complexity: Complexity): string {
  const wanted = name ?? table.complexity[complexity];
  return aliases.get(wanted) ?? wanted;
}

/** Aliases first. */
export function modelNames(): readonly string[] {
  return [...aliases.keys(), ...prices.keys()];
}

/** Without `usd` for a model whose price is not known. */
export function usageOfTokens(model: string, count: TokenCount): Usage {
  const tokens = count.input + count.output + count.cacheWrite + count.cacheRead;
  const price = prices.get(model);
  if (!price) return { tokens };
  const input =
    count.input + count.cacheWrite * table.cacheWriteFactor + count.cacheRead * table.cacheReadFactor;
  return { tokens, usd: (input * price.input + count.output * price.output) / 1_000_000 };
}
