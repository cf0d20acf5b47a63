/**
 * The one place that wires an engine together. Skins (command line, HTTP, Electron) get an EngineApi from here and
 * know nothing of stores, hosts and registries.
 */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createRegistry } from "#activities/registry.ts";
import type { EngineApi, EngineInfo, ExportFormat, QuoteRequest, ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Quote } from "#contract/quote.ts";
import type { RunResult } from "#contract/run.ts";
import { createDocumentWork } from "#document/document-work.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { DocumentWork } from "#ports/document.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import { RealClock } from "#runtime/clocks.ts";
import { Host } from "#runtime/host.ts";
import { KeptService } from "#runtime/kept-service.ts";
import { tasksOf } from "#runtime/picture.ts";
import { Program, soundDefinition } from "#runtime/program.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";
import { type SimulateOptions, simulateRun } from "#runtime/simulate.ts";
import { noteFiles, refuseSecondName } from "#store/created-files.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { takeOwnership } from "#store/owner.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import { DocumentService } from "#workspace/document-service.ts";
import { FileService } from "#workspace/file-service.ts";

export const VERSION = "0.1.0";

export type Endpoint = { readonly url: string; readonly token: string };

export type OpenOptions = {
  /** Path of the database; its folder is made when missing. */
  readonly database: string;
  /** Folder whose pipelines can be opened and saved, and that file activities may touch. */
  readonly workspace: string;
  readonly secrets?: (name: string) => string | undefined;
  /** Which runs that an earlier engine left open go on: all of them, none, or one. Default none. */
  readonly recover?: "all" | "none" | { readonly runId: string };
  /** The engine cannot go on: a full disk, a defect. What is on disk stays valid. */
  readonly onFatal?: (error: unknown) => void;
  /** The folder of the pipelines offered as templates; none when absent. */
  readonly templates?: string;
};

export type Engine = {
  readonly api: EngineApi;
  /**
   * Lets exactly this file be opened and saved though it lies outside the workspace: a person chose it. Beside the
   * api, not in it, because a window must not be able to grant itself anything.
   */
  grantFile(path: string): void;
  /** Lets other processes attach to this engine instead of refusing them. */
  publishEndpoint(endpoint: Endpoint): void;
  /** Stops without ending any run. */
  close(): Promise<void>;
};

export type Opened =
  | { readonly kind: "owner"; readonly engine: Engine }
  | { readonly kind: "attached"; readonly endpoint: Endpoint; readonly pid: number };

/** The thread's file stands beside this one: as TypeScript in the sources, as JavaScript when bundled. */
const DOCUMENT_WORKER = import.meta.url.endsWith(".ts") ? "./document-worker.ts" : "./document-worker.js";

type Parts = {
  readonly registry: ActivityRegistry;
  readonly language: ExpressionLanguage;
  readonly documents: DocumentWork;
};
let shared: Parts | undefined;

function parts(): Parts {
  if (!shared) {
    const [registry, language] = [createRegistry(), createExpressionLanguage()];
    shared = { registry, language, documents: createDocumentWork({ registry, language }) };
  }
  return shared;
}

/** Reads and checks a pipeline text, however large, on the calling thread. No engine is needed. */
export function checkDocument(text: string, file?: string): ReadResult {
  return parts().documents.readDocument({ text, file });
}

/** Throws INVALID_PIPELINE when the text cannot be read as a pipeline at all. */
export async function exportText(text: string, to: ExportFormat): Promise<string> {
  return (await parts().documents.exportDocument({ text, to })).text;
}

/** What a run would cost and take, without an engine and so without history. Throws as a run does that cannot start. */
export async function quote(request: QuoteRequest): Promise<Quote> {
  const { quoteRequest } = await import("#runtime/quote/quote.ts");
  const { registry, language } = parts();
  const program = new Program(soundDefinition(checkDocument(request.text, request.file)), registry, language);
  return quoteRequest(program, request, { language, now: new RealClock().now() });
}

/** In virtual time, touching nothing outside. Throws INVALID_PIPELINE and the errors of inputs. */
export function simulate(
  options: Omit<SimulateOptions, "folders"> & { readonly workspace: string },
): Promise<RunResult> {
  const { workspace, ...rest } = options;
  const { registry, language } = parts();
  return simulateRun(
    { ...rest, folders: [resolve(workspace)] },
    { registry, language, store: openMemoryStore(), read: checkDocument },
  );
}

/** The engine of a database, or the way to the process that has it. Throws DATABASE_LOCKED when that one cannot be reached. */
export function openOrAttach(options: OpenOptions): Opened {
  const database = resolve(options.database);
  try {
    mkdirSync(dirname(database), { recursive: true });
  } catch (cause) {
    throw new LayerloomError("DATABASE_UNREADABLE", `the folder of ${database} cannot be made`, {
      cause,
      hint: "Choose another place with --db.",
    });
  }
  refuseSecondName(database);
  const removeCreated = noteFiles(database);
  const ownership = takeOwnership(database);
  if (!ownership.owned) {
    const { endpoint, pid } = ownership;
    if (endpoint && pid !== undefined) return { kind: "attached", endpoint, pid };
    const owner = pid === undefined ? "another process" : `process ${pid}`;
    throw new LayerloomError("DATABASE_LOCKED", `${database} is in use by ${owner}`, {
      hint: "Wait for it to end, or choose another database with --db.",
    });
  }
  try {
    return { kind: "owner", engine: startEngine({ ...options, database }, ownership) };
  } catch (error) {
    ownership.release();
    removeCreated();
    throw error;
  }
}

