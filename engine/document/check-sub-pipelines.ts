/**
 * Owns what can be known of sub-pipelines before a run: files that are named literally are followed to their end. A file
 * that starts itself without any condition in between can never end; a chain of files may be too deep.
 */
import {
  DEFAULT_RECURSION_DEPTH,
  type NodeDefinition,
  type PipelineDefinition,
} from "#contract/definition.ts";
import type { ReadResult } from "#contract/engine-api.ts";
import { type ErrorCode, LayerloomError, type Problem } from "#contract/errors.ts";

export type SubPipelines = {
  /** Throws FILE_NOT_FOUND and the like. */
  source(path: string, from: string | null): { readonly text: string; readonly file: string | null };
  read(text: string, file: string | undefined): ReadResult;
};

type Step = { readonly file: string | null; readonly always: boolean };
type Finding = { readonly code: ErrorCode; readonly message: string; readonly hint: string };

/** Findings at the nodes of the first file. */
export function checkSubPipelines(
  definition: PipelineDefinition,
  file: string | undefined,
  places: ReadResult["places"],
  subs: SubPipelines,
): readonly Problem[] {
  const maximum = definition.maxRecursionDepth ?? DEFAULT_RECURSION_DEPTH;
  const root: Step = { file: file ?? null, always: true };
  return Object.entries(definition.nodes).flatMap(([id, node]) => {
    if (!isSub(node)) return [];
    const finding = follow(definition, id, [root], maximum, subs);
    const path = `nodes.${id}.with${node.with?.path === undefined ? "" : ".path"}`;
    return finding
      ? [{ severity: "error" as const, ...finding, path, place: places[path] ?? places[`nodes.${id}`] }]
      : [];
  });
}

function follow(
  definition: PipelineDefinition,
  id: string,
  way: readonly Step[],
  maximum: number,
  subs: SubPipelines,
): Finding | undefined {
  const path = definition.nodes[id]?.with?.path;
  const from = way.at(-1)?.file ?? null;
  if (way.length > maximum) {
    return {
      code: "RECURSION_TOO_DEEP",
      message: `this would be a sub-pipeline at depth ${way.length}; maxRecursionDepth is ${maximum}`,
      hint: "raise maxRecursionDepth (at most 5), or nest less",
    };
  }
  const always = runsAlways(definition, id);
  const inPlace = definition.nodes[id]?.with?.pipeline;
  if (inPlace !== undefined) {
    const text = JSON.stringify({ layerloom: 1, name: id, edges: [], ...(inPlace as object) });
    return inside(text, "pipeline", [...way, { file: from, always }], maximum, subs);
  }
  if (typeof path !== "string" || path.includes("${{")) return undefined;
  let source: ReturnType<SubPipelines["source"]>;
  try {
    source = subs.source(path, from);
  } catch (thrown) {
    if (!(thrown instanceof LayerloomError)) throw thrown;
    return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? "check the path" };
  }
  const before = way.findIndex((step) => step.file === source.file);
  if (before !== -1) {
    if (!always || !way.slice(before + 1).every((step) => step.always)) return undefined;
    return {
      code: "RECURSION_ENDLESS",
      message: `${path} starts itself again and nothing in between can prevent it`,
      hint: "put a branch or a skip condition before the node that starts it",
    };
  }
  return inside(source.text, path, [...way, { file: source.file, always }], maximum, subs);
}

/** `name`: how the file that starts it calls it. */
function inside(
  text: string,
  name: string,
  way: readonly Step[],
  maximum: number,
  subs: SubPipelines,
): Finding | undefined {
  const read = subs.read(text, way.at(-1)?.file ?? undefined);
  const [problem] = read.problems.filter(({ severity }) => severity === "error");
  if (problem || !read.definition) return brokenFile(name, problem);
  for (const [inner, node] of Object.entries(read.definition.nodes)) {
    if (!isSub(node)) continue;
    const finding = follow(read.definition, inner, way, maximum, subs);
    if (finding) return { ...finding, message: `${name}: ${inner}: ${finding.message}` };
  }
  return undefined;
}

function brokenFile(path: string, problem: Problem | undefined): Finding {
  const at = problem?.place ? `:${problem.place.line}:${problem.place.column}` : "";
  return {
    code: "INVALID_PIPELINE",
    message: `${path}${at}: ${problem?.message ?? "it cannot be read as a pipeline"}`,
    hint: problem?.hint ?? "`layerloom validate` lists its problems",
  };
}

function isSub(node: NodeDefinition): boolean {
  return node.uses === "pipeline";
}

/** Nothing in its own file can keep the node from running: only flow edges lead to it, and no condition stands on it. */
function runsAlways({ nodes, edges }: PipelineDefinition, id: string): boolean {
  const open = [id];
  const seen = new Set(open);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const node = nodes[at];
    if (!node || node.skip || node.forEach !== undefined || node.cache || node.pin) return false;
    for (const edge of edges) {
      if (edge.kind === "skip") return false;
      if (edge.to !== at || edge.kind === "loop") continue;
      if (edge.kind !== "flow") return false;
      if (!seen.has(edge.from)) open.push(edge.from);
      seen.add(edge.from);
    }
  }
  return true;
}
