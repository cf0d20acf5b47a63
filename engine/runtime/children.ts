/**
 * The child runs of nodes with `forEach` or `uses: pipeline`: begun, told of, called off, recovered. It decides which
 * events say so; feeding and committing them is the host's.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { ChildEnd, EventBody, ParentOfRun } from "#contract/events.ts";
import { expectsChild, risenChild, type StartedChild, startedChildren } from "#core/children.ts";
import type { Effect } from "#core/effect.ts";
import { isSameStanding, standingForParent } from "#core/escalation.ts";
import { runEnd } from "#core/view.ts";
import { failureOf } from "#ports/failure.ts";
import type { Store } from "#ports/store.ts";
import { collected, endOf, endWithout } from "./child-results.ts";
import { childRun, type NewChild } from "./child-run.ts";
import { earlierChild, goOnFrom, takenOver } from "./earlier-children.ts";
import { listOf } from "./items.ts";
import { completionOf } from "./judge.ts";
import type { LiveRun } from "./live-run.ts";
import type { Programs } from "./programs.ts";
import { readRun } from "./recover.ts";
import type { ScopeSources } from "./scope.ts";
import { sharedSource } from "./sub-pipeline.ts";

type OfAttempt = { readonly node: string; readonly activation: number; readonly attempt: number };
type StartChild = Extract<Effect, { readonly type: "StartChild" }>;

export type ChildrenOptions = {
  readonly store: Store;
  readonly programs: Programs;
  sources(): ScopeSources;
  feed(run: LiveRun, event: EventBody): void;
  /** A new run; its row and first events belong to the commit under way. */
  admit(run: LiveRun, first: EventBody): void;
  /** A run that an earlier process left goes on. */
  recover(run: LiveRun): void;
  /** AttemptFailed for this reason. */
  failed(run: LiveRun, attempt: OfAttempt, thrown: unknown): EventBody;
};

export class Children {
  readonly #options: ChildrenOptions;

  constructor(options: ChildrenOptions) {
    this.#options = options;
  }

