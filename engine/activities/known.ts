/** Reads settings before a run, where anything may still be an expression or not be what it should. */
import { parseDuration } from "#contract/duration.ts";
import type { Json, JsonObject } from "#contract/json.ts";

/** Milliseconds of a duration; null when it is none or not known yet. */
export function knownMs(value: Json | undefined): number | null {
  return typeof value === "string" ? (parseDuration(value) ?? null) : null;
}

/** The objects in a list; nothing when it is not known yet. */
export function objectsOf(list: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(list)) return [];
  return list.filter(
    (entry): entry is JsonObject => typeof entry === "object" && entry !== null && !Array.isArray(entry),
  );
}
