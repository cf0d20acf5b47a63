/** What was to be seen in a run: so that a test can say that it did not only see the easy cases. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { allEdges, innerLoops } from "./graph.ts";
import type { ReferenceRun } from "./interpreter.ts";
import type { Story } from "./lock-step.ts";

export function sightsOf(
  definition: PipelineDefinition,
  story: Story,
  reference: ReferenceRun,
): ReadonlySet<string> {
  const sights = new Set([`run ${reference.ended}`]);
  for (const { chosen, happening } of story) {
    sights.add(`${chosen.phase}: ${happening.what}`);
    if (happening.what === "failed") sights.add(`${happening.what} ${happening.class}`);
    if (chosen.why.startsWith("edge")) sights.add("judged for a skip edge");
    if (chosen.why === "pin") sights.add("judged for a pin");
    if (chosen.why === "run") sights.add("judged to be taken over");
    if (chosen.why === "run" && happening.what === "judged" && happening.skippedAs === null)
      sights.add("declined to be taken over");
  }
  for (const [id, { outcome, unhandled, phase, activations, degraded }] of reference.nodes) {
    sights.add(`node ${reference.statusOf(id)}`);
    if (degraded && phase === "succeeded") sights.add("node degraded by what came before");
    if (outcome === "exhausted") sights.add("left by exhausted");
    if (phase === "failed") sights.add(unhandled ? "failure nobody took" : "failure taken");
    const { join = "all" } = definition.nodes[id]!;
    if (activations > 0) sights.add(`join ${typeof join === "string" ? join : "atLeast"}`);
  }
  for (const { from, to, kind, taken, state } of reference.edges) {
    if (kind === "loop" || kind === "error" || !definition.nodes[from]!.next?.includes(to)) continue;
    if (taken > 0) sights.add("way chosen");
    else if (state === "dead") sights.add("way not chosen");
  }
  const edges = allEdges(definition);
  const loops = reference.edges.filter(({ kind, taken }) => kind === "loop" && taken > 0);
  for (const { kind, taken, else: other, state } of reference.edges) {
    if (taken > 0) sights.add(other ? "else taken" : `${kind} taken`);
    if (state === "blocked") sights.add("edge blocked");
  }
  for (const loop of loops) {
    if (loop.from === loop.to) sights.add("loop on itself");
    if (loop.taken > loop.max!) sights.add("counter started anew");
    const inner = innerLoops(edges, loop).map(({ index }) => index);
    for (const other of loops) {
      if (other.index === loop.index) continue;
      if (inner.includes(other.index)) sights.add("loop in a loop");
      if (other.to === loop.to) sights.add("loops to one target");
      if (other.from === loop.from) sights.add("loops from one source");
      const apart = !innerLoops(edges, other).some(({ index }) => index === loop.index);
      if (apart && !inner.includes(other.index) && other.to !== loop.to) sights.add("loops side by side");
    }
  }
  return sights;
}
