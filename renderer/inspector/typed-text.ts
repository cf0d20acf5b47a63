/**
 * Between what a person types and what the file holds. A text that cannot be what the field needs gives a reason and
 * is never stored; an expression in `${{ }}` may stand anywhere.
 */
import { DURATION_PATTERN } from "#contract/duration.ts";
import type { Json } from "#contract/json.ts";
import type { FieldSchema, Widget } from "./field-schema.ts";

export type Typed =
  | { readonly ok: true; readonly value: Json | undefined }
  | {
      readonly ok: false;
      readonly reason: Reason;
      readonly params?: Readonly<Record<string, string | number>>;
    };

export type Reason =
  | "inspector.bad.number"
  | "inspector.bad.integer"
  | "inspector.bad.least"
  | "inspector.bad.most"
  | "inspector.bad.duration"
  | "inspector.bad.pattern"
  | "inspector.bad.json"
  | "inspector.bad.id"
  | "inspector.bad.idTaken";

const good = (value: Json | undefined): Typed => ({ ok: true, value });
const isExpression = (text: string): boolean => text.includes("${{");

export function readTyped(text: string, widget: Widget, schema: FieldSchema): Typed {
  if (text.trim() === "") return good(undefined);
  switch (widget) {
    case "number":
      return readNumber(text.trim(), schema);
    case "lines":
      return readLines(text, schema);
    case "json":
      return readJson(text);
    case "text":
      return readText(text.trim(), schema);
    default:
      return good(text);
  }
}

function readText(text: string, { pattern }: FieldSchema): Typed {
  if (pattern === undefined || isExpression(text) || new RegExp(pattern).test(text)) return good(text);
  if (pattern === DURATION_PATTERN.source) return { ok: false, reason: "inspector.bad.duration" };
  return { ok: false, reason: "inspector.bad.pattern" };
}

function readNumber(text: string, { types, minimum, maximum }: FieldSchema): Typed {
  if (isExpression(text)) return good(text);
  const value = Number(text);
  if (!Number.isFinite(value)) return { ok: false, reason: "inspector.bad.number" };
  if (types.includes("integer") && !Number.isInteger(value))
    return { ok: false, reason: "inspector.bad.integer" };
  if (minimum !== undefined && value < minimum)
    return { ok: false, reason: "inspector.bad.least", params: { n: minimum } };
  if (maximum !== undefined && value > maximum)
    return { ok: false, reason: "inspector.bad.most", params: { n: maximum } };
  return good(value);
}

function readLines(text: string, { items }: FieldSchema): Typed {
  const numeric = items?.type === "integer" || items?.type === "number";
  const values: Json[] = [];
  for (const line of text.split("\n").map((entry) => entry.trim())) {
    if (line === "") continue;
    if (numeric && !isExpression(line) && !Number.isFinite(Number(line)))
      return { ok: false, reason: "inspector.bad.number" };
    values.push(numeric && !isExpression(line) ? Number(line) : line);
  }
  return good(values);
}

/** JSON if it looks like JSON, else plain text: `hello` needs no quotes, `{` must be finished. */
function readJson(text: string): Typed {
  const trimmed = text.trim();
  try {
    return good(JSON.parse(trimmed) as Json);
  } catch {
    const meantJson = /^[[{"]/.test(trimmed) && !isExpression(trimmed);
    return meantJson ? { ok: false, reason: "inspector.bad.json" } : good(text);
  }
}

export function showTyped(value: Json | undefined, widget: Widget): string {
  if (value === undefined) return "";
  if (widget === "lines" && Array.isArray(value)) return value.map(String).join("\n");
  if (typeof value === "string")
    return widget === "json" && needsQuotes(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value, null, 2);
}

/** Would this text be read back as something else? */
function needsQuotes(text: string): boolean {
  const typed = readJson(text);
  return !typed.ok || typed.value !== text;
}