/** As `openOrAttach`, for callers that must own the database. */
export function openEngine(options: OpenOptions): Engine {
  const opened = openOrAttach(options);
  if (opened.kind === "owner") return opened.engine;
  throw new LayerloomError("DATABASE_LOCKED", `${options.database} is in use by another Layerloom`, {
    hint: "Use that one, or choose another database with --db.",
  });
}

function startEngine(
  options: OpenOptions,
  ownership: { publish(endpoint: Endpoint): void; release(): void },
): Engine {
  const store = openSqliteStore(options.database);
  const secrets = options.secrets ?? (() => undefined);
  const workspace = resolve(options.workspace);
  const host: Host = new Host({
    store,
    clock: new RealClock(),
    simulated: false,
    secrets,
    onCommitted: (runs) => publisher.committed(runs),
    onStream: (run) => publisher.streamed(run),
    onHeld: (held) => publisher.held(held),
    onFatal: (error) => {
      publisher.flush();
      options.onFatal?.(error);
    },
  });
  const publisher: Publisher = new Publisher(host.values, () => ({
    runs: runs.recent(),
    inbox: [...host.runs.values()].flatMap((run) => tasksOf(run.shown)),
    ...(host.health.state === "ok" ? {} : { database: host.health }),
  }));
  const hasSecret = (name: string): boolean => secrets(name) !== undefined;
  const { registry, language } = parts();
  const documents = new DocumentService(parts().documents, new URL(DOCUMENT_WORKER, import.meta.url));
  const runs: RunService = new RunService({
    registry,
    language,
    store,
    host,
    publisher,
    read: checkDocument,
    readNew: (text, file) => documents.read({ text, file }),
    hasSecret,
    folders: [workspace],
    simulated: false,
  });
  const files = new FileService(workspace, options.templates, store);
  const info: EngineInfo = {
    version: VERSION,
    database: options.database,
    workspace,
    hasModelKey: hasSecret("ANTHROPIC_API_KEY"),
  };
  const { recover = "none" } = options;
  if (recover === "all") for (const row of store.openRuns()) runs.adopt(row);
  else if (recover !== "none") runs.adoptById(recover.runId);
  return {
    api: engineApi(info, documents, runs, files, new KeptService(store), host),
    grantFile: (path) => files.grant(path),
    publishEndpoint: (endpoint) => ownership.publish(endpoint),
    close: async () => {
      host.stop();
      publisher.flush();
      store.close();
      ownership.release();
      await documents.close();
    },
  };
}

function engineApi(
  info: EngineInfo,
  documents: DocumentService,
  runs: RunService,
  files: FileService,
  kept: KeptService,
  host: Host,
): EngineApi {
  return {
    info: async () => info,
    activities: async () => [...parts().registry.values()].map((activity) => activity.info),
    readDocument: (request) => documents.readDocument(request),
    writeDocument: (request) => documents.writeDocument(request),
    exportDocument: (request) => documents.exportDocument(request),
    templates: () => files.templates(),
    listFiles: () => files.listFiles(),
    openFile: (request) => files.openFile(request),
    saveFile: (request) => files.saveFile(request),
    listDrafts: () => files.listDrafts(),
    putDraft: (draft) => files.putDraft(draft),
    dropDraft: (request) => files.dropDraft(request),
    quote: (request) => runs.quote(request),
    startRun: (request) => runs.startRun(request),
    previewRun: (request) => runs.previewRun(request),
    listRuns: (request) => runs.listRuns(request),
    getRun: (request) => runs.getRun(request),
    getResult: (request) => runs.getResult(request),
    getEvents: (request) => runs.getEvents(request),
    getNodeData: (request) => runs.getNodeData(request),
    cancelRun: (request) => runs.cancelRun(request),
    pauseRun: (request) => runs.pauseRun(request),
    resumeRun: (request) => runs.resumeRun(request),
    retryRun: (request) => runs.retryRun(request),
    breakers: async () => host.breakers(),
    resetBreaker: ({ service }) => host.resetBreaker(service),
    inbox: () => runs.inbox(),
    decide: (decision) => runs.decide(decision),
    listResults: (request) => kept.listResults(request),
    clearResults: (request) => kept.clearResults(request),
    memoryNames: () => kept.memoryNames(),
    memoryHistory: (request) => kept.memoryHistory(request),
    databaseState: async () => ({ ...host.health, backups: [] }),
    restoreBackup: async () => {
      throw new LayerloomError("NOT_FOUND", "there is no backup");
    },
    watchRun: (request, listener) => runs.watchRun(request, listener),
    watchEngine: (listener) => runs.watchEngine(listener),
  };
}
