/**
 * Owns edits of a YAML text in place: what is not touched keeps every byte. Knows maps, lists and scalars of the
 * parsed tree and where they lie, nothing of pipelines. A shape that it cannot edit safely makes it give up
 * (`GiveUp`), and the caller writes that part anew.
 */
import { isScalar, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { type BlockPair, GiveUp, isBlock, TextLayout } from "./text-layout.ts";
import { block, blockEntry, flow, indented, inline, isBlockText } from "./yaml-style.ts";

type Edit = { readonly start: number; readonly end: number; readonly text: string };

export class TextPatch {
  readonly #text: string;
  readonly #edits: Edit[] = [];
  readonly #layout: TextLayout;

  constructor(text: string, root: Node) {
    this.#text = text;
    this.#layout = new TextLayout(text, root);
  }

  /** For `rollback`: gives up everything asked for since. */
  mark(): number {
    return this.#edits.length;
  }

  rollback(mark: number): void {
    this.#edits.length = mark;
  }

  /** The text with all edits; insertions at one place keep the order in which they were asked for. */
  result(): string {
    const edits = this.#edits.map((edit, index) => ({ ...edit, index }));
    edits.sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
    const eol = this.#text.includes("\r\n") ? "\r\n" : "\n";
    let result = "";
    let at = 0;
    for (const edit of edits) {
      const text = eol === "\n" ? edit.text : edit.text.replaceAll("\n", eol);
      if (edit.start < at) {
        // New lines behind a line that goes: they take its place.
        if (edit.start !== edit.end || !edit.text.startsWith("\n")) throw new GiveUp("edits overlap");
        result += result === "" || result.endsWith("\n") ? text.slice(eol.length) + eol : text;
        continue;
      }
      result += this.#text.slice(at, edit.start) + text;
      at = edit.end;
    }
    return result + this.#text.slice(at);
  }

  /** The value of a pair in a map. `lines`: how it looks as a block. */
  replaceValue(pair: BlockPair, value: unknown, lines?: string): void {
    const old = pair.value;
    const keyEnd = pair.key.range![1];
    if (!old?.range || old.range[0] === old.range[1]) {
      const colon = this.#text.indexOf(":", keyEnd) + 1;
      if (colon === 0) throw new GiveUp("no colon");
      this.#edit(
        colon,
        colon,
        lines === undefined
          ? ` ${this.#layout.isInBrackets(colon) ? flow(value) : inline(value)}`
          : `\n${indented(lines, this.#layout.column(pair.key.range![0]) + 2)}`,
      );
      return;
    }
    if (!isBlock(old)) {
      this.replaceInline(old, value, this.#layout.column(pair.key.range![0]));
      return;
    }
    const colon = this.#text.indexOf(":", keyEnd) + 1;
    const indent = this.#layout.column(pair.key.range![0]);
    const isBig = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    const text = isBig ? `\n${indented(lines ?? block(value), indent + 2)}` : ` ${inline(value)}`;
    this.#edit(colon, this.#layout.contentEnd(old), text);
  }

  /** A scalar, alias or collection in brackets, where it stands. */
  replaceInline(old: Node, value: unknown, indent: number): void {
    const [start, end] = old.range!;
    const type = isScalar(old) ? old.type : undefined;
    const wasBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
    const inBrackets = this.#layout.isInBrackets(start);
    const isLong = isBlockText(value);
    const restOfLine = this.#text.slice(end, this.#layout.lineEnd(end)).trim();
    const ownLine = this.#text.slice(this.#layout.lineStart(start), start);
    if (isLong && (wasBlock || (restOfLine === "" && !inBrackets && /^\s*(- )*[^{[]*$/.test(ownLine)))) {
      const text = indented(block(value), indent + 2).trimStart();
      const closing = wasBlock && this.#text[end - 1] === "\n" ? "\n" : "";
      this.#edit(start, end, text + closing);
      return;
    }
    this.#edit(
      start,
      end,
      (inBrackets ? flow(value, type) : inline(value, type)) +
        (wasBlock && this.#text[end - 1] === "\n" ? "\n" : ""),
    );
  }

  renameKey(pair: BlockPair, key: string): void {
    this.#edit(pair.key.range![0], pair.key.range![1], flow(key));
  }

  deletePair(map: YAMLMap<Node, Node | null>, index: number): void {
    const pair = map.items[index]!;
    if (map.flow) {
      this.#deleteInFlow(map, index);
      return;
    }
    this.#deleteLines(pair.key.range![0], this.#layout.pairEnd(pair), "");
  }

  /** After the pair at `index`; -1 puts it first. The map is not empty. */
  insertPair(
    map: YAMLMap<Node, Node | null>,
    index: number,
    key: string,
    value: unknown,
    entry = blockEntry(key, value),
  ): void {
    if (map.flow) {
      this.#insertInFlow(map, index, `${flow(key)}: ${flow(value)}`);
      return;
    }
    const first = map.items[0]!.key.range![0];
    const indent = this.#layout.column(first);
    const lines = indented(entry, indent);
    if (index < 0) {
      // The dash of a list may stand before the first key: then the new pair takes its place.
      this.#edit(first, first, `${lines.trimStart()}\n${" ".repeat(indent)}`);
      return;
    }
    this.#insertAfter(this.#layout.pairEnd(map.items[index]!), lines);
  }

  deleteItem(list: YAMLSeq<Node>, index: number): void {
    if (list.flow) {
      this.#deleteInFlow(list, index);
      return;
    }
    const item = list.items[index]!;
    this.#deleteLines(item.range![0], this.#layout.contentEnd(item), "-");
  }

  /** `text` is one item on one line, or several lines for a block list. After `index`; -1 puts it first. */
  insertItem(list: YAMLSeq<Node>, index: number, value: unknown): void {
    if (list.flow) {
      this.#insertInFlow(list, index, flow(value));
      return;
    }
    const first = list.items[0]!;
    const column = this.#layout.dash(first.range![0]);
    const isBig = isBlockText(value);
    const text = isBig ? indented(block(value), 2).trimStart() : inline(value);
    const line = indented(`- ${text}`, column);
    if (index >= 0) {
      this.#insertAfter(this.#layout.contentEnd(list.items[index]!), line);
      return;
    }
    const start = this.#layout.lineStart(first.range![0]);
    this.#edit(start, start, `${line}\n`);
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  #insertAfter(contentEnd: number, lines: string): void {
    const end = this.#layout.lineEnd(contentEnd);
    const at = this.#text[end - 1] === "\r" && this.#text[end] === "\n" ? end - 1 : end;
    this.#edit(at, at, `\n${lines}`);
  }

  /** Whole lines, so nothing but white space and `lead` may stand before the start. */
  #deleteLines(start: number, contentEnd: number, lead: string): void {
    const lineStart = this.#layout.lineStart(start);
    if (this.#text.slice(lineStart, start).trim() !== lead) throw new GiveUp("shares its line");
    const end = this.#layout.lineEnd(contentEnd) + 1;
    if (end > this.#text.length && lineStart > 0) {
      this.#edit(lineStart - 1, this.#text.length, "");
      return;
    }
    this.#edit(lineStart, Math.min(end, this.#text.length), "");
  }

  #deleteInFlow(collection: YAMLMap<Node, Node | null> | YAMLSeq<Node>, index: number): void {
    const spans = collection.items.map((item) => this.#span(item as Node | BlockPair));
    const [start, end] = spans[index]!;
    // With the comma before it, or, for the first, the one after it.
    if (index > 0) this.#edit(spans[index - 1]![1], end, "");
    else this.#edit(start, spans[1]?.[0] ?? end, "");
  }

  #insertInFlow(collection: YAMLMap<Node, Node | null> | YAMLSeq<Node>, index: number, text: string): void {
    if (collection.items.length === 0) throw new GiveUp("empty");
    if (index < 0) {
      const [start] = this.#span(collection.items[0] as Node | BlockPair);
      this.#edit(start, start, `${text}, `);
      return;
    }
    const [, end] = this.#span(collection.items[index] as Node | BlockPair);
    this.#edit(end, end, `, ${text}`);
  }

  #span(item: Node | BlockPair): readonly [number, number] {
    if ("key" in item) return [item.key.range![0], item.value?.range?.[1] ?? item.key.range![1]];
    return [item.range![0], item.range![1]];
  }
}
