/** Owns the walk along a path, in a schema (which keys may stand there) and in a tree (where that is in the file). */
import { childOf, entryOf, type SourceNode } from "./source-tree.ts";

/** The deepest place along the path that is in the file. */
export function offsetAt(node: SourceNode, path: readonly PropertyKey[], atKey: boolean): number {
  let offset = node.start;
  let inner: SourceNode | undefined = node;
  path.forEach((key, index) => {
    if (!inner) return;
    const entry = entryOf(inner, String(key));
    const child: SourceNode | undefined = childOf(inner, key as string | number);
    if (child) offset = entry && atKey && index === path.length - 1 ? entry.keyStart : child.start;
    inner = child;
  });
  return offset;
}

type Introspected = {
  readonly def?: {
    readonly innerType?: unknown;
    readonly element?: unknown;
    readonly valueType?: unknown;
    readonly shape?: Record<string, unknown>;
    readonly options?: readonly unknown[];
  };
};

export function keysOf(schema: unknown): readonly string[] {
  const def = (schema as Introspected | undefined)?.def;
  if (!def) return [];
  if (def.shape) return Object.keys(def.shape);
  if (def.options) return def.options.flatMap(keysOf);
  return def.innerType ? keysOf(def.innerType) : [];
}

export function schemaAt(schema: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => stepInto(inner, String(key)), schema);
}

function stepInto(schema: unknown, key: string): unknown {
  const def = (schema as Introspected | undefined)?.def;
  if (!def) return undefined;
  if (def.shape) return def.shape[key];
  if (def.innerType) return stepInto(def.innerType, key);
  return def.element ?? def.valueType;
}
