/** Dynamic routing: which of its candidates (`next:`) an output chooses. */
import type { Json } from "#contract/json.ts";

/** `next` in the output is an id or a list of ids; absent or null chooses none. Undefined when it is anything else. */
export function chosenNext(candidates: readonly string[], output: Json): readonly string[] | undefined {
  const chosen = typeof output === "object" && output !== null ? Reflect.get(output, "next") : null;
  if (chosen === undefined || chosen === null) return [];
  const ids: readonly unknown[] = Array.isArray(chosen) ? chosen : [chosen];
  return ids.every((id): id is string => typeof id === "string" && candidates.includes(id)) ? ids : undefined;
}
