/**
 * Owns the fast way in for files that are JSON: JSON.parse finds the errors, a linear walk finds where values stand.
 * A file that begins with `{` but is not JSON is YAML in flow style, and goes the other way.
 */
import { MAX_DEPTH, type SourceEntry, SourceError, type SourceNode } from "./source-tree.ts";

/** Undefined when the text is not JSON. */
export function readJson(text: string): SourceNode | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new JsonWalker(text).value(0);
}

/** Trusts that the text is JSON. */
class JsonWalker {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): SourceNode {
    this.#space();
    const start = this.#at;
    if (depth > MAX_DEPTH)
      throw new SourceError(
        "YAML_LIMIT",
        `values are nested more than ${MAX_DEPTH} deep`,
        start,
        "flatten the file",
      );
    switch (this.#text[start]) {
      case "{":
        return { kind: "map", start, entries: this.#entries(depth) };
      case "[":
        return { kind: "list", start, items: this.#items(depth) };
      case '"':
        return { kind: "scalar", start, value: this.#string(), style: "quoted" };
      default:
        return this.#word(start);
    }
  }

  #entries(depth: number): SourceEntry[] {
    const entries: SourceEntry[] = [];
    while (this.#more("}")) {
      const keyStart = this.#at;
      const key = this.#string();
      this.#space();
      this.#at++;
      entries.push({ key, keyStart, node: this.value(depth + 1) });
    }
    return entries;
  }

  #items(depth: number): SourceNode[] {
    const items: SourceNode[] = [];
    while (this.#more("]")) items.push(this.value(depth + 1));
    return items;
  }

  /** Steps over the bracket or comma in front of the next item; false at the closing bracket. */
  #more(close: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== close) {
      this.#at++;
      this.#space();
    }
    if (this.#text[this.#at] !== close) return true;
    this.#at++;
    return false;
  }

  #string(): string {
    const start = this.#at++;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === "\\" ? 2 : 1;
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #word(start: number): SourceNode {
    const word = /[^\s,\]}]*/y;
    word.lastIndex = start;
    const source = word.exec(this.#text)![0];
    this.#at = start + source.length;
    const value = JSON.parse(source) as null | boolean | number;
    if (
      typeof value === "number" &&
      (!Number.isFinite(value) || (/^-?\d+$/.test(source) && !Number.isSafeInteger(value)))
    ) {
      throw new SourceError(
        "YAML_LIMIT",
        `${source} is beyond 2^53 and would lose digits`,
        start,
        "quote it to keep it as text",
      );
    }
    return { kind: "scalar", start, value, style: "plain" };
  }

  #space(): void {
    while (this.#at < this.#text.length && this.#text.charCodeAt(this.#at) <= 32) this.#at++;
  }
}
