/** A quote as lines of plain text. Pure: it neither prints nor looks at the terminal. */
import type { Amount, Figure, NodeQuote, Quote, Total } from "#contract/quote.ts";
import { padded, textWidth } from "./width.ts";
import { elapsed } from "./words.ts";

const HEAD = ["node", "runs", "tries", "expected", "time", "at worst", "time", "based on"] as const;
/** Columns of figures. */
const TO_THE_RIGHT: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6]);
const MAX_NAME = 32;
const NAMES_SHOWN = 5;
/** Everything from here on is no longer told exactly. */
const COUNTLESS = 2 ** 53;

export function quoteLines(quote: Quote): readonly string[] {
  const rows = [HEAD, ...quote.nodes.flatMap((node) => rowsOf(node))];
  const widths = HEAD.map((_, place) => Math.max(...rows.map((row) => textWidth(row[place] ?? ""))));
  widths[0] = Math.min(MAX_NAME, widths[0] ?? 0);
  const table = rows.map((row) =>
    row
      .map((cell, place) => {
        const width = widths[place] ?? 0;
        return TO_THE_RIGHT.has(place) ? " ".repeat(width - textWidth(cell)) + cell : padded(cell, width);
      })
      .join("  ")
      .trimEnd(),
  );
  const notes = [
    `Expected  ${totalText(quote.expected)}`,
    `At worst  ${totalText(quote.worst)}`,
    ...(quote.budget === undefined ? [] : [`Budget    $${quote.budget.toFixed(2)}, never spent over`]),
    ...(quote.path.length > 1 ? [`One pass is as long as  ${quote.path.join(" → ")}`] : []),
  ];
  return [...table, "", ...notes];
}

/** What is inside stands under its node, further in. */
function rowsOf(node: NodeQuote, indent = ""): readonly (readonly string[])[] {
  const [id = "", ...cells] = rowOf(node);
  const inside = node.inside ?? [];
  return [[indent + id, ...cells], ...inside.flatMap((inner) => rowsOf(inner, `${indent}  `))];
}

function rowOf(node: NodeQuote): readonly string[] {
  const { id, activations, attempts, items, expected, worst } = node;
  const each = items === undefined ? "" : items === null ? " an item" : ` × ${items} items`;
  return [
    id,
    `≤ ${countText(activations)}`,
    `≤ ${countText(attempts)}${each}`,
    expected ? usdText(expected.usd) : "–",
    expected ? msText(expected.ms) : "–",
    usdText(worst.usd),
    msText(worst.ms),
    basisText(expected, worst),
  ];
}

function basisText(expected: Amount | null, worst: Amount): string {
  const figures = [expected?.usd, expected?.ms, worst.usd, worst.ms];
  const words = figures.flatMap((figure) => (figure && figure.basis !== "local" ? [figure.basis] : []));
  return words.length === 0 ? "local" : [...new Set(words)].join(", ");
}

function countText(count: number): string {
  return count >= COUNTLESS ? "9 quadrillion or more" : count.toLocaleString("en-US");
}

function usdText({ value, atLeast }: Figure): string {
  return value === null ? "unknown" : `${atLeast ? "≥ " : ""}${dollars(value)}`;
}

function msText({ value, atLeast }: Figure): string {
  return value === null ? "unknown" : `${atLeast ? "≥ " : ""}${elapsed(value)}`;
}

/** Never a false zero. */
function dollars(usd: number): string {
  if (usd === 0 || usd >= 0.1) return `$${usd.toFixed(2)}`;
  return usd < 0.0001 ? "< $0.0001" : `$${usd.toFixed(4)}`;
}

function totalText({ usd, ms, unknownUsd, unknownMs }: Total): string {
  return `${part(dollars(usd), unknownUsd)} · ${part(elapsed(ms), unknownMs)}`;
}

function part(sum: string, unknown: readonly string[]): string {
  if (unknown.length === 0) return sum;
  const more = unknown.length - NAMES_SHOWN;
  const names = unknown.slice(0, NAMES_SHOWN).join(", ");
  return `at least ${sum} (not all known of ${names}${more > 0 ? ` and ${more} more` : ""})`;
}
