/** The smallest single replacement that turns one text into another, and the merge of two of them. */

export type Splice = { readonly from: number; readonly to: number; readonly insert: string };

export function spliceBetween(before: string, after: string): Splice {
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) };
}

/** What both `mine` and `theirs` made of `base`; undefined when they changed the same place. */
export function mergeTexts(base: string, mine: string, theirs: string): string | undefined {
  if (base === mine) return theirs;
  if (base === theirs || mine === theirs) return mine;
  const a = spliceBetween(base, mine);
  const b = spliceBetween(base, theirs);
  const [first, second] = a.from <= b.from ? [a, b] : [b, a];
  if (second.from <= first.to) return undefined;
  return (
    base.slice(0, first.from) +
    first.insert +
    base.slice(first.to, second.from) +
    second.insert +
    base.slice(second.to)
  );
}
