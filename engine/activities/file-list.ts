/** `file.list`: the files of a granted folder, sorted by path. Links to folders are not followed. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import { type ActivityContext, defineActivity } from "#ports/activity.ts";
import { systemCodeOf } from "#ports/failure.ts";
import { readError } from "./files/file-error.ts";
import { compileGlob, type Glob } from "./files/glob.ts";
import { grantedPath } from "./files/granted-path.ts";

const MAX_FILES = 10_000;
/** Entries looked at, so that a huge tree with few matches ends too. */
const MAX_ENTRIES = 500_000;

const file = () =>
  z.strictObject({ path: z.string(), name: z.string(), size: z.number(), modifiedAt: z.string() });
type File = z.infer<ReturnType<typeof file>>;

export const fileList = defineActivity({
  info: {
    name: "file.list",
    title: "List files",
    description:
      "Lists the files of a granted folder. The output is a list of { path, name, size, modifiedAt }, sorted by path.",
    layers: ["perception"],
    icon: "folder-search",
    pure: true,
    example: { path: ".", pattern: "*.json" },
  },
  input: () =>
    z.strictObject({
      path: z.string().min(1).default(".").meta({
        title: "Folder",
        description:
          "Relative to the folder that the run was started in (in the app: the workspace), or absolute inside it.",
        "x-widget": "path",
      }),
      pattern: z.string().min(1).max(1_000).optional().meta({
        title: "Pattern",
        description:
          "Which files: * is any part of a name, ** any folders, ? one character. A wildcard matches no leading dot.",
      }),
      recursive: z.boolean().default(false).meta({
        title: "Folders below too",
        description: "Look into folders below. A pattern with / or ** does so by itself.",
      }),
    }),
  dependsOn: ["folder"],
  output: () => z.array(file()),
  async run({ path, pattern = "*", recursive }, context) {
    const root = await grantedPath(context.folders, path);
    const glob = compileGlob(recursive && !pattern.includes("/") ? `**/${pattern}` : pattern);
    const found = await walk(root, path, glob, context);
    return { type: "done", output: found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
  },
});

async function walk(root: string, path: string, glob: Glob, context: ActivityContext): Promise<File[]> {
  const found: File[] = [];
  const prefix = path.replace(/[\\/]+$/, "");
  const folders = [""];
  let looked = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    context.signal.throwIfAborted();
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      // Gone or closed to us meanwhile: only the folder asked for must be there.
      if (folder !== "" && ["ENOENT", "EACCES", "EPERM"].includes(systemCodeOf(error) ?? "")) return [];
      throw readError(path, error);
    });
    looked += entries.length;
    if (looked > MAX_ENTRIES) throw tooMany(path, MAX_ENTRIES);
    for (const entry of entries) {
      const below = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (glob.mayMatchBelow(below)) folders.push(below);
      } else if (glob.matches(below)) {
        const described = await describe(join(root, below), entry.isSymbolicLink(), context);
        if (described) {
          found.push({ path: prefix === "." ? below : `${prefix}/${below}`, name: entry.name, ...described });
        }
        if (found.length > MAX_FILES) throw tooMany(path, MAX_FILES);
      }
    }
  }
  return found;
}

/** Nothing for what is no regular file, has gone, or is a link out of the granted folders. */
async function describe(real: string, isLink: boolean, context: ActivityContext) {
  try {
    const stats = await stat(isLink ? await grantedPath(context.folders, real) : real);
    return stats.isFile() ? { size: stats.size, modifiedAt: stats.mtime.toISOString() } : undefined;
  } catch {
    return undefined;
  }
}

function tooMany(path: string, limit: number): LayerloomError {
  return new LayerloomError("OUTPUT_TOO_LARGE", `${path}: more than ${limit} files`, {
    hint: "Narrow the pattern or list a folder further down.",
  });
}
