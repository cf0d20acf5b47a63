/**
 * Owns the difference between two lists of edges as edits of the items that say them. An edge that stays keeps its
 * text; a chain keeps its text when all of it stays, side by side, and is split where one goes.
 */
import type { Node, YAMLSeq } from "yaml";
import type { EdgeDefinition } from "#contract/definition.ts";
import type { EdgeOrigin } from "./build-definition.ts";
import { jsonEqual } from "./json-equal.ts";
import { patchItem } from "./patch-value.ts";
import type { RawEdge } from "./shorthand.ts";
import { type SourceNode, toValue } from "./source-tree.ts";
import { GiveUp } from "./text-layout.ts";
import type { TextPatch } from "./text-patch.ts";
import { edgeItems, rawEdge } from "./yaml-style.ts";

export type EdgesBefore = {
  readonly edges: readonly EdgeDefinition[];
  readonly origins: readonly EdgeOrigin[];
};

export function patchEdges(
  patch: TextPatch,
  list: YAMLSeq<Node>,
  before: EdgesBefore,
  after: readonly EdgeDefinition[],
): void {
  const kept = align(before.edges, after);
  const items = itemsOf(before.origins);
  const used = new Set<number>();
  // Where the next new item goes: behind this one.
  let behind = -1;
  let waiting: EdgeDefinition[] = [];
  const flush = (): void => {
    for (const item of edgeItems(waiting)) patch.insertItem(list, behind, item);
    waiting = [];
  };
  for (let at = 0; at < after.length; ) {
    const old = kept[at];
    if (old === undefined) {
      waiting.push(after[at]!);
      at++;
      continue;
    }
    const item = before.origins[old]!.item;
    const [first, count] = items.get(item)!;
    const run = runLength(kept, at, first + count);
    if (old === first && run === count) {
      replaceFreed(behind, item);
      flush();
      behind = item;
      used.add(item);
      at += run;
    } else if (used.has(item)) {
      // The rest of a chain whose beginning has its place already.
      for (let i = 0; i < run; i++) waiting.push(after[at + i]!);
      at += run;
    } else {
      replaceFreed(behind, item);
      flush();
      const edges = after.slice(at, at + run);
      patch.replaceInline(list.items[item]!, edgeItems(edges)[0], 0);
      behind = item;
      used.add(item);
      at += run;
    }
  }
  replaceFreed(behind, list.items.length);
  flush();
  if (used.size === 0) throw new GiveUp("no edge keeps its place");
  for (const item of items.keys()) if (!used.has(item)) patch.deleteItem(list, item);

  /** An edge that changed: what stands in the same gap, written out as a map, is edited instead of replaced. */
  function replaceFreed(from: number, to: number): void {
    for (let item = from + 1; item < to && waiting.length > 0; item++) {
      const entry = items.get(item);
      if (!entry || used.has(item)) continue;
      const origin = before.origins[entry[0]]!;
      if (origin.node.kind !== "map") continue;
      const next = waiting[0]!;
      const old = before.edges[entry[0]]!;
      if (old.from !== next.from && old.to !== next.to) continue;
      waiting.shift();
      patchEdge(patch, list.items[item]!, origin.node, old, next);
      used.add(item);
      behind = item;
    }
  }
}

function patchEdge(
  patch: TextPatch,
  item: Node,
  source: SourceNode,
  old: EdgeDefinition,
  next: EdgeDefinition,
): void {
  const before = toValue(source) as RawEdge;
  const after: Record<string, unknown> = { ...rawEdge(next) };
  if (before.kind !== undefined) after.kind = next.kind;
  if (Array.isArray(before.on) && next.on) after.on = next.on;
  // What was there but could not be read is not ours to take away.
  for (const key of Object.keys(before)) {
    if (
      Reflect.get(old, key) === undefined &&
      after[key] === undefined &&
      !(key === "on" && old.kind === "error")
    )
      after[key] = before[key];
  }
  patchItem(patch, item, before, after);
}

/** Item of the list → its first edge and how many it has. */
function itemsOf(origins: readonly EdgeOrigin[]): Map<number, readonly [number, number]> {
  const items = new Map<number, readonly [number, number]>();
  origins.forEach(({ item }, index) => {
    const known = items.get(item);
    items.set(item, known ? [known[0], known[1] + 1] : [index, 1]);
  });
  return items;
}

function runLength(kept: readonly (number | undefined)[], at: number, end: number): number {
  let length = 1;
  while (kept[at + length] === kept[at]! + length && kept[at]! + length < end) length++;
  return length;
}

/** For each new edge the old one that it is, such that both run in the same order: the longest such choice. */
function align(before: readonly EdgeDefinition[], after: readonly EdgeDefinition[]): (number | undefined)[] {
  const positions = new Map<string, number[]>();
  before.forEach((edge, index) => {
    const key = `${edge.from} ${edge.to} ${edge.kind}`;
    const list = positions.get(key);
    if (list) list.push(index);
    else positions.set(key, [index]);
  });
  const matches = after.map((edge) => {
    const list = positions.get(`${edge.from} ${edge.to} ${edge.kind}`) ?? [];
    const found = list.findIndex((index) => jsonEqual(before[index], edge));
    return found < 0 ? undefined : list.splice(found, 1)[0];
  });
  return longestRising(matches);
}

/** Keeps the longest strictly rising choice of the numbers, the rest becomes undefined. */
function longestRising(values: readonly (number | undefined)[]): (number | undefined)[] {
  const tails: number[] = [];
  const previous = values.map(() => -1);
  values.forEach((value, index) => {
    if (value === undefined) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tails[low - 1]!;
    tails[low] = index;
  });
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) kept.add(at);
  return values.map((value, index) => (kept.has(index) ? value : undefined));
}
