/** An EngineApi for tests of the window's state: documents are JSON texts, everything not given refuses. */
import { definitionSchema, type PipelineDefinition } from "#contract/definition.ts";
import type { Draft, EngineApi } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";

const refuse = (name: string) => (): never => {
  throw new Error(`the test did not expect ${name}`);
};

export const textOf = (definition: PipelineDefinition): string => JSON.stringify(definition);

/** `drafts` and `files` can be looked into; `overrides` replace single methods. */
export function engineDouble(overrides: Partial<EngineApi> = {}): EngineApi & {
  readonly drafts: Map<string, Draft>;
  readonly files: Map<string, { text: string; hash: string }>;
} {
  const drafts = new Map<string, Draft>();
  const files = new Map<string, { text: string; hash: string }>();
  let hashes = 0;
  return {
    drafts,
    files,
    info: refuse("info"),
    activities: refuse("activities"),
    templates: refuse("templates"),
    readDocument: async ({ text }) => {
      try {
        const definition = definitionSchema.parse(JSON.parse(text));
        const problems = Object.keys(definition.nodes).length === 0 ? [EMPTY] : [];
        return { definition, problems, places: {} };
      } catch {
        return { problems: [UNREADABLE], places: {} };
      }
    },
    writeDocument: async ({ definition }) => ({ text: textOf(definition) }),
    exportDocument: refuse("exportDocument"),
    listFiles: refuse("listFiles"),
    openFile: async ({ path }) => {
      const file = files.get(path);
      if (!file) throw new LayerloomError("FILE_NOT_FOUND", path);
      return { path, ...file };
    },
    saveFile: async ({ path, text, baseHash, overwrite }) => {
      if (files.get(path)?.hash !== baseHash && overwrite !== true)
        throw new LayerloomError("FILE_CHANGED", path);
      hashes += 1;
      const file = { text, hash: `hash-${hashes}` };
      files.set(path, file);
      return { path, ...file };
    },
    listDrafts: async () => [...drafts.values()],
    putDraft: async (draft) => {
      drafts.set(draft.key, { ...draft, savedAt: 0 });
    },
    dropDraft: async ({ key }) => {
      drafts.delete(key);
    },
    quote: refuse("quote"),
    startRun: refuse("startRun"),
    previewRun: refuse("previewRun"),
    listRuns: refuse("listRuns"),
    getRun: refuse("getRun"),
    getResult: refuse("getResult"),
    getEvents: refuse("getEvents"),
    getNodeData: refuse("getNodeData"),
    cancelRun: refuse("cancelRun"),
    pauseRun: refuse("pauseRun"),
    resumeRun: refuse("resumeRun"),
    retryRun: refuse("retryRun"),
    breakers: refuse("breakers"),
    resetBreaker: refuse("resetBreaker"),
    inbox: refuse("inbox"),
    decide: refuse("decide"),
    listResults: refuse("listResults"),
    clearResults: refuse("clearResults"),
    memoryNames: refuse("memoryNames"),
    memoryHistory: refuse("memoryHistory"),
    databaseState: refuse("databaseState"),
    restoreBackup: refuse("restoreBackup"),
    watchRun: refuse("watchRun"),
    watchEngine: refuse("watchEngine"),
    ...overrides,
  };
}

const UNREADABLE = { severity: "error", code: "YAML_SYNTAX", message: "unreadable", path: "" } as const;
const EMPTY = { severity: "warning", code: "INVALID_PIPELINE", message: "no nodes", path: "nodes" } as const;
