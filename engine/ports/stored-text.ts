/**
 * How a large value is stored: as its JSON, or where parts of it are large themselves, as its JSON without them and their
 * hashes beside it, so that a part is stored once in whatever it is contained.
 */
import type { Json, JsonObject } from "#contract/json.ts";

/** Characters of JSON from which a field or an item is stored for itself. */
const PART_LIMIT = 16_384;
/** No JSON text begins so. */
const MARK = "parts:";

type Packed = { readonly parts: readonly (readonly [key: string, hash: string])[]; readonly rest: Json };

/** Stores a text, and says its hash. */
export type Keep = (text: string) => string;

/** `json` is the JSON of `value`. The parts are kept first; the answer is the hash of the whole. */
export function pack(value: Json, json: string, keep: Keep): string {
  const parted = json.length > PART_LIMIT && typeof value === "object" && value !== null;
  return keep(parted ? inParts(value, json, keep) : json);
}

/** `fetch` gives the value of a part by its hash. */
export function unpack(text: string, fetch: (hash: string) => Json): Json {
  if (!text.startsWith(MARK)) return JSON.parse(text) as Json;
  const { parts, rest } = JSON.parse(text.slice(MARK.length)) as Packed;
  const whole = rest as Record<string, Json>;
  for (const [key, digest] of parts) whole[key] = fetch(digest);
  return whole;
}

/** The hashes of the parts of a stored text. */
export function partsOf(text: string): readonly string[] {
  if (!text.startsWith(MARK)) return [];
  return (JSON.parse(text.slice(MARK.length)) as Packed).parts.map(([, digest]) => digest);
}

function inParts(value: JsonObject | readonly Json[], json: string, keep: Keep): string {
  const parts: [string, string][] = [];
  const rest = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Json>;
  for (const [key, part] of Object.entries(value)) {
    const large = largeText(part);
    if (large === undefined) continue;
    parts.push([key, pack(part, large, keep)]);
    // Null keeps the place of the key: the order of the fields is part of the value.
    rest[key] = null;
  }
  return parts.length === 0 ? json : MARK + JSON.stringify({ parts, rest } satisfies Packed);
}

function largeText(part: Json): string | undefined {
  if (part === null || typeof part === "number" || typeof part === "boolean") return undefined;
  if (typeof part === "string" && part.length < PART_LIMIT / 6) return undefined;
  const json = JSON.stringify(part);
  return json.length > PART_LIMIT ? json : undefined;
}