  /** What a dispatched attempt comes to: ChildrenStarted, or AttemptFailed when there can be none. */
  begin(run: LiveRun, { node, activation, attempt }: OfAttempt): EventBody {
    const of = { node, activation, attempt };
    try {
      const sources = this.#options.sources();
      const definition = run.program.definition.nodes[node];
      const items = listOf(run, sources, node);
      const source =
        definition?.uses === "pipeline"
          ? sharedSource(run, this.#options.programs, sources, node)
          : undefined;
      return {
        event: "ChildrenStarted",
        ...of,
        count: items?.length ?? 1,
        ...(items ? { items: sources.values.put(items) } : {}),
        ...(source ? { source: sources.values.put(source) } : {}),
      };
    } catch (thrown) {
      return this.#options.failed(run, of, thrown);
    }
  }

  /** A child that cannot be started ends at once, as failed. */
  start(run: LiveRun, { node, activation, item }: StartChild): void {
    const { feed, admit, programs } = this.#options;
    const sources = this.#options.sources();
    const earlier = earlierChild(run, this.#options.store, sources, { node, activation, item });
    const taken = earlier && takenOver({ node, activation, item }, earlier);
    if (taken) {
      feed(run, taken);
      return;
    }
    const started = { node, activation, item, childRunId: `${run.id}-${run.seq + 1}` };
    let child: NewChild;
    try {
      child = childRun(run, programs, sources, started);
    } catch (thrown) {
      feed(run, { event: "ChildEnded", node, activation, item, ...endWithout(failureOf(thrown)) });
      return;
    }
    const { row, settings } = child.run;
    const base = earlier && settings.item !== true ? this.#read(earlier.childRunId) : undefined;
    const reuseFrom = base && goOnFrom(child, base, sources);
    feed(run, { event: "ChildStarted", ...started });
    run.children.add(child.run);
    admit(child.run, {
      event: "RunStarted",
      runId: row.id,
      pipeline: row.pipeline,
      seed: settings.seed,
      inputs: child.inputs,
      ...(row.parent ? { parent: row.parent } : {}),
      ...(reuseFrom ? { reuseFrom } : {}),
    });
    if (run.state.paused) feed(child.run, { event: "RunPaused" });
  }

  /** A run ended: its parent, where it has one that still counts on it, is told in the same commit. */
  ended(child: LiveRun): void {
    const of = child.row.parent;
    if (!child.parent || !of) return;
    child.parent.children.delete(child);
    this.#tell(child.parent, startedChild(child.id, of), endOf(child));
  }

  /** AttemptSucceeded or AttemptFailed, by what the children left. */
  collect(run: LiveRun, { node, activation, attempt }: OfAttempt): EventBody {
    const of = { node, activation, attempt };
    try {
      const sources = this.#options.sources();
      const definition = run.program.definition.nodes[node];
      const children = run.state.children[run.program.plan.indexOf.get(node) ?? -1];
      if (!definition || !children) throw new LayerloomError("INTERNAL", `${node} has no children`);
      const isList = definition.forEach !== undefined;
      const output = collected(children, sources.values, isList, definition.onItemError === "collect");
      return { event: "AttemptSucceeded", ...of, ...completionOf(run, sources, node, "ok", output) };
    } catch (thrown) {
      return this.#options.failed(run, of, thrown);
    }
  }

  cancel(run: LiveRun, node: string): void {
    for (const child of [...run.children]) if (child.row.parent?.node === node) this.#callOff(child);
  }

  /** A pause reaches down, and so does its end. */
  pause(run: LiveRun, event: "RunPaused" | "RunResumed"): void {
    for (const child of [...run.children]) {
      const { state } = child;
      if (state.ending === null && state.paused === (event === "RunResumed"))
        this.#options.feed(child, { event });
    }
  }

  /** Before a recovered run itself goes on: its children are there, and ends that it did not take in are told. */
  recover(run: LiveRun): void {
    const { plan } = run.program;
    for (const started of startedChildren(plan, run.state)) {
      const child = this.#read(started.childRunId);
      if (!child) {
        this.#tell(run, started, endWithout(failureOf(missing(started.childRunId))));
        continue;
      }
      child.parent = run;
      const { reuseRunId } = child.state;
      child.base = reuseRunId === null ? undefined : this.#read(reuseRunId);
      if (runEnd(child.state)) {
        this.#tell(run, started, endOf(child));
        continue;
      }
      run.children.add(child);
      this.#options.recover(child);
      if (!expectsChild(plan, run.state, started)) this.#callOff(child);
    }
  }

  /** A child moved: where it stands is made known to the node that waits for it, in the same commit. */
  moved(child: LiveRun): void {
    const { parent } = child;
    const of = child.row.parent;
    if (!parent || !of || parent.state.ending !== null || child.state.ending !== null) return;
    const place = startedChild(child.id, of);
    const known = risenChild(parent.program.plan, parent.state, place);
    if (!known && child.state.level3.size === 0 && child.state.level4.size === 0) return;
    if (!expectsChild(parent.program.plan, parent.state, place)) return;
    const { childRunId: runId, ...event } = place;
    const standing = standingForParent(child.program.plan, child.state, { runId, item: of.item });
    if (!isSameStanding(known, standing))
      this.#options.feed(parent, { event: "ChildEscalated", ...event, ...standing });
  }

  /** As its journal left it; undefined when it is gone. */
  #read(runId: string): LiveRun | undefined {
    const { store, programs } = this.#options;
    const row = store.run(runId);
    return row && readRun(row, programs.of(row.text, row.file ?? undefined), store);
  }

  #callOff(child: LiveRun): void {
    if (child.state.ending !== null) return;
    this.#options.feed(child, { event: "CancelRequested", reason: "the parent run has no use for it" });
  }

  #tell(parent: LiveRun, { childRunId: _, ...of }: StartedChild, end: ChildEnd): void {
    const children = parent.state.children[parent.program.plan.indexOf.get(of.node) ?? -1];
    const counted = children?.activation === of.activation && children.ends[of.item] === null;
    if (counted && parent.state.ended === null)
      this.#options.feed(parent, { event: "ChildEnded", ...of, ...end });
  }
}

function startedChild(childRunId: string, { node, activation, item }: ParentOfRun): StartedChild {
  return { node, activation, item: item ?? 0, childRunId };
}

function missing(id: string): LayerloomError {
  return new LayerloomError("DATABASE_DAMAGED", `the child run ${id} is missing from the database`);
}
