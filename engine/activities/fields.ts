/**
 * Schemas of settings that several activities share, made when they are asked for. Must not know any one activity.
 * Texts that come from `${{ … }}` may be of any type when they arrive; `asText` turns them into text.
 */
import { z } from "zod";
import { ID_PATTERN } from "#contract/definition.ts";
import { DURATION_PATTERN, parseDuration } from "#contract/duration.ts";
import type { Json, JsonObject } from "#contract/json.ts";

/** Any JSON. Not checked deeply: what arrives here came out of JSON. */
export const anyJson = () =>
  z.custom<Json>((value) => value !== undefined && typeof value !== "function", {
    error: "a value is needed",
  });

/** An object of any JSON. */
export const jsonObject = (error = "an object") =>
  z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value), {
    error,
  });

/** A text, or the value of a `${{ … }}` that stands alone. */
export const anyText = () => anyJson().meta({ type: "string" });

export const durationText = () =>
  z
    .string()
    .regex(DURATION_PATTERN, { error: "a duration such as 500ms, 1s, 5m, 1h or 30d", abort: true })
    .refine((text) => parseDuration(text) !== undefined, "a duration of at most 36500d");

export const outcomeName = () =>
  z
    .string()
    .regex(ID_PATTERN, "an outcome is a lower-case letter, then letters, digits, - or _")
    .refine((name) => name !== "error", "error is what a failed node leaves by; choose another name");

export const memoryName = () =>
  z
    .string()
    .regex(ID_PATTERN, "a name is a lower-case letter, then letters, digits, - or _")
    .meta({ title: "Name", description: "The name in memory; expressions see it as memory.<name>." });

/** As inside a longer string: text stays, nothing becomes empty, everything else is JSON. */
export function asText(value: Json): string {
  if (typeof value === "string") return value;
  return value === null ? "" : JSON.stringify(value);
}

/** Milliseconds of a duration that a schema has already accepted. */
export function milliseconds(duration: string): number {
  return parseDuration(duration) ?? 0;
}
