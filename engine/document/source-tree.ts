/**
 * Owns the neutral tree that both readers (YAML, JSON) produce and all checks work on: values with their offsets in
 * the text. Also the way from an offset to line and column, by a table made once.
 */
import type { ErrorCode, Place, Problem } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";

export type SourceEntry = { readonly key: string; readonly keyStart: number; readonly node: SourceNode };

export type SourceNode =
  | { readonly kind: "map"; readonly start: number; readonly entries: readonly SourceEntry[] }
  | { readonly kind: "list"; readonly start: number; readonly items: readonly SourceNode[] }
  | {
      readonly kind: "scalar";
      readonly start: number;
      readonly value: null | boolean | number | string;
      /** How the text of a string lies in the file, for places inside it. */
      readonly style: "plain" | "quoted" | "block";
    };

/** What stops a text from being read at all. The first one found is thrown; nothing is guessed after it. */
export class SourceError extends Error {
  readonly code: ErrorCode;
  readonly offset: number;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, offset: number, hint: string) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.hint = hint;
  }
}

export const MAX_DEPTH = 100;
/** Values that aliases may stand for together: what keeps a small file from being a huge document. */
export const MAX_COPIED = 50_000;

export class LineTable {
  readonly #starts: number[] = [0];
  readonly #file: string | undefined;

  constructor(text: string, file: string | undefined) {
    this.#file = file;
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.#starts.push(i + 1);
  }

  place(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const at = { line: low + 1, column: offset - this.#starts[low]! + 1 };
    return this.#file === undefined ? at : { file: this.#file, ...at };
  }

  /** Offset of the first character of a 1-based line. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.#starts.at(-1)!;
  }
}

/** Keys written twice, once over the whole tree in linear time. Throws the first in the order of the text. */
export function checkKeys(root: SourceNode): void {
  const stack: SourceNode[] = [root];
  let first: SourceEntry | undefined;
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (node.kind === "list") for (const item of node.items) stack.push(item);
    if (node.kind !== "map") continue;
    const seen = new Set<string>();
    for (const entry of node.entries) {
      if (entry.key === "__proto__") {
        throw new SourceError(
          "YAML_LIMIT",
          "__proto__ cannot be a key",
          entry.keyStart,
          "choose another name",
        );
      }
      if (seen.has(entry.key) && (!first || entry.keyStart < first.keyStart)) first = entry;
      seen.add(entry.key);
      stack.push(entry.node);
    }
  }
  if (!first) return;
  throw new SourceError(
    "DUPLICATE_KEY",
    `"${first.key}" is written twice`,
    first.keyStart,
    "keep one of them",
  );
}

export function toValue(node: SourceNode): Json {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toValue);
  const value: Record<string, Json> = {};
  for (const { key, node: child } of node.entries) value[key] = toValue(child);
  return value;
}

export function entryOf(node: SourceNode | undefined, key: string): SourceEntry | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key) : undefined;
}

export function childOf(node: SourceNode | undefined, key: string | number): SourceNode | undefined {
  if (node?.kind === "list") return node.items[Number(key)];
  return entryOf(node, String(key))?.node;
}

/** How a check reports: where it is in the definition, and in the file. */
export type Report = (
  problem: Omit<Problem, "place" | "severity" | "hint"> & {
    /** Suggestions are looked for only when the problem is shown. */
    readonly hint?: string | (() => string) | undefined;
    readonly severity?: Problem["severity"];
    readonly offset?: number;
    readonly place?: Place;
  },
) => void;
