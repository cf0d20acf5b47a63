/**
 * The part of EngineApi about files: pipelines in the workspace folder and those that a person chose elsewhere,
 * drafts in the database, templates.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Draft, EngineApi, FileEntry, OpenedFile, Template } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Store } from "#ports/store.ts";

const PIPELINE_SUFFIX = ".layerloom.yaml";
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(["node_modules", "dist", ".git"]);
const FILES_LISTED = 500;
const DEPTH_SEARCHED = 4;

type DraftStore = Pick<Store, "drafts" | "putDraft" | "dropDraft">;
type FileApi = Pick<
  EngineApi,
  "listFiles" | "openFile" | "saveFile" | "listDrafts" | "putDraft" | "dropDraft" | "templates"
>;

export class FileService implements FileApi {
  readonly #workspace: string;
  readonly #templates: string | undefined;
  readonly #drafts: () => DraftStore;
  /** Absolute paths outside the workspace that a person chose. */
  readonly #grants = new Set<string>();

  /** `templates`: a folder of example pipelines, if there is one. */
  constructor(workspace: string, templates: string | undefined, drafts: () => DraftStore) {
    this.#workspace = resolve(workspace);
    this.#templates = templates;
    this.#drafts = drafts;
  }

  /**
   * Lets exactly this file be opened and saved, wherever it lies and whether or not it is there yet. Not part of
   * EngineApi: whoever asks for files must not be who grants them.
   */
  grant(path: string): void {
    this.#grants.add(resolve(this.#workspace, path));
  }

  async listFiles(): Promise<readonly FileEntry[]> {
    const found: FileEntry[] = [];
    await this.#collect(this.#workspace, DEPTH_SEARCHED, found);
    return found.sort((a, b) => b.modifiedAt - a.modifiedAt);
  }

  async openFile({ path }: { path: string }): Promise<OpenedFile> {
    const text = await readFile(await this.#pipelineFile(path), "utf8").catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") throw new LayerloomError("FILE_NOT_FOUND", `there is no file ${path}`);
        throw new LayerloomError(
          "FILE_UNREADABLE",
          `${path} cannot be read: ${error.code ?? error.message}`,
          {
            cause: error,
          },
        );
      },
    );
    return { path, text, hash: hashOf(text) };
  }

  async saveFile({
    path,
    text,
    baseHash,
    overwrite,
  }: Parameters<EngineApi["saveFile"]>[0]): Promise<OpenedFile> {
    const target = await this.#pipelineFile(path);
    if (overwrite !== true) {
      const onDisk = await readFile(target, "utf8").catch(() => undefined);
      const hash = onDisk === undefined ? undefined : hashOf(onDisk);
      if (hash !== baseHash) {
        throw new LayerloomError("FILE_CHANGED", `${path} is not the version that this work started from`, {
          hint: "Save under another name, reload it, or overwrite it.",
        });
      }
    }
    // Loaded when first needed: a run from the command line never saves.
    const { default: writeFileAtomic } = await import("write-file-atomic");
    await writeFileAtomic(target, text).catch((error: NodeJS.ErrnoException) => {
      throw new LayerloomError(
        "FILE_UNREADABLE",
        `${path} cannot be written: ${error.code ?? error.message}`,
        { cause: error },
      );
    });
    return { path, text, hash: hashOf(text) };
  }

  async listDrafts(): Promise<readonly Draft[]> {
    return this.#drafts()
      .drafts()
      .map(({ baseHash, ...draft }) => (baseHash === null ? draft : { ...draft, baseHash }));
  }

  async putDraft({ key, text, baseHash }: Omit<Draft, "savedAt">): Promise<void> {
    this.#drafts().putDraft({ key, text, baseHash: baseHash ?? null, savedAt: Date.now() });
  }

  async dropDraft({ key }: { key: string }): Promise<void> {
    this.#drafts().dropDraft(key);
  }

  async templates(): Promise<readonly Template[]> {
    const folder = this.#templates;
    if (folder === undefined) return [];
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => name.endsWith(PIPELINE_SUFFIX)).sort();
    return Promise.all(files.map((name) => readTemplate(folder, name)));
  }

  /** Nothing but pipelines is read or written here, whatever else the workspace holds. */
  async #pipelineFile(path: string): Promise<string> {
    const real = await this.#granted(path);
    if (real.endsWith(PIPELINE_SUFFIX)) return real;
    throw new LayerloomError("BAD_REQUEST", `a pipeline file ends in ${PIPELINE_SUFFIX}`, {
      hint: `Name it ${basename(path)}${PIPELINE_SUFFIX}.`,
    });
  }

  /** The real path, if it lies in the workspace or was granted by name. Links are followed before the check. */
  async #granted(path: string): Promise<string> {
    const wanted = resolve(this.#workspace, path);
    const root = await realpath(this.#workspace);
    const parent = await realpath(dirname(wanted)).catch(() => {
      throw new LayerloomError("FILE_NOT_FOUND", `there is no folder ${dirname(path)}`);
    });
    const real = await realpath(wanted).catch(() => join(parent, basename(wanted)));
    if (!real.startsWith(root + sep) && !this.#grants.has(wanted)) {
      throw new LayerloomError("FILE_NOT_GRANTED", `${path} lies outside the workspace`, {
        hint: "Open it by the desktop app's own dialog, or start Layerloom in the folder that holds it.",
      });
    }
    return real;
  }

  async #collect(folder: string, depth: number, found: FileEntry[]): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length >= FILES_LISTED) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth > 0 && !entry.name.startsWith(".") && !SKIPPED_FOLDERS.has(entry.name))
          await this.#collect(path, depth - 1, found);
      } else if (entry.name.endsWith(PIPELINE_SUFFIX)) {
        const { mtimeMs } = await stat(path);
        found.push({ path: relative(this.#workspace, path), name: entry.name, modifiedAt: mtimeMs });
      }
    }
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function readTemplate(folder: string, name: string): Promise<Template> {
  const text = await readFile(join(folder, name), "utf8");
  const id = name.slice(0, -PIPELINE_SUFFIX.length);
  const field = (key: string): string =>
    new RegExp(`^${key}: *(.+)$`, "m").exec(text)?.[1]?.replace(/^["']|["']$/g, "") ?? "";
  return { id, title: field("name") || id, description: field("description"), text };
}
