/** What the reference knows of a node and of an edge, and nothing that could be found by looking at the others. */
import type { Phase } from "./happening.ts";

export type NodeState = {
  phase: Phase;
  outcome: string | null;
  activations: number;
  /** Tries over the whole run, and of this activation. */
  attempts: number;
  attempt: number;
  /** Links of the chain that were given up, and tries with the one in use. */
  given: number;
  tries: number;
  /** Made, or made from something made, by a link or a default. */
  degraded: boolean;
  /** Done by child runs, some of which failed. */
  partial: boolean;
  /** Some child run gave something degraded. */
  ofDegraded: boolean;
  /** Failed, and no edge took it. */
  unhandled: boolean;
  /** The skip edge that wants this node skipped. */
  mark: number | null;
};

export type EdgeState = {
  /** `blocked` is dead because of a failure that nobody took. */
  state: "pending" | "taken" | "dead" | "blocked";
  /** Over the whole run. */
  taken: number;
  /** Loops: rounds since the counter last started anew. */
  count: number;
};

export function freshNode(): NodeState {
  return {
    phase: "idle",
    outcome: null,
    activations: 0,
    attempts: 0,
    attempt: 0,
    given: 0,
    tries: 0,
    degraded: false,
    partial: false,
    ofDegraded: false,
    unhandled: false,
    mark: null,
  };
}
