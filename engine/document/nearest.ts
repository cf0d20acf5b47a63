/** Owns "did you mean": the known names that a wrong one is closest to. */

/** A graph of thousands of nodes gets no perfect guesses. */
const MAX_LOOKED = 1_000;

/** At most three, nearest first; none when nothing is near. */
export function nearest(name: string, known: Iterable<string>): string[] {
  const limit = Math.floor((name.length + 2) / 3);
  if (name.length < 2) return [];
  const found: { name: string; distance: number }[] = [];
  const lower = name.toLowerCase();
  let looked = 0;
  for (const candidate of known) {
    if (++looked > MAX_LOOKED) break;
    if (Math.abs(candidate.length - name.length) > limit && !candidate.startsWith(name)) continue;
    const distance = candidate.startsWith(name) ? 1 : editDistance(lower, candidate.toLowerCase());
    if (distance <= limit) found.push({ name: candidate, distance });
  }
  found.sort((a, b) => a.distance - b.distance);
  return found.slice(0, 3).map((item) => item.name);
}

/** `did you mean a or b?`, or the whole list when it is short, or `otherwise`. */
export function suggest(name: string, known: Iterable<string>, otherwise: string): string {
  const names = [...known];
  const near = nearest(name, names);
  if (near.length > 0) return `did you mean ${near.join(" or ")}?`;
  if (names.length > 0 && names.length <= 24) return `${otherwise}: ${names.join(", ")}`;
  return otherwise;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
