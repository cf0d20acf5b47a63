/** How many terminal cells a text takes: two for CJK and emoji, none for combining marks and escapes. */

/** Made when first needed: it loads language data, and a run without a table does not need it. */
let segmenter: Intl.Segmenter | undefined;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Mark}\p{Control}\u200b-\u200f\ufeff]+$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escapes
const ESCAPES = /\u001b\[[0-9;]*m/g;

export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes(text.replace(ESCAPES, ""))) width += cells(segment);
  return width;
}

/** At most `width` cells, the rest as `…`. For text without escapes. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  let used = 1;
  for (const { segment } of graphemes(text)) {
    used += cells(segment);
    if (used > width) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : "";
}

/** Exactly `width` cells, for columns. */
export function padded(text: string, width: number): string {
  const short = cut(text, width);
  return short + " ".repeat(Math.max(0, width - textWidth(short)));
}

function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}

function cells(segment: string): number {
  if (INVISIBLE.test(segment)) return 0;
  return WIDE.test(segment) ? 2 : 1;
}
