/**
 * Owns when what a page shows is what a command printed. Run ids, durations, times and tokens differ from run to run
 * and match any of their kind; spacing is free; a line `…` stands for any lines, `…` within a line for any text.
 */

const ANY = "…";
/** In this order: a time holds what looks like durations. */
const VARIES: readonly (readonly [found: RegExp, like: string])[] = [
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"],
  [/#token=[\w…-]+/, "#token=[\\w-]+"],
  [/\b\d+m \d\ds|\b\d+(?:\.\d+)?m?s\b/, "(?:\\d+m \\d\\ds|\\d+(?:\\.\\d+)?m?s)"],
  [/…/, ".*"],
];
const RUN_ID = /\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/;

/** Throws what differs. `ids` maps the run ids of the page to real ones, and learns those it meets first here. */
export function compare(shown: readonly string[], printed: string, ids: Map<string, string>): void {
  const wanted = trimmed(shown);
  const actual = trimmed(printed.split("\n"));
  let next = 0;
  let skipping = false;
  for (const line of wanted) {
    if (line === ANY) {
      skipping = true;
      continue;
    }
    const until = skipping ? actual.length : next + 1;
    let found = next;
    while (found < until && !matches(line, actual[found] ?? "", ids)) found += 1;
    if (found >= until) {
      throw new Error(
        `shown: ${line}\nprinted: ${actual.slice(next, until).join("\n         ") || "nothing"}`,
      );
    }
    next = found + 1;
    skipping = false;
  }
  if (!skipping && next < actual.length) throw new Error(`printed beyond what is shown: ${actual[next]}`);
}

/** The command of a page with real run ids in place of those it shows. */
export function withRealIds(command: string, ids: ReadonlyMap<string, string>): string {
  return command.replaceAll(new RegExp(RUN_ID, "g"), (id) => {
    const real = ids.get(id);
    if (real === undefined) throw new Error(`no command before this one showed the run ${id}`);
    return real;
  });
}

function trimmed(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll(/\s+/g, " ").trim()).filter((line) => line !== "");
}

function matches(shown: string, printed: string, ids: Map<string, string>): boolean {
  const learnt: string[] = [];
  const pattern = patternOf(shown, ids, learnt);
  const match = new RegExp(`^${pattern}$`).exec(printed);
  if (!match) return false;
  for (const [index, id] of learnt.entries()) ids.set(id, match[index + 1] ?? "");
  return true;
}

function patternOf(text: string, ids: ReadonlyMap<string, string>, learnt: string[]): string {
  const id = RUN_ID.exec(text);
  if (id) {
    const real = ids.get(id[0]);
    if (real === undefined) learnt.push(id[0]);
    const here = real ?? "([0-9a-f]{12})";
    const before = patternOf(text.slice(0, id.index), ids, learnt);
    return before + here + patternOf(text.slice(id.index + id[0].length), ids, learnt);
  }
  for (const [found, like] of VARIES) {
    const match = found.exec(text);
    if (!match) continue;
    const before = patternOf(text.slice(0, match.index), ids, learnt);
    return before + like + patternOf(text.slice(match.index + match[0].length), ids, learnt);
  }
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
