/** Answers the core's question whether a ready node is skipped, and with which output. */
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Effect } from "#core/effect.ts";
import { nodeView, outputOf } from "#core/view.ts";
import type { Store } from "#ports/store.ts";
import { completionOf } from "./judge.ts";
import type { LiveRun } from "./live-run.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";

type JudgeSkip = Extract<Effect, { readonly type: "JudgeSkip" }>;
type Reusable = { readonly outcome: string; readonly output: Json; readonly degraded?: boolean };

/**
 * NodeSkipped or SkipDeclined. Where an expression of the skip fails nothing is skipped: the node runs, and what is
 * wrong with its out-edges shows when it finishes.
 */
export function judgeSkip(run: LiveRun, sources: ScopeSources, store: Store, effect: JudgeSkip): EventBody {
  const { node, activation } = effect;
  try {
    return judged(run, sources, store, effect);
  } catch (thrown) {
    if (!(thrown instanceof LayerloomError)) throw thrown;
    return { event: "SkipDeclined", node, activation, reason: "condition" };
  }
}

function judged(
  run: LiveRun,
  sources: ScopeSources,
  store: Store,
  { node, activation, cause }: JudgeSkip,
): EventBody {
  if (cause.by === "run" || cause.by === "pin") {
    const taken = cause.by === "pin" ? pinnedResult(run, sources, node) : takenOver(run, sources, node);
    if (!taken) return { event: "SkipDeclined", node, activation, reason: "nothing-stored" };
    const { outcome, output, degraded = false } = taken;
    const completion = completionOf(run, sources, node, outcome, output, degraded);
    const mark = degraded ? { degraded: true as const } : {};
    return { event: "NodeSkipped", node, activation, reuse: cause.by, ...mark, ...completion };
  }
  const own = run.program.definition.nodes[node]?.skip;
  if (cause.by === "node" && !(own && holds(run, sources, node, own.when))) {
    return { event: "SkipDeclined", node, activation, reason: "condition" };
  }
  const reuse =
    (cause.by === "edge" ? run.program.plan.edges[cause.edge]?.definition.reuse : own?.reuse) ?? "last";
  const found = reusable(run, sources, store, node, reuse);
  if (!found) return { event: "SkipDeclined", node, activation, reason: "nothing-stored" };
  return {
    event: "NodeSkipped",
    node,
    activation,
    reuse: reuse === "last" || reuse === "none" ? reuse : "value",
    ...completionOf(run, sources, node, found.outcome, found.output),
  };
}

function holds(run: LiveRun, sources: ScopeSources, node: string, when: string): boolean {
  const condition = run.program.condition(when);
  return condition.evaluate(scopeFor(run, sources, [condition], node)) === true;
}

function reusable(
  run: LiveRun,
  sources: ScopeSources,
  store: Store,
  node: string,
  reuse: string,
): Reusable | undefined {
  if (reuse === "none") return { outcome: "ok", output: null };
  if (reuse === "last") return lastOutput(run, sources, store, node);
  const template = run.program.template(`nodes.${node}.reuse.${reuse}`, reuse);
  return { outcome: "ok", output: template.evaluate(scopeFor(run, sources, template.reads, node)) };
}

/** This run's own newest result first: after a loop it is newer than any stored one. */
function lastOutput(run: LiveRun, sources: ScopeSources, store: Store, node: string): Reusable | undefined {
  const own = resultIn(run, node);
  if (own) return { outcome: own.outcome, output: sources.values.get(own.output) };
  const stored = store.lastOutput(run.program.definition.name, node);
  return stored && { outcome: stored.outcome, output: sources.values.get(stored.output) };
}

/** An output that a person edited for this run stands before the pinned one. */
function pinnedResult(run: LiveRun, sources: ScopeSources, node: string): Reusable | undefined {
  const pin = run.program.definition.nodes[node]?.pin;
  const edited = run.state.edited?.[node];
  if (pin === undefined) return undefined;
  return { outcome: pin.outcome ?? "ok", output: edited ? sources.values.get(edited) : pin.output };
}

/**
 * Of the run that this one grew from, with its mark. A failed node whose output a person gave goes on as if it had
 * succeeded; what a person gave is not degraded.
 */
function takenOver(run: LiveRun, sources: ScopeSources, node: string): Reusable | undefined {
  const result = run.base && resultIn(run.base, node);
  const edited = run.state.edited?.[node];
  const output = edited ?? result?.output;
  if (!output) return undefined;
  const outcome = result?.outcome ?? "ok";
  return {
    outcome: outcome === "error" ? "ok" : outcome,
    output: sources.values.get(output),
    degraded: !edited && result?.degraded === true,
  };
}

function resultIn(run: LiveRun, node: string) {
  const index = run.program.plan.indexOf.get(node);
  if (index === undefined) return undefined;
  const output = outputOf(run.state, index);
  if (!output) return undefined;
  const { outcome = "ok", degraded } = nodeView(run.program.plan, run.state, index);
  return { outcome, output, degraded: degraded !== undefined };
}
