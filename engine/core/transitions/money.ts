/** Money set aside for attempts that run, US dollars: taken from what is left of a budget before one starts, settled when it ends. */
import type { RunState } from "#core/state.ts";

export function reserve(state: RunState, node: number, usd: number): void {
  state.nodeReservedUsd[node] = usd;
  state.reservedUsd += usd;
}

/** The attempt is over, and what it cost is known. */
export function release(state: RunState, node: number): void {
  const usd = state.nodeReservedUsd[node]!;
  if (usd === 0) return;
  state.nodeReservedUsd[node] = 0;
  // What rounding leaves over is no money: `reservedUsd` must come back to 0 exactly.
  const left = state.reservedUsd - usd;
  state.reservedUsd = left < 1e-12 ? 0 : left;
}

/** The attempt is over, and nobody will ever say what it cost beyond `known`: all that was set aside for it counts. */
export function writeOff(state: RunState, node: number, known = 0): void {
  state.unsettledUsd += Math.max(0, state.nodeReservedUsd[node]! - known);
  release(state, node);
}
