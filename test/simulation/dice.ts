/** Chance that answers the same question the same way, in any order of asking: a hash of the seed and the question. */

export type Question = readonly (string | number)[];

export class Dice {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** FNV-1a over the question, stirred: a natural number below 2³². */
  number(...question: Question): number {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (const part of question) {
      const text = typeof part === "string" ? part : String(part);
      for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      hash = Math.imul(hash ^ 0x2f, 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  chance(percent: number, ...question: Question): boolean {
    return this.number("chance", ...question) % 100 < percent;
  }

  pick<Item>(from: readonly Item[], ...question: Question): Item {
    return from[this.number("pick", ...question) % from.length]!;
  }
}
