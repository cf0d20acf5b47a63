/** What the simulated model says when no script tells it: plain sentences about the prompt's own words, and data that fits a schema. */
import type { Json, JsonObject } from "#contract/json.ts";
import type { Dice } from "./dice.ts";

const MAX_DEPTH = 8;
const OPENINGS = [
  "The main point is",
  "First of all comes",
  "Most depends on",
  "What stands out is",
  "The simplest way begins with",
] as const;
const LINKS = ["together with", "rather than", "before", "because of", "in view of"] as const;
const CLOSINGS = [
  "A small step now shows more than a large one later.",
  "What is uncertain should be measured before it is decided.",
  "If the numbers move the other way, this has to be looked at again.",
  "That can be checked within a day.",
] as const;

export function madeUpText(prompt: string, dice: Dice): string {
  const words = wordsOf(prompt);
  const start = dice.between(0, OPENINGS.length - 1);
  const sentences = Array.from({ length: dice.between(2, 3) }, (_, at) => {
    const [first, second] = [dice.pick(words), dice.pick(words)];
    const rest = first === second ? "" : ` ${dice.pick(LINKS)} ${second}`;
    return `${OPENINGS[(start + at) % OPENINGS.length]} ${first}${rest}.`;
  });
  return [...sentences, dice.pick(CLOSINGS)].join(" ");
}

/** The longer words of the prompt, each once. */
function wordsOf(prompt: string): [string, ...string[]] {
  const found =
    prompt
      .slice(0, 20_000)
      .match(/[\p{L}\p{N}][\p{L}\p{N}'-]{3,}|[\p{Script=Han}\p{Script=Katakana}]{2,}/gu) ?? [];
  const [first = "the task", ...rest] = new Set(found.slice(0, 200));
  return [first, ...rest];
}

/** Fits the usual schemas. The caller checks: no one can make up a text for any `pattern`. */
export function madeUpData(schema: JsonObject, prompt: string, dice: Dice): Json {
  return new Maker(schema, prompt, dice).make(schema, "", 0);
}

class Maker {
  readonly #root: JsonObject;
  readonly #prompt: string;
  readonly #dice: Dice;

  constructor(root: JsonObject, prompt: string, dice: Dice) {
    this.#root = root;
    this.#prompt = prompt;
    this.#dice = dice;
  }

  make(given: Json | undefined, name: string, depth: number): Json {
    const schema = this.#resolved(given);
    if (schema.const !== undefined) return schema.const;
    for (const choices of [schema.enum, schema.examples]) {
      const [first, ...rest] = listOf(choices);
      if (first !== undefined) return this.#dice.pick([first, ...rest]);
    }
    if (schema.default !== undefined) return schema.default;
    const [option] = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
    if (option !== undefined)
      return this.make({ ...without(schema, "anyOf", "oneOf"), ...objectOf(option) }, name, depth);
    switch (typeOf(schema)) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#list(schema, name, depth);
      case "integer":
        return this.#number(schema, name, true);
      case "number":
        return this.#number(schema, name, false);
      case "boolean":
        return this.#dice.next() < 0.7;
      case "null":
        return null;
      default:
        return this.#text(schema);
    }
  }

  #object(schema: JsonObject, depth: number): Json {
    const properties = objectOf(schema.properties);
    const required = new Set(listOf(schema.required).map(String));
    const made: Record<string, Json> = {};
    for (const [name, property] of Object.entries(properties)) {
      if (depth < MAX_DEPTH || required.has(name)) made[name] = this.make(property, name, depth + 1);
    }
    for (const name of required) {
      if (!(name in made) && depth < MAX_DEPTH)
        made[name] = this.make(schema.additionalProperties, name, depth + 1);
    }
    return made;
  }

  #list(schema: JsonObject, name: string, depth: number): Json {
    const least = numberOf(schema.minItems) ?? 0;
    const most = numberOf(schema.maxItems) ?? Math.max(least, 3);
    const length = depth >= MAX_DEPTH ? least : Math.max(least, Math.min(most, this.#dice.between(2, 3)));
    return Array.from({ length: Math.min(length, 1_000) }, () => this.make(schema.items, name, depth + 1));
  }

  #number(schema: JsonObject, name: string, whole: boolean): number {
    const isShare = /score|confidence|probability|share|ratio/i.test(name);
    const step = numberOf(schema.multipleOf) ?? (whole ? 1 : 0.01);
    const above = numberOf(schema.exclusiveMinimum);
    const below = numberOf(schema.exclusiveMaximum);
    const low = numberOf(schema.minimum) ?? (above === undefined ? 0 : above + step);
    const usual = isShare && !whole ? 1 : 100;
    const high =
      numberOf(schema.maximum) ?? (below === undefined ? Math.max(low, low + usual) : below - step);
    const steps = Math.max(0, Math.floor((high - Math.ceil(low / step) * step) / step));
    const value = (Math.ceil(low / step) + this.#dice.between(0, steps)) * step;
    return whole ? Math.round(value) : Number(value.toFixed(6));
  }

  #text(schema: JsonObject): string {
    const formatted = FORMATS[String(schema.format)];
    if (formatted !== undefined) return formatted;
    const least = numberOf(schema.minLength) ?? 0;
    const most = numberOf(schema.maxLength) ?? 400;
    let text = madeUpText(this.#prompt, this.#dice);
    while (text.length < least && text.length < 100_000) text += ` ${madeUpText(this.#prompt, this.#dice)}`;
    return [...text].slice(0, most).join("");
  }

  /** With references within the schema followed and `allOf` laid together. */
  #resolved(given: Json | undefined): JsonObject {
    let schema = objectOf(given);
    for (let hops = 0; typeof schema.$ref === "string" && hops < 32; hops += 1) {
      schema = { ...without(schema, "$ref"), ...this.#at(schema.$ref) };
    }
    for (const part of listOf(schema.allOf)) {
      const other = this.#resolved(part);
      const properties = { ...objectOf(schema.properties), ...objectOf(other.properties) };
      const required = [...listOf(schema.required), ...listOf(other.required)];
      schema = { ...schema, ...other, properties, required };
    }
    return schema;
  }

  #at(reference: string): JsonObject {
    let found: JsonObject = this.#root;
    for (const key of reference.split("/").slice(1)) {
      found = objectOf(found[key.replaceAll("~1", "/").replaceAll("~0", "~")]);
    }
    return found;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-01T09:00:00Z",
  date: "2026-01-01",
  time: "09:00:00Z",
  duration: "P1D",
  email: "someone@example.com",
  hostname: "example.com",
  uri: "https://example.com/",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function typeOf(schema: JsonObject): string {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (typeof type === "string") return type;
  if (schema.properties !== undefined) return "object";
  return schema.items === undefined ? "string" : "array";
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !isList(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return value !== undefined && isList(value) ? value : [];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function without(schema: JsonObject, ...names: string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}
