/** How fast the simulated model speaks. */

/** Without a delay of its own, an answer takes this long a word. */
export const MS_A_WORD = 25;
/** A failure that has no delay of its own. */
export const MS_TO_FAIL = 100;

/** Pieces that an answer can be streamed in. */
export function wordsIn(text: string): readonly string[] {
  return text.match(/\S{1,12}\s*|\s+/gu) ?? [];
}

/** What streams for an answer. */
export function spokenText(answer: unknown): string {
  return typeof answer === "string" ? answer : JSON.stringify(answer, null, 1);
}
