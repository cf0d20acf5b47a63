/**
 * File name patterns: `?` one character, `*` any within a name, `**` any number of folders. A wildcard does not match
 * a leading dot. Linear in practice: no regular expression is built from what a pipeline says.
 */
export type Glob = {
  /** `path` is relative, with `/`. */
  matches(path: string): boolean;
  /** May anything below this folder match? The empty text is the folder that the pattern starts from. */
  mayMatchBelow(folder: string): boolean;
};

export function compileGlob(pattern: string): Glob {
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.at(-1) === "**") parts.push("*");
  return {
    matches: (path) => placesAfter(parts, path.split("/")).has(parts.length),
    mayMatchBelow(folder) {
      const names = folder === "" ? [] : folder.split("/");
      return [...placesAfter(parts, names)].some((place) => place < parts.length);
    },
  };
}

/** Where in the pattern one can stand after these names. */
function placesAfter(parts: readonly string[], names: readonly string[]): Set<number> {
  let places = overFolders(parts, [0]);
  for (const name of names) {
    const next: number[] = [];
    for (const place of places) {
      const part = parts[place];
      if (part === undefined) continue;
      if (part === "**") {
        if (!name.startsWith(".")) next.push(place);
      } else if (nameMatches(part, name)) next.push(place + 1);
    }
    places = overFolders(parts, next);
  }
  return places;
}

/** `**` also stands for no folder at all. */
function overFolders(parts: readonly string[], places: readonly number[]): Set<number> {
  const all = new Set<number>();
  for (const place of places) {
    let last = place;
    while (parts[last] === "**") last += 1;
    for (let each = place; each <= last; each += 1) all.add(each);
  }
  return all;
}

/** Greedy with one point to fall back to: at most length × length steps. */
function nameMatches(part: string, name: string): boolean {
  if (name.startsWith(".") && !part.startsWith(".")) return false;
  let at = 0;
  let from = 0;
  let star = -1;
  let starFrom = 0;
  while (from < name.length) {
    if (at < part.length && part[at] !== "*" && (part[at] === "?" || part[at] === name[from])) {
      at += 1;
      from += 1;
    } else if (part[at] === "*") {
      star = at;
      starFrom = from;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      starFrom += 1;
      from = starFrom;
    } else return false;
  }
  while (part[at] === "*") at += 1;
  return at === part.length;
}
