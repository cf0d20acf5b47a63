/** Owns how values look when this program writes them: on one line in braces, or as a block; edges as people write them. */
import { Document, isScalar, Scalar, visit, YAMLSeq } from "yaml";
import type { EdgeDefinition } from "#contract/definition.ts";
import { definedKeys } from "./json-equal.ts";
import { expandEdge, type RawEdge } from "./shorthand.ts";

const STYLE = {
  lineWidth: 0,
  minContentWidth: 0,
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
} as const;

/** The value on one line. `type` is a quoting style to keep, where the value allows it. */
export function inline(value: unknown, type?: Scalar.Type): string {
  if (typeof value === "object" && value !== null) return flow(value);
  // As the value of a key: on its own a text such as `---` would be a document of its own.
  return new Document({ k: scalarOf(value, type) }).toString(STYLE).slice(3).trimEnd();
}

const PLAIN = /^(?!(?:true|false|null)$)[a-z][a-z0-9_-]*$/;

/** The value as it stands between brackets, where commas and brackets need quotes: `{ a: 1, b: [x, y] }`. */
export function flow(value: unknown, type?: Scalar.Type): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = definedKeys(value).map(
      (key) => `${key === "<<" ? '"<<"' : flow(key)}: ${flow(Reflect.get(value, key))}`,
    );
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  if (typeof value === "string" && type === undefined && PLAIN.test(value)) return value;
  // The library knows what needs quotes between brackets.
  const list = new YAMLSeq<Scalar>();
  list.flow = true;
  list.items.push(scalarOf(value, type));
  return new Document(list).toString(STYLE).trim().slice(1, -1).trim();
}

function scalarOf(value: unknown, type: Scalar.Type | undefined): Scalar {
  const scalar = new Scalar(value ?? null);
  if (typeof value === "string") scalar.type = value.includes("\n") ? "QUOTE_DOUBLE" : quoting(type);
  return scalar;
}

function quoting(type: Scalar.Type | undefined): Scalar.Type {
  return type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE" ? type : "PLAIN";
}

/** The value as a block, without its last line break. Lines are not indented; short lists stay on their line. */
export function block(value: unknown): string {
  const document = new Document(value ?? null);
  visit(document, {
    Pair: (_, { key }) => {
      // Plain, it would be a merge key.
      if (isScalar(key) && key.value === "<<") key.type = "QUOTE_DOUBLE";
    },
    Seq: (_, list) => {
      if (list.items.every(isScalar) && isShort(list.items.map((item) => item.value))) list.flow = true;
    },
  });
  return document.toString({ ...STYLE, flowCollectionPadding: false }).replace(/\n$/, "");
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

/** Several lines that can be moved to any depth: no white space in front that would need an indentation mark. */
export function isBlockText(value: unknown): value is string {
  return typeof value === "string" && /^\S[^\r]*\n/.test(value);
}

export function indented(text: string, spaces: number): string {
  const pad = " ".repeat(spaces);
  return text
    .split("\n")
    .map((line) => (line === "" ? line : pad + line))
    .join("\n");
}

/** A flow edge with nothing but its ends: what a chain can hold. */
export function isBare(edge: EdgeDefinition): boolean {
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
  "adjust",
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
