/**
 * The fallback chain of a node, read-only: link 0 is the node as it is written, link n the n-th entry of `fallback:`.
 * Moving on along it is `transitions/give-up.ts`.
 */
import type { FallbackDefinition } from "#contract/definition.ts";
import type { ExecutionPlan } from "./plan.ts";
import type { RunState } from "./state.ts";
import { QUEUED, RETRYING } from "./status.ts";

export const HUMAN_LINK = "human";

/** Undefined while the node's own settings are in use. */
export function linkInUse(
  plan: ExecutionPlan,
  state: RunState,
  node: number,
): FallbackDefinition | undefined {
  return state.link[node] === 0 ? undefined : plan.nodes[node]!.fallback[state.link[node]! - 1];
}

export function nextLink(plan: ExecutionPlan, state: RunState, node: number): FallbackDefinition | undefined {
  return plan.nodes[node]!.fallback[state.link[node]!];
}

/** A model's name, `template` or `human`. */
export function linkName(link: FallbackDefinition): string {
  return typeof link === "string" ? link : "template";
}

/** Tries that the link in use may have. A template would give the same again; a person is asked, not tried. */
export function triesAllowed(plan: ExecutionPlan, state: RunState, node: number): number {
  const link = linkInUse(plan, state, node);
  if (link === HUMAN_LINK) return 0;
  return typeof link === "object" ? 1 : plan.nodes[node]!.retry.retries + 1;
}

/** Attempts of this activation with the link in use. */
export function triesOfLink(state: RunState, node: number): number {
  return state.attempt[node]! - state.triesBefore[node]!;
}

/** The number, with the link in use, of the try that runs or comes next. */
export function tryOfLink(state: RunState, node: number): number {
  const comes = state.status[node] === QUEUED || state.status[node] === RETRYING;
  return triesOfLink(state, node) + (comes ? 1 : 0);
}
