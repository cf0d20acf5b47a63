/**
 * Copied nodes as YAML text that people, editors and other windows understand: `nodes:`, `edges:`, `layout:`.
 * Writing is synchronous (a copy event allows nothing else) and uses block style with JSON scalars; reading is the
 * engine's job, so anything a pipeline file may say may also be pasted.
 */
import type { EngineApi } from "#contract/engine-api.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Fragment } from "#renderer/state/edits.ts";

const PLAIN = /^[a-zA-Z_][\w./-]*( [\w./-]+)*$/;
const WORDS = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

function scalar(value: Json): string {
  if (typeof value === "string" && PLAIN.test(value) && !WORDS.has(value.toLowerCase())) return value;
  return JSON.stringify(value);
}

const key = (name: string): string => scalar(name);
const isFlat = (value: Json): boolean =>
  typeof value !== "object" || value === null || Object.keys(value).length === 0;

/** Text of several lines that block style keeps as it is: no tabs, nothing at the ends but one line break. */
function isBlock(text: string): boolean {
  return /\S\n\s*\S/.test(text) && !/^\s|[\t\r]|[^\S\n]$|\n\s*\n$/.test(text);
}

function block(text: string, indent: string): string {
  const ends = text.endsWith("\n");
  const lines = (ends ? text.slice(0, -1) : text).split("\n");
  return ` ${ends ? "|" : "|-"}\n${lines.map((line) => (line === "" ? "" : indent + line)).join("\n")}\n`;
}

function write(value: Json, indent: string): string {
  if (typeof value === "string" && isBlock(value)) return block(value, indent);
  if (isFlat(value)) return ` ${scalar(value)}\n`;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    if (items.every(isFlat))
      return ` [${items.map((item) => (typeof item === "string" ? JSON.stringify(item) : scalar(item))).join(", ")}]\n`;
    return `\n${items.map((item) => `${indent}-${nested(item, `${indent}  `)}`).join("")}`;
  }
  const entries = Object.entries(value as JsonObject);
  return `\n${entries.map(([name, item]) => `${indent}${key(name)}:${write(item, `${indent}  `)}`).join("")}`;
}

/** An object inside a list starts on the line of its dash. */
function nested(item: Json, indent: string): string {
  const text = write(item, indent);
  return text.startsWith("\n") ? ` ${text.slice(1 + indent.length)}` : text;
}

const clean = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

export function fragmentText(fragment: Fragment): string {
  const parts = [`nodes:${write(clean(fragment.nodes), "  ")}`];
  if (fragment.edges.length > 0) parts.push(`edges:${write(clean(fragment.edges), "  ")}`);
  if (fragment.layout && Object.keys(fragment.layout).length > 0)
    parts.push(`layout:${write(clean(fragment.layout), "  ")}`);
  return parts.join("");
}

/** Undefined when the text is no piece of a pipeline. */
export async function readFragment(
  engine: Pick<EngineApi, "readDocument">,
  text: string,
): Promise<Fragment | undefined> {
  const body = text.trim();
  if (!/(^|\n)nodes\s*:/.test(body)) return undefined;
  const head = [
    /(^|\n)layerloom\s*:/.test(body) ? "" : "layerloom: 1\n",
    /(^|\n)name\s*:/.test(body) ? "" : "name: pasted\n",
  ];
  const tail = /(^|\n)edges\s*:/.test(body) ? "" : "\nedges: []\n";
  const { definition } = await engine.readDocument({ text: `${head.join("")}${body}${tail}` });
  if (!definition || Object.keys(definition.nodes).length === 0) return undefined;
  return { nodes: definition.nodes, edges: definition.edges, layout: definition.layout };
}
