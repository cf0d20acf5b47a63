/**
 * The one line on a node that says what it does, in the settings' own words: a path, a prompt, a rule count.
 * Pure; no knowledge of single activities beyond which setting says most.
 */
import type { NodeDefinition } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";

/** The settings that say most, the most telling first. */
const TELLING = [
  "path",
  "url",
  "prompt",
  "title",
  "text",
  "score",
  "name",
  "value",
  "code",
  "command",
  "duration",
  "for",
  "query",
  "pass",
];

const LONGEST = 80;

export type SummaryWords = {
  readonly rules: (count: number, otherwise: string) => string;
  readonly steps: (count: number) => string;
};

export function summaryLine(node: NodeDefinition, words: SummaryWords): string {
  const settings = (node.with ?? {}) as Readonly<Record<string, Json>>;
  const rules = settings.rules;
  if (Array.isArray(rules)) return words.rules(rules.length, text(settings.otherwise) ?? "");
  const script = settings.script;
  if (Array.isArray(script)) return words.steps(script.length);
  const parts: string[] = [];
  for (const name of TELLING) {
    const said = text(settings[name]);
    if (said) parts.push(said);
    if (parts.length === 2) break;
  }
  if (parts.length === 0) {
    const first = Object.values(settings)
      .map(text)
      .find((said) => said);
    if (first) parts.push(first);
  }
  if (node.layer !== undefined || parts.length === 0) parts.push(node.uses);
  return parts.slice(0, 2).join(" · ");
}

function text(value: Json | undefined): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return undefined;
  const line = value
    .replace(/\$\{\{\s*(.*?)\s*\}\}/g, "$1")
    .replace(/\bnodes\.([\w-]+)\.output\b/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line || undefined;
}
