/** What no tool of ours refuses by itself: a few rules of tidiness, each a pure function of path and text. */

interface TidyRule {
  readonly name: string;
  /** Which files it judges, by path from the root. */
  readonly judges: (path: string) => boolean;
  /** What is wrong with a file, if anything. */
  readonly problem: (path: string, text: string) => string | undefined;
}

const isSource = (path: string) => /\.(ts|tsx|mjs|css)$/.test(path);
const isCode = (path: string) => /\.(ts|tsx|mjs)$/.test(path);
/** These files quote what they forbid. */
const isArchitecture = (path: string) => path.startsWith("test/architecture/");

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const RE_EXPORT = /^\s*export\s+(type\s+)?(\*|\{[^}]*\})(\s+as\s+\w+)?\s+from\b/m;
const LATER = /\b(TODO|FIXME)\b/;
const MACHINE_PATH = /(?<![\w./:-])(\/(home|Users)\/[\w.-]+|\/root\/|[A-Z]:\\+Users\\)/;
const ESCAPE =
  /@ts-(nocheck|ignore)|biome-ignore(-all|-start)?\s+(lint:|lint\/(plugin|\w+\/(noRestrictedImports|noImportCycles|noExplicitAny|noBarrelFile|noReExportAll|noNodejsModules))|plugin)/;

const found = (text: string, pattern: RegExp) => pattern.exec(text)?.[0].trim();

export const TIDY_RULES: readonly TidyRule[] = [
  {
    name: "file names are kebab-case",
    judges: (path) => isSource(path) || /^(examples|docs)\//.test(path),
    problem: (path) => {
      const name = path.split("/").at(-1)!;
      return KEBAB.test(name) ? undefined : name;
    },
  },
  {
    name: "no barrel files",
    judges: (path) => isCode(path) && !isArchitecture(path),
    problem: (path, text) =>
      /(^|\/)index\.(ts|tsx|mjs)$/.test(path) ? "an index file" : found(text, RE_EXPORT),
  },
  {
    name: "nothing is left for later",
    judges: (path) => isSource(path) && !isArchitecture(path),
    problem: (_, text) => found(text, LATER),
  },
  {
    name: "no path of anybody's machine",
    judges: (path) => !isArchitecture(path),
    problem: (_, text) => found(text, MACHINE_PATH),
  },
  {
    name: "no way round a lock",
    judges: (path) => isSource(path) && !isArchitecture(path),
    problem: (_, text) => found(text, ESCAPE),
  },
];

/** Every breach of every rule in one file, as `path: rule (what)`. */
export function breaches(path: string, text: string): string[] {
  return TIDY_RULES.filter((rule) => rule.judges(path)).flatMap((rule) => {
    const problem = rule.problem(path, text);
    return problem === undefined ? [] : [`${path}: ${rule.name} (${problem})`];
  });
}
