/** Owns writing to a file that is JSON: keys keep their order, the indentation stays, new keys come in canonical order. */
import type { EdgeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { NODE_ORDER, ordered, TOP_ORDER } from "./canonical.ts";
import { edgeItems } from "./yaml-style.ts";

/** `edges`: those that the file has to say. */
export function writeJson(
  text: string,
  definition: PipelineDefinition,
  edges: readonly EdgeDefinition[],
): string {
  const before = JSON.parse(text) as Record<string, unknown>;
  const nodes = Object.fromEntries(
    Object.entries(definition.nodes).map(([id, node]) => [
      id,
      like(childOf(before.nodes, id), ordered(node, NODE_ORDER)),
    ]),
  );
  const after = { ...ordered(definition, TOP_ORDER), nodes, edges: edgeItems(edges) };
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.includes("\n") ? "  " : undefined);
  const result = JSON.stringify(like(before, after), undefined, indent);
  return text.endsWith("\n") ? `${result}\n` : result;
}

function childOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** `after` with its keys in the order in which `before` has them; others follow. */
function like(before: unknown, after: unknown): unknown {
  if (typeof after !== "object" || after === null || Array.isArray(after)) return after;
  if (typeof before !== "object" || before === null || Array.isArray(before)) return after;
  const keys = [...Object.keys(before).filter((key) => Object.hasOwn(after, key)), ...Object.keys(after)];
  return Object.fromEntries(
    [...new Set(keys)].map((key) => [key, like(childOf(before, key), childOf(after, key))]),
  );
}
