/**
 * What a wire would become, or why it may not be drawn. Judged while the pointer still moves, so it is prepared once
 * at the start of a drag and then answers in constant time.
 * Pure; the engine's validation has the last word on the file.
 */
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { DEFAULT_LOOP_MAX } from "#contract/definition.ts";
import { DEFAULT_PORT, ERROR_PORT, OUTCOME_PREFIX } from "./geometry.ts";

export type Fit =
  | { readonly fits: true; readonly edge: EdgeDefinition }
  | { readonly fits: false; readonly reason: "self" | "duplicate" | "error-back" | "unknown" };

/** Everything from which `start` can be reached without loop edges. `start` itself is not in it. */
export function ancestorsOf(definition: PipelineDefinition, start: string): ReadonlySet<string> {
  return walk(definition, start, (edge) => [edge.to, edge.from]);
}

export function descendantsOf(definition: PipelineDefinition, start: string): ReadonlySet<string> {
  return walk(definition, start, (edge) => [edge.from, edge.to]);
}

function walk(
  definition: PipelineDefinition,
  start: string,
  step: (edge: EdgeDefinition) => readonly [string, string],
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const edge of definition.edges) {
    if (edge.kind === "loop") continue;
    const [at, to] = step(edge);
    const list = next.get(at);
    if (list) list.push(to);
    else next.set(at, [to]);
  }
  const seen = new Set<string>();
  const queue = [start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

const overlaps = (left: readonly string[] | undefined, right: readonly string[] | undefined): boolean =>
  left === undefined || right === undefined
    ? left === right
    : left.some((outcome) => right.includes(outcome));

/** Judges wires that leave `from` by `port`. */
export function judgeFrom(definition: PipelineDefinition, from: string, port: string): (to: string) => Fit {
  const above = ancestorsOf(definition, from);
  const siblings = definition.edges.filter((edge) => edge.from === from);
  const on = port.startsWith(OUTCOME_PREFIX) ? [port.slice(OUTCOME_PREFIX.length)] : undefined;
  return (to) => {
    if (definition.nodes[to] === undefined) return { fits: false, reason: "unknown" };
    if (to === from) return { fits: false, reason: "self" };
    const edge = wire(from, to, port, on, above.has(to));
    if (edge === undefined) return { fits: false, reason: "error-back" };
    const same = siblings.some(
      (other) =>
        other.to === to &&
        other.kind === edge.kind &&
        overlaps(other.on, edge.on) &&
        other.when === undefined,
    );
    return same ? { fits: false, reason: "duplicate" } : { fits: true, edge };
  };
}

/** Judges wires that are drawn backwards, from an input: the other end leaves by its plain port. */
export function judgeInto(definition: PipelineDefinition, to: string): (from: string, port?: string) => Fit {
  return (from, port = DEFAULT_PORT) => judgeFrom(definition, from, port)(to);
}

function wire(
  from: string,
  to: string,
  port: string,
  on: string[] | undefined,
  back: boolean,
): EdgeDefinition | undefined {
  if (port === ERROR_PORT) return back ? undefined : { from, to, kind: "error" };
  if (back) return { from, to, kind: "loop", ...(on ? { on } : {}), max: DEFAULT_LOOP_MAX };
  return on ? { from, to, kind: "branch", on } : { from, to, kind: "flow" };
}
