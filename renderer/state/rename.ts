/** Rewrites `nodes.<id>` and `nodes["<id>"]` inside every text of a JSON-like value. Knows nothing of pipelines. */

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * A dash is part of an id but an operator of expressions, so such nodes are reached by `nodes["plan-b"]` or, where
 * the reader allows it, `nodes.plan-b`: the name ends where neither a word character nor a dash follows.
 */
export function renameInText(text: string, from: string, to: string): string {
  if (!text.includes("nodes")) return text;
  const name = escapeRegExp(from);
  const dotted = new RegExp(`(?<![\\w.])nodes\\.${name}(?![\\w-])`, "g");
  const quoted = new RegExp(`(?<![\\w.])nodes\\[\\s*(["'])${name}\\1\\s*\\]`, "g");
  const plain = /^[a-z_][a-z0-9_]*$/.test(to);
  return text
    .replace(dotted, () => (plain || from.includes("-") ? `nodes.${to}` : `nodes["${to}"]`))
    .replace(quoted, (_whole, quote: string) => `nodes[${quote}${to}${quote}]`);
}

/** A copy with every string rewritten; keys stay. */
export function renameInJson<T>(value: T, from: string, to: string): T {
  return walk(value, (text) => renameInText(text, from, to)) as T;
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, change)]));
}
