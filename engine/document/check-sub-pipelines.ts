/**
 * Owns what can be known of sub-pipelines before a run: those that are named literally or written in place are followed
 * to their end. A file that starts itself without any condition in between can never end; a chain of files may be too
 * deep; an input may be missing. Says of a file's contents no more than the run itself would.
 */
import {
  DEFAULT_RECURSION_DEPTH,
  type NodeDefinition,
  type PipelineDefinition,
} from "#contract/definition.ts";
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError, type Problem } from "#contract/errors.ts";
import type { JsonObject } from "#contract/json.ts";
import { checkGiven, type Finding } from "./check-given.ts";

export type SubPipelines = {
  /** Throws FILE_NOT_FOUND and the like. */
  source(path: string, from: string | null): { readonly text: string; readonly file: string | null };
  /** May leave the thread to others before it answers. */
  read(text: string, file: string | undefined): ReadResult | Promise<ReadResult>;
};

/** What is followed from one file at most: different texts, their characters together, and steps from node to text. */
const TEXTS = 200;
const CHARACTERS = 4 * 1024 * 1024;
const STEPS = 5_000;

type Step = { readonly file: string | null; readonly always: boolean };
type Source = ReturnType<SubPipelines["source"]>;

export function hasSubPipelines({ nodes }: PipelineDefinition): boolean {
  return Object.values(nodes).some(isFollowed);
}

/** Findings at the nodes of the first file, by path: warnings where the node says what is to become of its failure. */
export async function checkSubPipelines(
  definition: PipelineDefinition,
  file: string | undefined,
  subs: SubPipelines,
): Promise<readonly Problem[]> {
  const follower = new Follower(definition.maxRecursionDepth ?? DEFAULT_RECURSION_DEPTH, subs);
  const root: Step = { file: file ?? null, always: true };
  const problems: Problem[] = [];
  for (const [id, node] of Object.entries(definition.nodes)) {
    if (!isFollowed(node)) continue;
    const finding = await follower.follow(definition, id, [root]);
    if (!finding) continue;
    const { at, ...said } = finding;
    const severity = isTaken(definition, id) ? "warning" : "error";
    problems.push({ severity, ...said, path: `nodes.${id}.${at}` });
  }
  return problems;
}

/** `places`: of the text that the findings are about. A field that is not written down stands where its node's settings do. */
export function withPlaces(problems: readonly Problem[], places: ReadResult["places"]): readonly Problem[] {
  return problems.map((problem) => {
    const keys = problem.path.split(".");
    const ways = keys.map((_, cut) => keys.slice(0, keys.length - cut).join("."));
    return { ...problem, place: ways.map((way) => places[way]).find((place) => place !== undefined) };
  });
}

class Follower {
  readonly #maximum: number;
  readonly #subs: SubPipelines;
  /** By text: a file that is named often is read once. */
  readonly #read = new Map<string, ReadResult>();
  #characters = 0;
  #steps = 0;

  constructor(maximum: number, subs: SubPipelines) {
    this.#maximum = maximum;
    this.#subs = subs;
  }

