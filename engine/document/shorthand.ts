/** Owns the short forms of an edge: chains, a single `on`, kinds left out. One text form, one meaning. */
import { ID_PATTERN } from "#contract/definition.ts";
import type { Json } from "#contract/json.ts";

export type RawEdge = { readonly [key: string]: Json };

const ARROW = /\s*->\s*/;

/** The names along `a -> b -> c`; undefined when the text is no chain of at least two. */
export function splitChain(text: string): readonly string[] | undefined {
  const names = text.trim().split(ARROW);
  return names.length >= 2 && names.every((name) => name !== "") ? names : undefined;
}

/** The name in a chain that is no id. */
export function badName(names: readonly string[]): string | undefined {
  return names.find((name) => !ID_PATTERN.test(name));
}

/** Fills in `kind`, makes `on` a list. Does not judge. */
export function expandEdge(raw: RawEdge): RawEdge {
  const on: Json | undefined = typeof raw.on === "string" ? [raw.on] : raw.on;
  const onlyError = Array.isArray(on) && on.length === 1 && on[0] === "error";
  const kind = raw.kind ?? inferKind(raw, on, onlyError);
  const { on: _, kind: __, ...rest } = raw;
  return { ...rest, kind, ...(on === undefined || (kind === "error" && onlyError) ? {} : { on }) };
}

function inferKind(raw: RawEdge, on: Json | undefined, onlyError: boolean): Json {
  if (onlyError && raw.else === undefined) return "error";
  return on === undefined && raw.when === undefined && raw.else === undefined ? "flow" : "branch";
}
