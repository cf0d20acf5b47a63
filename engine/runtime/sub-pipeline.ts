/** `uses: pipeline`: which text a child runs and what it is given. The text is read once and frozen with its run. */
import { DEFAULT_RECURSION_DEPTH } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import { resolveInputs } from "./inputs.ts";
import type { LiveRun } from "./live-run.ts";
import type { Template } from "./program.ts";
import type { PipelineSource, Programs } from "./programs.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";

export type Resolved = PipelineSource & { readonly inputs: JsonObject };

/** The text that all children of the node run; undefined when it depends on the item. Throws when there can be none. */
export function sharedSource(
  run: LiveRun,
  programs: Programs,
  sources: ScopeSources,
  node: string,
): PipelineSource | undefined {
  const maximum = run.settings.maxDepth ?? DEFAULT_RECURSION_DEPTH;
  if (run.depth >= maximum) {
    throw new LayerloomError(
      "RECURSION_TOO_DEEP",
      `a sub-pipeline would stand at depth ${run.depth + 1}; maxRecursionDepth is ${maximum}`,
      {
        field: `${node}.with`,
        hint: "Raise maxRecursionDepth of the first pipeline (at most 5), or nest less.",
      },
    );
  }
  const { pipeline } = settingsOf(run, node);
  if (pipeline !== undefined) return { text: inlineText(node, pipeline), file: run.row.file };
  const path = pathTemplate(run, node);
  if (path.reads.some(({ reads }) => reads.names.includes("item") || reads.names.includes("index")))
    return undefined;
  return readSource(run, programs, sources, node, {});
}

/** Throws INVALID_PIPELINE, MISSING_INPUT and the like. */
export function subPipeline(
  run: LiveRun,
  programs: Programs,
  sources: ScopeSources,
  node: string,
  given: JsonObject,
  shared: PipelineSource | undefined,
): Resolved {
  const { text, file } = shared ?? readSource(run, programs, sources, node, given);
  const { definition } = programs.checked(text, file ?? undefined);
  const template = run.program.template(`nodes.${node}.with.inputs`, settingsOf(run, node).inputs ?? {});
  const inputs = template.evaluate({ ...scopeFor(run, sources, template.reads, node), ...given });
  if (!isObject(inputs)) {
    throw new LayerloomError("INVALID_VALUE", "inputs must be an object: names and values", {
      field: `${node}.with.inputs`,
    });
  }
  return { text, file, inputs: resolveInputs(definition, inputs) };
}

function readSource(
  run: LiveRun,
  programs: Programs,
  sources: ScopeSources,
  node: string,
  given: JsonObject,
): PipelineSource {
  const template = pathTemplate(run, node);
  const path = template.evaluate({ ...scopeFor(run, sources, template.reads, node), ...given });
  if (typeof path !== "string" || path === "") {
    throw new LayerloomError("INVALID_VALUE", "path must be the path of a pipeline file", {
      field: `${node}.with.path`,
    });
  }
  const { folders, pipelineFolders = [] } = run.settings;
  return programs.source(path, run.row.file, [...folders, ...pipelineFolders]);
}

function pathTemplate(run: LiveRun, node: string): Template {
  return run.program.template(`nodes.${node}.with.path`, settingsOf(run, node).path ?? "");
}

function settingsOf(run: LiveRun, node: string): JsonObject {
  return run.program.definition.nodes[node]?.with ?? {};
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A group that is written in place has the same form as a file; what every file says alike may be left out. */
export function inlineText(node: string, pipeline: Json): string {
  return JSON.stringify({ layerloom: 1, name: node, edges: [], ...(isObject(pipeline) ? pipeline : {}) });
}
