/**
 * Owns the way out of the expression language: its values (whole numbers as BigInt, dates, durations, optionals)
 * as plain JSON, and JSON as the text that a template shows. Copies nothing that is JSON already.
 */
import type { Json } from "#contract/json.ts";

type Plain = { readonly [key: string]: unknown };

/** Throws a plain Error that says what is not JSON. */
export function toJson(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new Error(`the result is ${value}, which is no JSON number`);
      return value;
    case "bigint":
      if (!Number.isSafeInteger(Number(value))) throw new Error("the result is a whole number beyond 2^53");
      return Number(value);
    case "object":
      return value === null ? null : objectToJson(value);
    default:
      throw new Error(`the result is a ${typeof value}, which is not JSON`);
  }
}

function objectToJson(value: object): Json {
  if (Array.isArray(value)) return listToJson(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return mapToJson(value as Plain);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item)]));
  }
  if (value instanceof Set || value instanceof Uint8Array) return listToJson([...value]);
  if ("hasValue" in value && "orValue" in value) {
    return toJson((value as { orValue(fallback: null): unknown }).orValue(null));
  }
  const inner: unknown = value.valueOf();
  // Durations (milliseconds) and unsigned integers; anything else is shown by its name.
  if (typeof inner === "number" || typeof inner === "bigint") return toJson(inner);
  return String((value as { name?: unknown }).name ?? value);
}

function listToJson(list: readonly unknown[]): Json {
  let copy: Json[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const json = toJson(list[i]);
    if (json !== list[i]) copy ??= list.slice(0, i) as Json[];
    copy?.push(json);
  }
  return copy ?? (list as readonly Json[]);
}

function mapToJson(map: Plain): Json {
  let copy: Record<string, Json> | undefined;
  for (const key of Object.keys(map)) {
    const json = toJson(map[key]);
    if (json !== map[key]) copy ??= { ...map } as Record<string, Json>;
    if (copy) copy[key] = json;
  }
  return copy ?? (map as { readonly [key: string]: Json });
}

/** Nothing for null, the string itself, JSON for lists and objects. */
export function toText(value: unknown): string {
  const json = toJson(value);
  if (json === null) return "";
  if (typeof json === "string") return json;
  return typeof json === "object" ? JSON.stringify(json) : String(json);
}
