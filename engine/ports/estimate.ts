/** What an activity can say of its attempts before a run: their cost and time, and what that rests on. */
import type { Provider } from "#contract/engine-api.ts";
import type { FailureClass } from "#contract/events.ts";
import type { Basis, Figure } from "#contract/quote.ts";

export type EstimateContext = {
  /** Used by `llm` nodes that name no provider. */
  readonly provider: Provider;
  /** Epoch ms. */
  readonly now: number;
};

/** One entry of a script: it is known what will happen. `ms` null: not how long it takes. */
export type PlayedAttempt = {
  readonly usd: number;
  readonly ms: number | null;
  readonly fails?: FailureClass | undefined;
  readonly retryAfterMs?: number | undefined;
};

export type Spread = { readonly expected: Figure; readonly worst: Figure };

/**
 * `script`: the n-th attempt of the run is like the n-th entry, the last repeats. Otherwise every attempt is alike;
 * `once`: what can go wrong with it is not mended by trying again.
 */
export type Estimate =
  | { readonly script: readonly PlayedAttempt[] }
  | { readonly usd: Spread; readonly ms: Spread; readonly once?: true };

export const UNKNOWN: Figure = { value: null, basis: "unknown" };

export function figure(value: number, basis: Basis, atLeast = false): Figure {
  return atLeast ? { value, basis, atLeast } : { value, basis };
}

/** The same figure whether expected or at worst. */
export function both(value: Figure): Spread {
  return { expected: value, worst: value };
}

export const NO_COST: Spread = both(figure(0, "local"));

/** Work within this process, done at once. */
export const LOCAL: Estimate = { usd: NO_COST, ms: NO_COST, once: true };
