/**
 * The child runs that a node had in the run that this one grew from: what of them stands in for a child that would start
 * now, and which of them a new child goes on with. Reads the journal of that run once for each node.
 */
import type { ChildEnd, EventOf, JournalEvent } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import { mayTakeOver, type StartedChild } from "#core/children.ts";
import type { Store } from "#ports/store.ts";
import type { NewChild } from "./child-run.ts";
import type { LiveRun } from "./live-run.ts";
import { retryPart } from "./retry.ts";
import type { ScopeSources } from "./scope.ts";
import { sameJson } from "./stale.ts";

/** Events read at once. */
const PAGE = 10_000;

export type EarlierChild = { readonly childRunId: string; readonly end: ChildEnd };
type ReuseFrom = NonNullable<EventOf<"RunStarted">["reuseFrom"]>;
type Place = Pick<StartedChild, "node" | "activation" | "item">;
type Earlier = {
  /** The list of `forEach`; undefined without one. */
  readonly items: readonly Json[] | undefined;
  /** By item: those that were started and ended. */
  readonly children: ReadonlyMap<number, EarlierChild>;
};

/** A list may be long: it is read once for all of its items. */
const known = new WeakMap<LiveRun, Map<string, Earlier>>();

/** Undefined where there was none, or one of another item. */
export function earlierChild(
  run: LiveRun,
  store: Store,
  sources: ScopeSources,
  { node, activation, item }: Place,
): EarlierChild | undefined {
  const { base, program, state } = run;
  if (!base || !mayTakeOver(program.plan, state, node, activation)) return undefined;
  const ofRun = known.get(run) ?? new Map<string, Earlier>();
  known.set(run, ofRun);
  const earlier = ofRun.get(node) ?? readEarlier(base, store, sources, node);
  ofRun.set(node, earlier);
  const list = state.children[program.plan.indexOf.get(node) ?? -1]?.items;
  const now = list ? (sources.values.get(list) as readonly Json[]) : undefined;
  const isSame = sameJson(now?.[item] ?? null, earlier.items?.[item] ?? null);
  return isSame ? earlier.children.get(item) : undefined;
}

/** In place of a start. */
export function takenOver(
  place: Place,
  { childRunId, end }: EarlierChild,
): EventOf<"ChildTakenOver"> | undefined {
  const { status, output, degraded } = end;
  if (status !== "completed" && status !== "partial") return undefined;
  return { event: "ChildTakenOver", ...place, childRunId, status, output, ...(degraded ? { degraded } : {}) };
}

/**
 * What the run of a sub-pipeline takes over from the one that had not succeeded: undefined where that ran another text,
 * or was given something else. Sets the run that it grows from.
 */
export function goOnFrom(child: NewChild, base: LiveRun, sources: ScopeSources): ReuseFrom | undefined {
  const { run, inputs } = child;
  if (base.row.text !== run.row.text || !base.state.inputs) return undefined;
  if (!sameJson(sources.values.get(base.state.inputs), sources.values.get(inputs))) return undefined;
  const { reuse: nodes, continued } = retryPart(base, undefined, undefined);
  if (nodes.length === 0 && continued.length === 0) return undefined;
  run.base = base;
  return { runId: base.id, nodes, continued };
}

/** Of the newest round that the node had. */
function readEarlier(base: LiveRun, store: Store, sources: ScopeSources, node: string): Earlier {
  const activation = base.state.activations[base.program.plan.indexOf.get(node) ?? -1];
  const started = new Map<number, string>();
  const children = new Map<number, EarlierChild>();
  let items: readonly Json[] | undefined;
  for (const event of journalOf(base.id, store)) {
    if (!("node" in event) || event.node !== node || !("activation" in event)) continue;
    if (event.activation !== activation) continue;
    if (event.event === "ChildrenStarted")
      items = event.items && (sources.values.get(event.items) as readonly Json[]);
    else if (event.event === "ChildStarted") started.set(event.item, event.childRunId);
    else if (event.event === "ChildTakenOver")
      children.set(event.item, { childRunId: event.childRunId, end: event });
    else if (event.event === "ChildEnded") {
      const childRunId = started.get(event.item);
      if (childRunId !== undefined) children.set(event.item, { childRunId, end: event });
    }
  }
  return { items, children };
}

function* journalOf(runId: string, store: Store): Generator<JournalEvent> {
  for (let after = 0; ; ) {
    const page = store.events(runId, after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.seq;
  }
}