  /** `way`: the files from the first one to that of `definition`. */
  async follow(
    definition: PipelineDefinition,
    id: string,
    way: readonly Step[],
  ): Promise<Finding | undefined> {
    const { path, pipeline, inputs } = definition.nodes[id]?.with ?? {};
    const at = `with.${pipeline === undefined ? "path" : "pipeline"}`;
    if (way.length > this.#maximum) return { ...tooDeep(way.length, this.#maximum), at };
    this.#steps += 1;
    if (this.#steps > STEPS) return { ...tooMany(`${STEPS} starts`), at };
    const from = way.at(-1)?.file ?? null;
    const always = runsAlways(definition, id);
    let source: Source;
    if (pipeline !== undefined) {
      source = { text: textInPlace(id, pipeline), file: from };
    } else {
      if (typeof path !== "string" || path.includes("${{")) return undefined;
      try {
        source = this.#subs.source(path, from);
      } catch (thrown) {
        if (!(thrown instanceof LayerloomError)) throw thrown;
        return { code: thrown.code, message: thrown.message, hint: thrown.hint ?? "check the path", at };
      }
      const before = way.findIndex((step) => step.file === source.file);
      const endless = before !== -1 && always && way.slice(before + 1).every((step) => step.always);
      if (before !== -1) return endless ? { ...endlessBy(path), at } : undefined;
    }
    const name = typeof path === "string" ? path : "pipeline";
    const read = await this.#readOnce(source);
    if (!read) return { ...tooMany(`${TEXTS} files or ${CHARACTERS / 1024 / 1024} million characters`), at };
    const errors = read.problems.filter(({ severity }) => severity === "error");
    if (errors[0] || !read.definition) return { ...broken(name, errors), at };
    const given = checkGiven(read.definition, inputs);
    if (given) return { ...given, message: `${name}: ${given.message}` };
    const inner = await this.#inside(read.definition, name, [...way, { file: source.file, always }]);
    return inner && { ...inner, at };
  }

  async #inside(
    definition: PipelineDefinition,
    name: string,
    way: readonly Step[],
  ): Promise<Finding | undefined> {
    for (const [id, node] of Object.entries(definition.nodes)) {
      if (!isFollowed(node) || isTaken(definition, id)) continue;
      const finding = await this.follow(definition, id, way);
      if (finding) return { ...finding, message: `${name}: ${id}: ${finding.message}` };
    }
    return undefined;
  }

  /** Undefined when there are too many to read. */
  async #readOnce({ text, file }: Source): Promise<ReadResult | undefined> {
    const known = this.#read.get(text);
    if (known) return known;
    this.#characters += text.length;
    if (this.#read.size >= TEXTS || this.#characters > CHARACTERS) return undefined;
    const read = await this.#subs.read(text, file ?? undefined);
    this.#read.set(text, read);
    return read;
  }
}

type Said = Omit<Finding, "at">;

function tooDeep(depth: number, maximum: number): Said {
  return {
    code: "RECURSION_TOO_DEEP",
    message: `this would be a sub-pipeline at depth ${depth}; maxRecursionDepth is ${maximum}`,
    hint: "raise maxRecursionDepth (at most 5), or nest less",
  };
}

function endlessBy(path: string): Said {
  return {
    code: "RECURSION_ENDLESS",
    message: `${path} starts itself again and nothing in between can prevent it`,
    hint: "put a branch or a skip condition before the node that starts it",
  };
}

function tooMany(limit: string): Said {
  return {
    code: "SUB_PIPELINES_LIMIT",
    message: `there are too many sub-pipelines to look through before a run: more than ${limit}`,
    hint: "start one file for each item of a list, or part the pipeline",
  };
}

/** In the words of the run. */
function broken(name: string, errors: readonly Problem[]): Said {
  const [first] = errors;
  const at = errors.length === 1 && first?.place ? `:${first.place.line}:${first.place.column}` : "";
  const what = errors.length === 1 && first ? first.message : `${errors.length} problems in the pipeline`;
  return {
    code: "INVALID_PIPELINE",
    message: `${name}${at}: ${what}`,
    hint: (errors.length === 1 && first?.hint) || "`layerloom validate` lists its problems",
  };
}

/** A pinned node starts nothing. */
function isFollowed(node: NodeDefinition): boolean {
  return node.uses === "pipeline" && node.pin === undefined;
}

/** A failure of the node has a way on. */
function isTaken({ nodes, edges }: PipelineDefinition, id: string): boolean {
  if (nodes[id]?.default !== undefined) return true;
  return edges.some((edge) => edge.from === id && (edge.kind === "error" || edge.on?.includes("error")));
}

/** What every file says alike may be left out. */
function textInPlace(id: string, pipeline: JsonObject[string]): string {
  return JSON.stringify({ layerloom: 1, name: id, edges: [], ...(pipeline as object) });
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
