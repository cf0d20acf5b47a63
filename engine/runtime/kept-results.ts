/** What a finished node leaves to others beside its run: `remember:` and `reuse: last`, in the commit of its completion. */
import type { EventBody, ValueRef } from "#contract/events.ts";
import type { Committer } from "./committer.ts";
import type { LiveRun } from "./live-run.ts";
import type { ValueStore } from "./values.ts";

type Result = { readonly node: string; readonly outcome: string; readonly output: ValueRef };

/**
 * What a node gives of itself, asked before the event is applied: a reused output is not new, a fallback's is not the
 * node's own.
 */
export function resultOf({ state, program }: LiveRun, event: EventBody): Result | undefined {
  if (!("node" in event)) return undefined;
  const index = program.plan.indexOf.get(event.node) ?? -1;
  if (state.link[index] !== 0 || state.cards[index]?.reason === "unsafe") return undefined;
  if (event.event === "AttemptSucceeded" || event.event === "HumanTaskDecided") return event;
  if (event.event === "TimerFired" && event.completion) return { node: event.node, ...event.completion };
  return undefined;
}

export function keepResult(
  run: LiveRun,
  { node, outcome, output }: Result,
  {
    committer,
    values,
    at,
  }: { readonly committer: Committer; readonly values: ValueStore; readonly at: number },
): void {
  const { definition, reusable } = run.program;
  const name = definition.nodes[node]?.remember;
  if (name !== undefined)
    committer.remember({ name, op: "put", value: values.get(output), at, runId: run.id });
  if (reusable.has(node)) committer.lastOutput({ pipeline: definition.name, node, outcome, output, at });
}
