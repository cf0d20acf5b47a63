/** Owns `${{ … }}`: where the expressions in a text begin and end, whatever strings and braces they hold. */
import { LayerloomError } from "#contract/errors.ts";
import { STRING_OR_COMMENT } from "./mask.ts";
import { placeAt } from "./place-at.ts";

/** `text` as it stands, or an expression that starts at `offset` of the whole. */
export type TemplatePart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "expression"; readonly source: string; readonly offset: number };

const OPEN = "${{";
const STRING = new RegExp(STRING_OR_COMMENT, "y");

export function holdsExpression(text: string): boolean {
  return text.includes(OPEN);
}

/** Throws EXPRESSION_SYNTAX, with its place within the text, when a `${{` is never closed or holds nothing. */
export function splitTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    if (open > at) parts.push({ type: "text", text: text.slice(at, open) });
    const start = open + OPEN.length;
    const end = findClose(text, start);
    if (end < 0) {
      throw new LayerloomError("EXPRESSION_SYNTAX", "${{ is never closed", {
        hint: "close it with }}",
        place: placeAt(text, open),
      });
    }
    const inner = text.slice(start, end);
    const source = inner.trim();
    if (source === "") {
      throw new LayerloomError("EXPRESSION_SYNTAX", "there is nothing between ${{ and }}", {
        hint: "write an expression such as inputs.name",
        place: placeAt(text, open),
      });
    }
    parts.push({ type: "expression", source, offset: start + inner.indexOf(source) });
    at = end + 2;
  }
  if (at < text.length) parts.push({ type: "text", text: text.slice(at) });
  return parts;
}

function findClose(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (char === "{") depth++;
    else if (char === "}") {
      if (depth > 0) depth--;
      else if (text[i + 1] === "}") return i;
    } else if (char === '"' || char === "'" || char === "r" || char === "R" || char === "/") {
      STRING.lastIndex = i;
      const match = STRING.exec(text);
      // A name that ends in r is no raw string, and a lone quote is for the parser to complain about.
      if (match && !(/[rR]/.test(char) && /\w/.test(text[i - 1] ?? ""))) i += match[0].length - 1;
    }
  }
  return -1;
}
