/**
 * The names that expressions of a run see (docs/semantics.md, Data). Only what an expression reads is looked up, so
 * a scope costs the same in a graph of ten nodes and of ten thousand.
 */
import type { Failure, ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { willBeDegraded } from "#core/degraded.ts";
import { loopContext, nodeView, outputOf } from "#core/view.ts";
import { durationValue } from "#expression/duration-value.ts";
import type { Expression, Scope } from "#ports/expression.ts";
import type { MemoryEntry } from "#ports/store.ts";
import type { LiveRun } from "./live-run.ts";
import type { ValueStore } from "./values.ts";

/** The age of what memory does not hold: older than any bound that a person writes. */
const NEVER_MS = 100 * 365 * 86_400_000;

export type ScopeSources = {
  readonly values: ValueStore;
  readonly now: number;
  memory(name: string): MemoryEntry | undefined;
  /** A node that runs is seen as if it had given this already: for guesses. */
  readonly assumed?: Finishing;
};

/** A node's result that is being judged and is not yet in the state. */
export type Finishing = {
  readonly node: string;
  readonly outcome: string;
  readonly output: Json;
  readonly failure?: Failure;
  /** What it gives was degraded where it came from. */
  readonly marked?: boolean;
};

export function scopeFor(
  run: LiveRun,
  sources: ScopeSources,
  reads: readonly Expression[],
  node: string | undefined,
  finishing: Finishing | undefined = sources.assumed,
): Scope {
  // The output of an item is its own; all else that it reads is its parent's.
  if (run.settings.item === true && run.parent && node !== undefined)
    return { ...scopeFor(run.parent, sources, reads, node, finishing), ...inputsOf(run, sources) };
  const { definition } = run.program;
  const nodes: Record<string, unknown> = {};
  const memory: Record<string, unknown> = {};
  let wantsError = false;
  let wantsLoop = false;
  for (const expression of reads) {
    for (const id of expression.reads.nodes) nodes[id] ??= nodeScope(run, sources, id, finishing);
    for (const name of expression.reads.memory) memory[name] ??= memoryScope(sources, name);
    wantsError ||= expression.reads.names.includes("error");
    wantsLoop ||= expression.reads.names.includes("loop");
  }
  return {
    inputs: inputsOf(run, sources),
    nodes,
    memory,
    loop: wantsLoop ? loopScope(run, sources, node) : null,
    item: null,
    run: {
      id: run.id,
      pipeline: definition.name,
      startedAt: new Date(run.row.startedAt).toISOString(),
      seed: run.settings.seed,
    },
    purpose: definition.purpose ?? "",
    error: wantsError ? errorScope(run, node, finishing) : null,
  };
}

function loopScope(run: LiveRun, sources: ScopeSources, node: string | undefined): unknown {
  const { plan } = run.program;
  const read = (ref: ValueRef | null): Json => ref && sources.values.get(ref);
  const { feedback, draft, change, ...counts } = loopContext(plan, run.state, indexOf(run, node));
  return { feedback: read(feedback), draft: read(draft), change: read(change), ...counts };
}

function indexOf(run: LiveRun, node: string | undefined): number {
  return node === undefined ? -1 : (run.program.plan.indexOf.get(node) ?? -1);
}

/** Of an item: `item` and `index`. */
function inputsOf(run: LiveRun, sources: ScopeSources): JsonObject {
  return run.state.inputs ? (sources.values.get(run.state.inputs) as JsonObject) : {};
}

function nodeScope(
  run: LiveRun,
  sources: ScopeSources,
  id: string,
  finishing: Finishing | undefined,
): unknown {
  const index = run.program.plan.indexOf.get(id);
  if (index === undefined) return { output: null, outcome: null, error: null, degraded: false };
  if (finishing?.node === id) {
    const { output, outcome, failure = null, marked = false } = finishing;
    const degraded =
      marked || willBeDegraded(run.program.plan, run.state, index, failure === null ? null : outcome);
    return { output, outcome, error: failure, degraded };
  }
  const view = nodeView(run.program.plan, run.state, index);
  const output = outputOf(run.state, index);
  return {
    output: output ? sources.values.get(output) : null,
    outcome: view.outcome ?? null,
    error: view.failure ?? null,
    degraded: view.degraded !== undefined,
  };
}

function memoryScope(sources: ScopeSources, name: string): unknown {
  const entry = sources.memory(name);
  if (!entry) return { value: null, at: null, age: durationValue(NEVER_MS), version: 0 };
  return {
    value: entry.value,
    at: new Date(entry.at).toISOString(),
    age: durationValue(Math.max(0, sources.now - entry.at)),
    version: entry.version,
  };
}

/** The failure that led here: of the node being judged, of a source whose error edge was taken, else the newest. */
function errorScope(run: LiveRun, node: string | undefined, finishing: Finishing | undefined): unknown {
  if (finishing?.failure) return { ...finishing.failure, node: finishing.node };
  const { plan } = run.program;
  const index = node === undefined ? undefined : plan.indexOf.get(node);
  const sources =
    index === undefined ? [] : (plan.nodes[index]?.in ?? []).map((edge) => plan.edges[edge]?.from);
  return (
    newestFailure(run, sources) ??
    newestFailure(run, plan.nodes.keys()) ?? { code: "", message: "", class: "", node: "" }
  );
}

function newestFailure(run: LiveRun, candidates: Iterable<number | undefined>): unknown {
  let newest: { failure: Failure; node: string; at: number } | undefined;
  for (const index of candidates) {
    if (index === undefined) continue;
    const view = nodeView(run.program.plan, run.state, index);
    const at = view.endedAt ?? 0;
    if (view.failure && (!newest || at > newest.at)) newest = { failure: view.failure, node: view.id, at };
  }
  return newest && { ...newest.failure, node: newest.node };
}
