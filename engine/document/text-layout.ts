/** Owns where the parts of a parsed YAML text lie: lines, columns, the true end of a value. Changes nothing. */
import {
  isAlias,
  isCollection,
  isMap,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

export type BlockPair = Pair<Node, Node | null>;

/** A shape that cannot be edited safely in place: the caller writes that part anew. */
export class GiveUp extends Error {}

export class TextLayout {
  readonly #text: string;
  /** The outermost collections in brackets. */
  readonly #brackets: (readonly [number, number, number])[] = [];

  constructor(text: string, root: Node) {
    this.#text = text;
    visit(root, {
      Collection: (_, node) => {
        if (!node.flow || !node.range) return undefined;
        this.#brackets.push(node.range);
        return visit.SKIP;
      },
    });
  }

  pairEnd(pair: BlockPair): number {
    if (pair.value?.range && pair.value.range[1] > pair.key.range![1]) {
      return this.contentEnd(pair.value);
    }
    return this.#text.indexOf(":", pair.key.range![1]) + 1;
  }

  /**
   * Where a value ends, without the line break of a block of text. Block collections say more than that in their
   * own range: comments and empty lines that follow.
   */
  contentEnd(node: Node): number {
    if (isBlock(node)) {
      const last: unknown = node.items.at(-1);
      if (isMap(node)) return this.pairEnd(last as BlockPair);
      if (last && (last as Node).range) return this.contentEnd(last as Node);
    }
    const end = node.range![1];
    if (this.#text[end - 1] !== "\n") return end;
    return this.#text[end - 2] === "\r" ? end - 2 : end - 1;
  }

  lineStart(at: number): number {
    return this.#text.lastIndexOf("\n", at - 1) + 1;
  }

  lineEnd(at: number): number {
    const end = this.#text.indexOf("\n", at);
    return end < 0 ? this.#text.length : end;
  }

  column(at: number): number {
    return at - this.lineStart(at);
  }

  dash(itemStart: number): number {
    const start = this.lineStart(itemStart);
    const match = /^( *)- *$/.exec(this.#text.slice(start, itemStart));
    if (!match) throw new GiveUp("no dash of its own");
    return match[1]!.length;
  }

  isInBrackets(at: number): boolean {
    return this.#brackets.some(([start, end]) => start < at && at < end);
  }
}

export function isBlock(node: unknown): node is YAMLMap<Node, Node | null> | YAMLSeq<Node> {
  return isCollection(node) && !isAlias(node) && !node.flow && (isMap(node) || isSeq(node));
}
