/**
 * Between the text's lines and the pipeline's parts, through the places the reader found. A part goes from its place
 * to the last following line that is indented deeper. Pure.
 */
import type { Place } from "#contract/errors.ts";

export type Places = Readonly<Record<string, Place>>;
export type Part =
  | { readonly kind: "node"; readonly id: string }
  | { readonly kind: "edge"; readonly index: number };
export type LineRange = { readonly from: number; readonly to: number };

/** More columns than a line has. */
const WIDE = 1e6;
const PART = /^(?:nodes\.([a-z][a-z0-9_-]*)|edges\.(\d+))$/;

export function partOf(path: string): Part | undefined {
  const head = /^(?:nodes\.[^.]+|edges\.\d+)/.exec(path)?.[0];
  const match = head === undefined ? null : PART.exec(head);
  if (match?.[1] !== undefined) return { kind: "node", id: match[1] };
  return match?.[2] === undefined ? undefined : { kind: "edge", index: Number(match[2]) };
}

/** The place of a path, or of the nearest thing around it. */
export function nearestPlace(places: Places, path: string): Place | undefined {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("."), 0))) {
    const place = places[at];
    if (place) return place;
  }
  return undefined;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Lines (1-based, both ends included) of the part that starts at `place`. */
export function partLines(lines: readonly string[], place: Place): LineRange {
  const first = lines[place.line - 1];
  if (first === undefined) return { from: place.line, to: place.line };
  const indent = indentOf(first);
  let last = place.line;
  for (let line = place.line + 1; line <= lines.length; line++) {
    const text = lines[line - 1] ?? "";
    if (text.trim() === "") continue;
    if (indentOf(text) <= indent) break;
    last = line;
  }
  return { from: place.line, to: last };
}

/** The node or edge that a cursor stands in. Edges of one chain share a line: the last one before the cursor counts. */
export function partAt(
  lines: readonly string[],
  places: Places,
  line: number,
  column: number,
): Part | undefined {
  let best: { readonly path: string; readonly place: Place; readonly rank: number } | undefined;
  for (const [path, place] of Object.entries(places)) {
    if (!PART.test(path) || place.line > line) continue;
    const behind = place.line === line && place.column > column;
    const rank = behind ? place.line * WIDE - place.column : place.line * WIDE + place.column;
    if (!best || rank > best.rank) best = { path, place, rank };
  }
  return best && partLines(lines, best.place).to >= line ? partOf(best.path) : undefined;
}
