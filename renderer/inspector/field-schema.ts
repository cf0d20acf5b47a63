/**
 * The part of JSON Schema that forms are made of, read from what an activity publishes, and which widget a field
 * gets. Pure. What it cannot place becomes a JSON field: everything can be edited somehow.
 */
import type { Json, JsonObject } from "#contract/json.ts";

export type FieldSchema = {
  readonly types: readonly string[];
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly default: Json | undefined;
  readonly options: readonly Json[] | undefined;
  readonly pattern: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly items: JsonObject | undefined;
  readonly properties: Readonly<Record<string, JsonObject>> | undefined;
  readonly required: readonly string[];
  /** Values of free keys. */
  readonly values: JsonObject | undefined;
  readonly widget: string | undefined;
};

export type Widget =
  | "text"
  | "multiline"
  | "code"
  | "number"
  | "boolean"
  | "choice"
  | "lines"
  | "items"
  | "group"
  | "map"
  | "json";

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: Json | undefined): number | undefined =>
  typeof value === "number" ? value : undefined;
const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

export function readSchema(schema: JsonObject): FieldSchema {
  const properties = schema.properties;
  return {
    types: typeof schema.type === "string" ? [schema.type] : texts(schema.type),
    title: text(schema.title),
    description: text(schema.description),
    default: schema.default,
    options: Array.isArray(schema.enum) ? (schema.enum as readonly Json[]) : undefined,
    pattern: text(schema.pattern),
    minimum: number(schema.minimum),
    maximum: number(schema.maximum),
    items: isObject(schema.items) ? schema.items : undefined,
    properties: isObject(properties) ? (properties as Readonly<Record<string, JsonObject>>) : undefined,
    required: texts(schema.required),
    values: isObject(schema.additionalProperties) ? schema.additionalProperties : undefined,
    widget: text(schema["x-widget"]),
  };
}

const SIMPLE = new Set(["string", "number", "integer"]);

/** `value` may disagree with the schema (a hand-written file): then only the JSON field can show it. */
export function widgetOf(schema: FieldSchema, value: Json | undefined): Widget {
  const asked = fromSchema(schema);
  return value === undefined || fits(asked, value) ? asked : "json";
}

function fromSchema({ types, options, widget, items, properties, values }: FieldSchema): Widget {
  const [type] = types;
  if (options) return "choice";
  if (widget === "code") return "code";
  if (widget === "expression") return types.length === 1 && type === "string" ? "code" : "json";
  if (types.length > 1) return "json";
  if (type === "boolean") return "boolean";
  if (type === "number" || type === "integer") return "number";
  if (type === "string") return widget === "multiline" ? "multiline" : "text";
  if (type === "array" && items) return arrayWidget(readSchema(items));
  if (type === "object" && properties) return "group";
  if (type === "object" && values) return "map";
  return "json";
}

function arrayWidget(items: FieldSchema): Widget {
  if (items.properties) return "items";
  return items.types.length === 1 && SIMPLE.has(items.types[0] ?? "") && !items.options ? "lines" : "json";
}

function fits(widget: Widget, value: Json): boolean {
  const isText = typeof value === "string";
  switch (widget) {
    case "text":
    case "multiline":
    case "code":
      return isText;
    case "number":
      return typeof value === "number" || isText;
    case "boolean":
      return typeof value === "boolean";
    case "lines":
      return Array.isArray(value) && value.every((item) => typeof item !== "object");
    case "items":
      return Array.isArray(value) && value.every(isObject);
    case "group":
    case "map":
      return isObject(value);
    default:
      return true;
  }
}

/** The least that a new entry of a list holds. */
export function emptyOf(schema: FieldSchema): JsonObject {
  return Object.fromEntries(
    schema.required.map((name): [string, Json] => {
      const field = readSchema(schema.properties?.[name] ?? {});
      return [name, field.default ?? field.options?.[0] ?? (field.types[0] === "number" ? 0 : "")];
    }),
  );
}
