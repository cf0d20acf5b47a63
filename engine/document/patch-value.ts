/** Owns the difference between two JSON values as edits of the text that says the first. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { definedKeys, jsonEqual } from "./json-equal.ts";
import { GiveUp } from "./text-layout.ts";
import type { TextPatch } from "./text-patch.ts";

type Record_ = { readonly [key: string]: unknown };
type BlockPair = Pair<Node, Node | null>;
type BlockMap = YAMLMap<Node, Node | null>;

/** `order`: keys as they follow each other, for new ones. `special`: keys that somebody else takes care of. */
export type MapOptions = {
  readonly order?: readonly string[];
  readonly special?: { readonly [key: string]: (pair: BlockPair | undefined) => boolean };
  readonly child?: MapOptions;
  readonly children?: { readonly [key: string]: MapOptions };
};

export function patchMap(
  patch: TextPatch,
  map: BlockMap,
  before: Record_,
  after: Record_,
  options: MapOptions = {},
): void {
  const removed = definedKeys(before).filter((key) => after[key] === undefined);
  const added = definedKeys(after).filter((key) => before[key] === undefined);
  let left = map.items.length;
  // Commas belong to neighbours: two changes side by side would fight over them.
  if (map.flow && removed.length > 0 && removed.length + added.length > 1)
    throw new GiveUp("too much in one line");
  for (const key of definedKeys(after)) {
    if (before[key] === undefined || jsonEqual(before[key], after[key])) continue;
    const pair = pairOf(map, key);
    if (!pair) throw new GiveUp("the key is not there");
    if (options.special?.[key]?.(pair)) continue;
    patchPair(patch, pair, before[key], after[key], options.children?.[key] ?? options.child);
  }
  const renamed = new Map<string, string>();
  for (const key of removed) {
    const to = added.find(
      (name) => !renamed.has(name) && !pairOf(map, name) && jsonEqual(before[key], after[name]),
    );
    if (to !== undefined && isMap(pairOf(map, key)?.value)) renamed.set(to, key);
  }
  const gone = new Set(renamed.values());
  for (const [to, from] of renamed) patch.renameKey(pairOf(map, from)!, to);
  for (const key of removed) {
    const index = map.items.findIndex((pair) => keyOf(pair) === key);
    if (gone.has(key) || index < 0) continue;
    left--;
    patch.deletePair(map, index);
  }
  const fresh = added.filter((key) => !renamed.has(key));
  // Somebody has to be left for the new ones to stand behind, and an empty map is written `{}`.
  if (left === 0) throw new GiveUp("nothing is left of the map");
  for (const key of fresh) insert(patch, map, key, after, options, new Set(removed));
}

function insert(
  patch: TextPatch,
  map: BlockMap,
  key: string,
  after: Record_,
  options: MapOptions,
  removed: ReadonlySet<string>,
): void {
  const existing = pairOf(map, key);
  if (options.special?.[key]?.(existing)) return;
  if (existing) {
    // There is a value that could not be read; now there is one that can.
    patch.replaceValue(existing, after[key]);
    return;
  }
  const rank = options.order?.indexOf(key) ?? -1;
  let index = -1;
  map.items.forEach((pair, at) => {
    const name = keyOf(pair);
    const place = options.order?.indexOf(name) ?? -1;
    const isBefore = rank < 0 || (place >= 0 && place < rank);
    if (isBefore && !removed.has(name)) index = at;
  });
  if (index < 0 && removed.has(keyOf(map.items[0]!))) throw new GiveUp("no neighbour");
  patch.insertPair(map, index, key, after[key]);
}

function patchPair(
  patch: TextPatch,
  pair: BlockPair,
  before: unknown,
  after: unknown,
  options?: MapOptions,
): void {
  const { value } = pair;
  const mark = patch.mark();
  try {
    if (isRecord(before) && isRecord(after) && isMap(value) && canRecurse(before, after)) {
      patchMap(patch, value as BlockMap, before, after, options);
      return;
    }
    if (
      Array.isArray(before) &&
      Array.isArray(after) &&
      isSeq(value) &&
      before.length > 0 &&
      after.length > 0
    ) {
      patchList(patch, value as YAMLSeq<Node>, before, after);
      return;
    }
  } catch (thrown) {
    if (!(thrown instanceof GiveUp)) throw thrown;
    patch.rollback(mark);
  }
  patch.replaceValue(pair, after);
}

/** Some key stays, so that the map is never emptied on the way. */
function canRecurse(before: Record_, after: Record_): boolean {
  return definedKeys(before).some((key) => after[key] !== undefined);
}

function patchList(
  patch: TextPatch,
  list: YAMLSeq<Node>,
  before: readonly unknown[],
  after: readonly unknown[],
): void {
  if (list.items.length !== before.length) throw new GiveUp("the list is not what it was");
  let head = 0;
  while (head < before.length && head < after.length && jsonEqual(before[head], after[head])) head++;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && jsonEqual(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail++;
  const shared = Math.min(before.length, after.length) - head - tail;
  if (list.flow && before.length - tail - head - shared > 0) throw new GiveUp("too much in one line");
  for (let i = head; i < head + shared; i++) patchItem(patch, list.items[i]!, before[i], after[i]);
  for (let i = head + shared; i < before.length - tail; i++) patch.deleteItem(list, i);
  for (let i = head + shared; i < after.length - tail; i++)
    patch.insertItem(list, head + shared - 1, after[i]);
}

export function patchItem(patch: TextPatch, item: Node, before: unknown, after: unknown): void {
  if (jsonEqual(before, after)) return;
  if (isRecord(before) && isRecord(after) && isMap(item) && canRecurse(before, after)) {
    patchMap(patch, item as BlockMap, before, after);
  } else if (
    Array.isArray(before) &&
    Array.isArray(after) &&
    isSeq(item) &&
    before.length > 0 &&
    after.length > 0
  ) {
    patchList(patch, item as YAMLSeq<Node>, before, after);
  } else if (isScalar(item) || (isMap(item) && item.flow) || (isSeq(item) && item.flow)) {
    patch.replaceInline(item, after, 0);
  } else {
    throw new GiveUp("a block item of another kind");
  }
}

function pairOf(map: BlockMap, key: string): BlockPair | undefined {
  return map.items.find((pair) => keyOf(pair) === key);
}

function keyOf(pair: BlockPair): string {
  return isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : "";
}

function isRecord(value: unknown): value is Record_ {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
