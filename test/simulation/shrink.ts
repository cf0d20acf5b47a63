/** Makes a scenario that breaks something smaller, step by step, while it still breaks the same promise. */
import type { PipelineDefinition } from "#contract/definition.ts";
import { checkShape } from "#core/shape.ts";
import { isFresh, isGrown, type Scenario, type Wanted } from "./scenario.ts";

type Breaks = (scenario: Scenario) => Promise<boolean>;

/** Tries at most `budget` smaller ones. */
export async function shrink(scenario: Scenario, breaks: Breaks, budget = 400): Promise<Scenario> {
  let smallest = scenario;
  let left = budget;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (left === 0) break;
      left -= 1;
      if (!(await breaks(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

function* smallerThan(scenario: Scenario): Generator<Scenario> {
  const { runs, faults, mood } = scenario;
  for (const index of runs.keys()) if (runs.length > 1) yield { ...scenario, runs: withoutRun(runs, index) };
  for (const index of faults.keys()) yield { ...scenario, faults: without(faults, index) };
  for (const [index, run] of runs.entries()) {
    if (isGrown(run) || run.part === undefined) continue;
    const { part: _, ...whole } = run;
    yield { ...scenario, runs: runs.with(index, whole) };
  }
  if (scenario.store !== "memory") yield { ...scenario, store: "memory" };
  for (const [name, value] of Object.entries(mood))
    if (value > 0) yield { ...scenario, mood: { ...mood, [name]: 0 } };
  for (const [name, file] of Object.entries(scenario.files ?? {})) {
    for (const pipeline of smallerPipelines(file)) {
      if (checkShape(pipeline).length > 0) continue;
      yield { ...scenario, files: { ...scenario.files, [name]: pipeline } };
    }
  }
  const fresh = runs.filter(isFresh);
  const texts = [...new Set(fresh.map(({ pipeline }) => JSON.stringify(pipeline)))];
  for (const text of texts) {
    for (const pipeline of smallerPipelines(JSON.parse(text) as PipelineDefinition)) {
      if (checkShape(pipeline).length > 0) continue;
      const replaced = runs.map((run) =>
        !isGrown(run) && JSON.stringify(run.pipeline) === text ? { ...run, pipeline } : run,
      );
      if (replaced.every((run) => hasWhatItNames(run, replaced))) yield { ...scenario, runs: replaced };
    }
  }
}

function* smallerPipelines(pipeline: PipelineDefinition): Generator<PipelineDefinition> {
  const { nodes, edges } = pipeline;
  for (const id of Object.keys(nodes)) {
    const { [id]: _dropped, ...rest } = nodes;
    if (Object.keys(rest).length === 0) continue;
    yield { ...pipeline, nodes: rest, edges: edges.filter(({ from, to }) => from !== id && to !== id) };
  }
  for (const index of edges.keys()) yield { ...pipeline, edges: without(edges, index) };
  for (const key of ["output", "maxConcurrent", "onFailure"] as const) {
    const { [key]: dropped, ...rest } = pipeline;
    if (dropped !== undefined) yield rest;
  }
  for (const [id, node] of Object.entries(nodes)) {
    for (const key of Object.keys(node)) {
      if (key === "uses" || key === "with") continue;
      const { [key as "skip"]: _dropped, ...rest } = node;
      yield { ...pipeline, nodes: { ...nodes, [id]: rest } };
    }
  }
  for (const [index, edge] of edges.entries()) {
    for (const key of ["when", "on", "reuse", "feedback", "else", "onExhausted"] as const) {
      const { [key]: dropped, ...rest } = edge;
      if (dropped !== undefined) yield { ...pipeline, edges: edges.with(index, rest) };
    }
  }
}

function hasWhatItNames(run: Wanted, runs: readonly Wanted[]): boolean {
  const pipeline = isGrown(run) ? undefined : run.pipeline;
  const named = isGrown(run) ? [run.from, run.edited] : [run.part?.node];
  const there = pipeline ?? runs.filter(isFresh)[isGrown(run) ? run.of : 0]?.pipeline;
  return named.every((id) => id === undefined || there?.nodes[id] !== undefined);
}

/** With it goes what grew from it. */
function withoutRun(runs: readonly Wanted[], index: number): readonly Wanted[] {
  const gone = new Set([index]);
  for (const [place, run] of runs.entries()) if (isGrown(run) && gone.has(run.of)) gone.add(place);
  const before = (place: number): number => [...gone].filter((other) => other < place).length;
  return runs.flatMap((run, place) => {
    if (gone.has(place)) return [];
    return [isGrown(run) ? { ...run, of: run.of - before(run.of) } : run];
  });
}

function without<Item>(list: readonly Item[], index: number): Item[] {
  return list.filter((_, at) => at !== index);
}
