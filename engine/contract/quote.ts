/** What a run is going to cost and take, told before it starts. Cost is what runs count: models, and what scripts claim. */

/**
 * What a number rests on. `settings`: the file says it (a wait, a time limit). `local`: work in this process, which
 * takes no time worth telling and costs nothing.
 */
export type Basis = "history" | "script" | "price list" | "settings" | "local" | "unknown";

/** US dollars or milliseconds. `value` is null where nothing is known; `atLeast`: a part of it is not known. */
export type Figure = {
  readonly value: number | null;
  readonly basis: Basis;
  readonly atLeast?: true | undefined;
};

export type Amount = { readonly usd: Figure; readonly ms: Figure };

export type NodeQuote = {
  readonly id: string;
  /** Proven: no run exceeds them. 2^53 stands for itself and everything above. Per item where `items` is given. */
  readonly activations: number;
  readonly attempts: number;
  /** `forEach`: how many items, null where that shows only in the run (the figures are then of one item). */
  readonly items?: number | null | undefined;
  /** One activation; null for a node that only a failure or a spent loop leads to. */
  readonly expected: Amount | null;
  /** The nodes of the pipeline that it starts, where it is known which and they are few enough to list: over all starts, or for one item where `items` is null. */
  readonly inside?: readonly NodeQuote[] | undefined;
  /** Every loop and every try used up, every guess wrong. Time spent on waiting for a slot, a breaker or a disk is not in it. */
  readonly worst: Amount;
};

/** `unknown`: the nodes whose part is missing in a sum; while there are any, the sum says "at least". */
export type Total = {
  readonly usd: number;
  /** Of the longest way through the graph; the figures of nodes add up to more where nodes run side by side. */
  readonly ms: number;
  readonly unknownUsd: readonly string[];
  readonly unknownMs: readonly string[];
};

export type Quote = {
  readonly pipeline: string;
  readonly nodes: readonly NodeQuote[];
  readonly expected: Total;
  /** Its cost is that of the budget where more could be spent without one. */
  readonly worst: Total;
  /** US dollars that a run may cost, by the file. */
  readonly budget?: number | undefined;
  /** The nodes that decide how long one pass takes, in order. */
  readonly path: readonly string[];
};
