/**
 * Owns YAML as it is accepted here: version 1.2, one document, plain data. Refuses what makes a file mean something
 * else than it looks like: merge keys, tags, whole numbers that lose digits, aliases that explode.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { MAX_COPIED, MAX_DEPTH, type SourceEntry, SourceError, type SourceNode } from "./source-tree.ts";

const YAML_OPTIONS = {
  version: "1.2",
  schema: "core",
  // Its own check of keys is quadratic; checkKeys looks instead.
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  strict: true,
  logLevel: "error",
} as const;

/** Throws SourceError. Undefined for a text that holds nothing. */
export function readYaml(text: string): SourceNode | undefined {
  return treeOf(parseYaml(text));
}

/** Throws SourceError on any error or warning. */
export function parseYaml(text: string): Document.Parsed<ParsedNode> {
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, YAML_OPTIONS);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw tooDeep(0);
    throw new SourceError(
      "YAML_SYNTAX",
      thrown instanceof Error ? thrown.message : String(thrown),
      0,
      "check the YAML",
    );
  }
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error && /call stack/.test(error.message)) throw tooDeep(error.pos[0]);
  if (error) throw new SourceError("YAML_SYNTAX", error.message, error.pos[0], hintFor(error.code));
  return document as Document.Parsed<ParsedNode>;
}

export function treeOf(document: Document.Parsed<ParsedNode>): SourceNode | undefined {
  if (!document.contents || (isScalar(document.contents) && document.contents.value === null))
    return undefined;
  return new Converter().convert(document.contents, 0);
}

function tooDeep(offset: number): SourceError {
  return new SourceError(
    "YAML_LIMIT",
    `values are nested more than ${MAX_DEPTH} deep`,
    offset,
    "flatten the file",
  );
}

function hintFor(code: string): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "indent with spaces, not tabs";
    case "MULTIPLE_DOCS":
      return "a file holds one pipeline: remove the second ---";
    case "TAG_RESOLVE_FAILED":
      return "write the value without a tag";
    case "BAD_ALIAS":
      return "there is no such anchor; quote the text if it begins with *";
    case "MISSING_CHAR":
      return "a quote, bracket or colon is missing";
    case "BAD_INDENT":
    case "BAD_COLLECTION_TYPE":
      return "keys of one level start in one column";
    default:
      return "check quotes, colons and indentation; quote texts that hold ': ' or ' #'";
  }
}

class Converter {
  readonly #anchors = new Map<string, Node>();
  /** Targets of the aliases that are being put in place. */
  readonly #open = new Set<Node>();
  #copied = 0;

  convert(node: Node | null, fallbackStart: number, depth = 0): SourceNode {
    const start = node?.range?.[0] ?? fallbackStart;
    if (depth > MAX_DEPTH) throw tooDeep(start);
    if (this.#open.size > 0 && ++this.#copied > MAX_COPIED) {
      throw new SourceError(
        "YAML_LIMIT",
        `aliases stand for more than ${MAX_COPIED} values`,
        start,
        "do not multiply aliases",
      );
    }
    if (isAlias(node)) return this.#alias(node.source, start, depth);
    if (this.#open.size === 0 && node && "anchor" in node && typeof node.anchor === "string") {
      this.#anchors.set(node.anchor, node);
    }
    if (isMap(node)) {
      const entries: SourceEntry[] = [];
      for (const pair of node.items) entries.push(this.#entry(pair, depth));
      return { kind: "map", start, entries };
    }
    if (isSeq(node)) {
      return {
        kind: "list",
        start,
        items: node.items.map((item) => this.convert(item as Node, start, depth + 1)),
      };
    }
    if (isScalar(node)) return this.#scalar(node, start);
    return { kind: "scalar", start, value: null, style: "plain" };
  }

  #alias(name: string, start: number, depth: number): SourceNode {
    const target = this.#anchors.get(name);
    if (!target) {
      throw new SourceError(
        "YAML_SYNTAX",
        `nothing before it is named &${name}`,
        start,
        "quote the text if it begins with *",
      );
    }
    if (this.#open.has(target)) {
      throw new SourceError(
        "YAML_LIMIT",
        "an alias stands inside what it stands for",
        start,
        "write the value out",
      );
    }
    this.#open.add(target);
    const node = this.convert(target, start, depth + 1);
    this.#open.delete(target);
    return node;
  }

  #entry(pair: { readonly key: unknown; readonly value: unknown }, depth: number): SourceEntry {
    const key = pair.key as Node | null;
    const keyStart = key?.range?.[0] ?? 0;
    if (!isScalar(key) || key.value === null || typeof key.value === "object") {
      throw new SourceError(
        "YAML_SYNTAX",
        "a key must be a name",
        keyStart,
        "quote it if it is meant as text",
      );
    }
    if (key.value === "<<" && key.type === "PLAIN") {
      throw new SourceError(
        "YAML_LIMIT",
        "merge keys (<<) are not part of the format",
        keyStart,
        "write the keys out",
      );
    }
    return {
      key: String(key.source ?? key.value),
      keyStart,
      node: this.convert(pair.value as Node | null, key.range?.[1] ?? keyStart, depth + 1),
    };
  }

  #scalar(node: { value: unknown; type?: string; source?: string }, start: number): SourceNode {
    const { value } = node;
    if (typeof value === "number") {
      if (!Number.isFinite(value)) {
        throw new SourceError(
          "INVALID_VALUE",
          `${node.source} is no JSON number`,
          start,
          "write a finite number, or quote it",
        );
      }
      if (Number.isInteger(value) && !Number.isSafeInteger(value) && !/[.eE]/.test(node.source ?? "")) {
        throw new SourceError(
          "YAML_LIMIT",
          `${node.source} is beyond 2^53 and would lose digits`,
          start,
          "quote it to keep it as text",
        );
      }
    }
    const style = node.type === "PLAIN" ? "plain" : node.type?.startsWith("BLOCK") ? "block" : "quoted";
    if (
      value === null ||
      typeof value === "boolean" ||
      typeof value === "number" ||
      typeof value === "string"
    ) {
      return { kind: "scalar", start, value, style };
    }
    throw new SourceError(
      "YAML_SYNTAX",
      "this value is not plain data",
      start,
      "write text, a number, true, false or null",
    );
  }
}
