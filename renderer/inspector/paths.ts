/** Definition paths: `nodes.reason.with.prompt`. Reading and replacing what stands there, without touching the rest. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";

export type Path = readonly (string | number)[];

export const pathText = (path: Path): string => path.join(".");

export function placeOf(path: string): { readonly node?: string; readonly edge?: number } {
  const node = /^nodes\.([a-z][a-z0-9_-]*)/.exec(path)?.[1];
  if (node !== undefined) return { node };
  const edge = /^edges\.(\d+)/.exec(path)?.[1];
  return edge === undefined ? {} : { edge: Number(edge) };
}

/** Objects that mean nothing once they are empty. */
const EMPTY_MEANS_NONE = new Set<string | number>([
  ...["retry", "skip", "defaults", "with", "inputs"],
  ...["cache", "breaker", "pin", "adjust"],
]);

/** Replaces what stands at a path; undefined takes it away. Nothing changes when it is there already. */
export function setAt(
  definition: PipelineDefinition,
  path: Path,
  value: Json | undefined,
): PipelineDefinition {
  return set(definition, path, value) as PipelineDefinition;
}

function set(target: unknown, path: Path, value: Json | undefined): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target)) {
    const at = Number(key);
    const next = set(target[at], rest, value);
    if (next === target[at]) return target;
    return next === undefined ? target.toSpliced(at, 1) : target.with(at, next);
  }
  const record = (typeof target === "object" && target !== null ? target : {}) as Readonly<
    Record<string, unknown>
  >;
  const old = record[key];
  let next = set(old, rest, value);
  if (isEmpty(next) && rest.length > 0 && EMPTY_MEANS_NONE.has(key)) next = undefined;
  if (next === old || JSON.stringify(next) === JSON.stringify(old)) return target;
  if (next !== undefined) return { ...record, [key]: next };
  const { [key]: _gone, ...kept } = record;
  return kept;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
