/**
 * Owns the two places where the project's names and CEL's grammar disagree: `loop` is a reserved word there, and
 * ids may hold hyphens (`nodes.fetch-data.output`). Both are masked by characters of the same length, so that
 * every position stays what it was, and put back in the tree by looking at the original text.
 * A hyphen right after `nodes.<id>` or `memory.<name>` can only belong to the name: nothing can be subtracted from
 * the object that stands there.
 */

const LOOP_MASK = "l00p";
/** A comment or a string of CEL, in which nothing is masked and no brace counts. */
export const STRING_OR_COMMENT = [
  /\/\/[^\n]*/,
  /[rR]?"""(?:[^\\]|\\[\s\S])*?"""/,
  /[rR]?'''(?:[^\\]|\\[\s\S])*?'''/,
  /[rR]?"(?:[^"\\\n]|\\.)*"/,
  /[rR]?'(?:[^'\\\n]|\\.)*'/,
]
  .map((pattern) => pattern.source)
  .join("|");
const NAME = /(?<![\w.])(?:nodes|memory)\s*\.\s*\??\s*[a-z][\w-]*|(?<!\w)loop(?!\w)/.source;
const TOKEN = new RegExp(`${STRING_OR_COMMENT}|${NAME}`, "g");

export function mask(source: string): string {
  return source.replace(TOKEN, (token) => {
    if (token === "loop") return LOOP_MASK;
    if (!token.startsWith("nodes") && !token.startsWith("memory")) return token;
    return token.replaceAll("-", "_");
  });
}

/** A library message with the person's own names in it. */
export function unmask(message: string): string {
  return message.replaceAll(LOOP_MASK, "loop").replaceAll("join_", "join");
}

export function isMaskedLoop(name: string): boolean {
  return name === LOOP_MASK;
}
