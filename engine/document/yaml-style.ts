/** Owns how values look when this program writes them: on one line in braces, or as a block; edges as people write them. */
import { Document, isCollection, Scalar, stringify } from "yaml";
import type { EdgeDefinition } from "#contract/definition.ts";
import { definedKeys } from "./json-equal.ts";
import { expandEdge, type RawEdge } from "./shorthand.ts";

const STYLE = { lineWidth: 0, minContentWidth: 0 } as const;

/** The value on one line. `type` is a quoting style to keep, where the value allows it. */
export function inline(value: unknown, type?: Scalar.Type): string {
  if (typeof value === "object" && value !== null) return flow(value);
  const document = new Document(value ?? null);
  const { contents } = document;
  if (contents instanceof Scalar && typeof value === "string") {
    contents.type = value.includes("\n") ? "QUOTE_DOUBLE" : quoting(type);
  }
  return document.toString(STYLE).trimEnd();
}

const PLAIN = /^(?!(?:true|false|null)$)[a-z][a-z0-9_-]*$/;

/** Inside brackets: `{ a: 1, b: [x, y] }`. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = definedKeys(value).map((key) => `${flow(key)}: ${flow(Reflect.get(value, key))}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  if (typeof value === "string" && PLAIN.test(value)) return value;
  // The library knows what needs quotes between brackets.
  const document = new Document([value ?? null]);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString(STYLE).trim().slice(1, -1).trim();
}

function quoting(type: Scalar.Type | undefined): Scalar.Type {
  return type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? type : "PLAIN";
}

/** The value as a block, without its last line break. Lines are not indented. */
export function block(value: unknown): string {
  return stringify(value ?? null, STYLE).replace(/\n$/, "");
}

/** `key: value` as lines without indentation. Short lists and maps of plain values stay on the line of their key. */
export function blockEntry(key: string, value: unknown): string {
  return isShort(value) ? `${flow(key)}: ${flow(value)}` : block({ [key]: value });
}

/** Can stand in braces: empty, or few plain values. */
function isShort(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const items: unknown[] = Object.values(value);
  if (items.length === 0) return true;
  return (
    items.length <= 4 &&
    items.every((item) =>
      typeof item === "string"
        ? item.length <= 24 && !item.includes("\n")
        : typeof item !== "object" || item === null,
    )
  );
}

export function indented(text: string, spaces: number): string {
  const pad = " ".repeat(spaces);
  return text
    .split("\n")
    .map((line) => (line === "" ? line : pad + line))
    .join("\n");
}

/** A flow edge with nothing but its ends: what a chain can hold. */
function isBare(edge: EdgeDefinition): boolean {
  return (
    edge.kind === "flow" &&
    Object.entries(edge).every(([key, value]) => value === undefined || ["from", "to", "kind"].includes(key))
  );
}

/** A branch reads as a sentence: from here, on this outcome, to there. */
const BRANCH_KEYS = ["from", "on", "when", "else", "to", "kind"] as const;
const EDGE_KEYS = [
  "from",
  "on",
  "to",
  "kind",
  "when",
  "else",
  "reuse",
  "max",
  "feedback",
  "onExhausted",
] as const;

/** The edge as it stands in a file: no `kind` where it follows from the rest, a single outcome as a text. */
export function rawEdge(edge: EdgeDefinition): RawEdge {
  const raw: Record<string, RawEdge[string]> = {};
  for (const key of new Set([...(edge.kind === "branch" ? BRANCH_KEYS : []), ...EDGE_KEYS])) {
    const value = edge[key];
    if (value === undefined) continue;
    raw[key] = key === "on" && edge.on?.length === 1 ? edge.on[0]! : value;
  }
  const { kind, ...rest } = raw;
  return expandEdge(rest).kind === kind && (edge.kind === "flow" || edge.kind === "branch") ? rest : raw;
}

/** Edges in their order, neighbours that follow on from each other as one chain: what the items of a list say. */
export function edgeItems(edges: readonly EdgeDefinition[]): (string | RawEdge)[] {
  const items: (string | RawEdge)[] = [];
  let chain: string[] = [];
  const flush = (): void => {
    if (chain.length > 0) items.push(chain.join(" -> "));
    chain = [];
  };
  for (const edge of edges) {
    if (!isBare(edge)) {
      flush();
      items.push(rawEdge(edge));
    } else if (chain.at(-1) === edge.from) {
      chain.push(edge.to);
    } else {
      flush();
      chain = [edge.from, edge.to];
    }
  }
  flush();
  return items;
}
