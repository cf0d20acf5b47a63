/** How well an entry answers what was typed: every word must be found somewhere. 0 hides the entry. Pure. */

/** `keywords`: the title first, then lesser texts. */
export function searchScore(value: string, search: string, keywords: readonly string[] = []): number {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const title = (keywords[0] ?? value).toLowerCase();
  const name = value.toLowerCase();
  const rest = keywords.slice(1).join(" ").toLowerCase();
  let score = 1;
  for (const word of words) {
    const part = title.startsWith(word)
      ? 1
      : title.split(/[\s._-]+/).some((each) => each.startsWith(word))
        ? 0.9
        : name.includes(word)
          ? 0.8
          : title.includes(word)
            ? 0.7
            : rest.includes(word)
              ? 0.3
              : 0;
    score *= part;
  }
  return score;
}
