/** Makes the run of one child: its text, settings, inputs and place in the tree. Starts nothing. */
import type { ParentOfRun, ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { StartedChild } from "#core/children.ts";
import { itemText } from "./item-program.ts";
import { LiveRun, type RunSettings } from "./live-run.ts";
import type { PipelineSource, Programs } from "./programs.ts";
import { seededRandom } from "./random.ts";
import type { ScopeSources } from "./scope.ts";
import { type Resolved, subPipeline } from "./sub-pipeline.ts";

export type NewChild = { readonly run: LiveRun; readonly inputs: ValueRef };

/** Throws what reading and checking a sub-pipeline and its inputs throws. */
export function childRun(
  parent: LiveRun,
  programs: Programs,
  sources: ScopeSources,
  started: StartedChild,
): NewChild {
  const { node, activation, item: index } = started;
  const definition = parent.program.definition.nodes[node];
  const state = parent.state.children[parent.program.plan.indexOf.get(node) ?? -1];
  const items = state?.items ? (sources.values.get(state.items) as readonly Json[]) : undefined;
  const given: JsonObject = { item: items?.[index] ?? null, index };
  const isItem = definition?.uses !== "pipeline";
  const resolved: Resolved = isItem
    ? { text: itemText(parent.program, node), file: parent.row.file, inputs: given }
    : subPipeline(parent, programs, sources, node, given, sourceIn(state?.source, sources));
  const { text, file, inputs } = resolved;
  const program = programs.of(text, file ?? undefined);
  const { origin: _, ...inherited } = parent.settings;
  const settings: RunSettings = {
    ...inherited,
    // Chance differs from item to item.
    seed: Math.floor(seededRandom(parent.settings.seed, "child", node, activation, index) * 2 ** 31),
    item: isItem,
  };
  const of: ParentOfRun = {
    runId: parent.id,
    node,
    activation,
    item: definition?.forEach === undefined ? null : index,
    depth: isItem ? parent.depth : parent.depth + 1,
  };
  const run = new LiveRun(
    {
      id: started.childRunId,
      pipeline: program.definition.name,
      status: "running",
      simulated: parent.row.simulated,
      file,
      text,
      settings,
      startedAt: sources.now,
      endedAt: null,
      cost: { usd: 0, tokens: 0 },
      openTasks: 0,
      highestLevel: 0,
      parent: of,
    },
    settings,
    program,
  );
  run.parent = parent;
  return { run, inputs: sources.values.put(inputs) };
}

function sourceIn(ref: ValueRef | null | undefined, sources: ScopeSources): PipelineSource | undefined {
  return ref ? (sources.values.get(ref) as PipelineSource) : undefined;
}
