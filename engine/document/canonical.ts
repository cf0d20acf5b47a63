/**
 * Owns the canonical form: keys in one fixed order, layout last, one style. The same definition gives the same bytes;
 * nodes and edges stay in their own order, for ties in a run are settled by it.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import { writtenEdges } from "./next-edges.ts";
import { blockEntry, edgeItems, indented, inline } from "./yaml-style.ts";

export const TOP_ORDER = [
  "layerloom",
  "name",
  "description",
  "purpose",
  "inputs",
  "priority",
  "budget",
  "defaults",
  "maxConcurrent",
  "maxRecursionDepth",
  "onFailure",
  "nodes",
  "edges",
  "output",
  "triggers",
  "layout",
] as const satisfies readonly (keyof PipelineDefinition)[];

export const NODE_ORDER = [
  "title",
  "layer",
  "uses",
  "with",
  "forEach",
  "maxConcurrent",
  "onItemError",
  "join",
  "skip",
  "timeout",
  "retry",
  "retrySafe",
  "fallback",
  "default",
  "remember",
  "speculate",
  "cache",
  "breaker",
  "priority",
  "resources",
  "pure",
  "next",
  "pin",
  "notes",
] as const satisfies readonly (keyof PipelineDefinition["nodes"][string])[];

export function canonicalYaml(definition: PipelineDefinition): string {
  const lines: string[] = [];
  for (const key of TOP_ORDER) {
    const value = definition[key];
    if (value === undefined) continue;
    switch (key) {
      case "nodes":
        lines.push(
          ...section(key, definition.nodes, (id, node) => blockEntry(id, ordered(node, NODE_ORDER))),
        );
        break;
      case "inputs":
      case "layout":
        lines.push(...section(key, value as object, (id, item) => `${inline(id)}: ${inline(item)}`));
        break;
      case "edges":
        lines.push(...edgeLines(definition));
        break;
      default:
        lines.push(blockEntry(key, value));
    }
  }
  return `${lines.join("\n")}\n`;
}

function section(key: string, items: object, line: (id: string, item: object) => string): string[] {
  const entries = Object.entries(items) as [string, object][];
  if (entries.length === 0) return [`${key}: {}`];
  return [`${key}:`, ...entries.map(([id, item]) => indented(line(id, item), 2))];
}

function edgeLines(definition: PipelineDefinition): string[] {
  if (writtenEdges(definition).length === 0) return ["edges: []"];
  return ["edges:", ...edgeItems(writtenEdges(definition)).map((item) => `  - ${inline(item)}`)];
}

/** Known keys in their order; what is undefined is left out. */
export function ordered(value: object, order: readonly string[]): object {
  return Object.fromEntries(
    order.flatMap((key) => {
      const item: unknown = Reflect.get(value, key);
      return item === undefined ? [] : [[key, item]];
    }),
  );
}
