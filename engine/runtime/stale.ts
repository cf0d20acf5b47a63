/** Does the result that a node gave in an earlier run still stand? By what the node says, not by what it would give. */
import type { NodeDefinition } from "#contract/definition.ts";
import type { Json, JsonObject } from "#contract/json.ts";

/** What a node says only to people. */
const WORDS: ReadonlySet<string> = new Set(["title", "layer", "notes"]);

export function hasChanged(before: NodeDefinition, after: NodeDefinition): boolean {
  return signature(before) !== signature(after);
}

export function sameJson(left: Json, right: Json): boolean {
  return stable(left) === stable(right);
}

/** The first input that the node names and that is another than it was. */
export function changedInput(
  node: NodeDefinition,
  before: JsonObject,
  after: JsonObject,
): string | undefined {
  const changed = Object.keys(after).filter((name) => stable(before[name]) !== stable(after[name]));
  if (changed.length === 0) return undefined;
  const text = signature(node);
  // A name that is worked out while running may be any of them.
  if (text.includes("inputs[")) return changed[0];
  return changed.find((name) => new RegExp(`\\binputs\\.\\??${name}(?![a-z0-9_-])`).test(text));
}

function signature(node: NodeDefinition): string {
  return stable(Object.fromEntries(Object.entries(node).filter(([key]) => !WORDS.has(key))));
}

/** JSON text that does not depend on the order of keys. */
function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ""
  );
}
