/**
 * The one place that wires an engine together. Skins (command line, HTTP, Electron) get an EngineApi from here and
 * know nothing of stores, hosts and registries.
 */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createRegistry } from "#activities/registry.ts";
import type { Backup, DatabaseCheck, DatabaseHealth } from "#contract/database.ts";
import type { EngineApi, EngineInfo, ExportFormat, QuoteRequest, ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Quote } from "#contract/quote.ts";
import type { RunResult } from "#contract/run.ts";
import {
  checkSubPipelines,
  hasSubPipelines,
  type SubPipelines,
  withPlaces,
} from "#document/check-sub-pipelines.ts";
import { createDocumentWork } from "#document/document-work.ts";
import { createExpressionLanguage } from "#expression/expression.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { DocumentWork } from "#ports/document.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import type { Store } from "#ports/store.ts";
import { RealClock } from "#runtime/clocks.ts";
import { Host } from "#runtime/host.ts";
import { KeptService } from "#runtime/kept-service.ts";
import { tasksOf } from "#runtime/picture.ts";
import { Programs } from "#runtime/programs.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";
import { type SimulateOptions, simulateRun } from "#runtime/simulate.ts";
import { Watches } from "#runtime/watches.ts";
import { listBackups } from "#store/backups/backup-files.ts";
import { BackupKeeper } from "#store/backups/backup-keeper.ts";
import { noteFiles, refuseSecondName } from "#store/created-files.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { openStore } from "#store/open-store.ts";
import { takeOwnership } from "#store/owner.ts";
import { finishRestore, restoreFile } from "#store/restore.ts";
import { onceThereIsRoom } from "#store/room.ts";
import { checkDatabase } from "#store/sqlite/check.ts";
import { inspectFile } from "#store/sqlite/file-check.ts";
import { refuseEmptied } from "#store/sqlite/open.ts";
import { DocumentService } from "#workspace/document-service.ts";
import { FileService } from "#workspace/file-service.ts";
import { readPipelineSource } from "#workspace/pipeline-source.ts";

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
  /** The engine cannot go on: a defect. What is on disk stays valid. */
  readonly onFatal?: (error: unknown) => void;
  /** The database is damaged: the engine stays open for looking and for restoring a backup. Default: `onFatal`. */
  readonly onDamaged?: (error: LayerloomError) => void;
  /** Nothing can be recorded (the disk is full, the database is locked), or it can again. */
  readonly onHealth?: (health: DatabaseHealth) => void;
  /** How long after the start it is first looked whether a backup is due. */
  readonly firstBackupAfterMs?: number;
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

/** As `checkDocument`, with the sub-pipelines that a file in `folder` or beside it names. */
export function checkFile(text: string, file: string | undefined, folder: string): Promise<ReadResult> {
  const folders = foldersOf(file, folder);
  return followed(checkDocument(text, file), file, folders, checkDocument);
}

/** What a person may have read who names a folder and a file: the folder, and the file's neighbours. */
function foldersOf(file: string | undefined, folder: string): readonly string[] {
  return [folder, ...(file === undefined ? [] : [dirname(resolve(folder, file))])];
}

/** With what can be told of its sub-pipelines. `folders`: all that is read; `read`: their texts. */
async function followed(
  found: ReadResult,
  file: string | undefined,
  folders: readonly string[],
  read: SubPipelines["read"],
): Promise<ReadResult> {
  if (!found.definition || !hasSubPipelines(found.definition)) return found;
  const problems = await checkSubPipelines(found.definition, file, subPipelines(folders, read));
  if (problems.length === 0) return found;
  return { ...found, problems: [...withPlaces(problems, found.places), ...found.problems] };
}

function subPipelines(folders: readonly string[], read: SubPipelines["read"]): SubPipelines {
  return { source: (path, from) => readPipelineSource(path, from, folders), read };
}

/** Throws INVALID_PIPELINE when the text cannot be read as a pipeline at all. */
export async function exportText(text: string, to: ExportFormat): Promise<string> {
  return (await parts().documents.exportDocument({ text, to })).text;
}

/** What a run would cost and take, without an engine and so without history. Throws as a run does that cannot start. */
export async function quote(request: QuoteRequest): Promise<Quote> {
  const { quoteRequest } = await import("#runtime/quote/quote.ts");
  const { text, file, folder = "." } = request;
  const programs = new Programs({ ...parts(), read: checkDocument, source: readPipelineSource });
  const folders = foldersOf(file, resolve(folder));
  return quoteRequest(programs.checked(text, file), request, {
    language: programs.language,
    now: new RealClock().now(),
    reader: {
      source: (path, from) => programs.source(path, from, folders),
      read: (inner, from) => programs.checked(inner, from),
    },
  });
}

/** In virtual time, touching nothing outside. Throws INVALID_PIPELINE and the errors of inputs. */
export function simulate(
  options: Omit<SimulateOptions, "folders"> & { readonly workspace: string },
): Promise<RunResult> {
  const { workspace, ...rest } = options;
  const { registry, language } = parts();
  return simulateRun(
    { ...rest, folders: [resolve(workspace)] },
    { registry, language, store: openMemoryStore(), read: checkDocument, source: readPipelineSource },
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
    finishRestore(database, new Date());
    return { kind: "owner", engine: startEngine({ ...options, database }, ownership) };
  } catch (error) {
    ownership.release();
    removeCreated();
    throw error;
  }
}

/** Looks through a whole database file, whoever has it open. Throws what opening a file that is not ours throws. */
export function checkDatabaseFile(path: string): DatabaseCheck {
  refuseEmptied(path);
  inspectFile(path);
  const removeCreated = noteFiles(path);
  const ownership = takeOwnership(path);
  try {
    return checkDatabase(path);
  } finally {
    if (ownership.owned) {
      ownership.release();
      removeCreated();
    }
  }
}

/** The newest first. */
export function backupsOf(database: string): readonly Backup[] {
  return listBackups(database);
}

/** Puts a backup in the place of a database that no engine has open; undefined when one has. Its unfinished runs are paused. */
export async function restoreClosed(
  options: OpenOptions,
  name: string,
): Promise<{ readonly keptAs: string } | undefined> {
  const ownership = takeOwnership(options.database);
  if (!ownership.owned) return undefined;
  try {
    finishRestore(options.database, new Date());
    const kept = restoreFile(options.database, name, new Date());
    await stopRunning(startRunning(options, "paused"));
    return kept;
  } finally {
    ownership.release();
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

/** What stands on one open database, and is made anew when a backup takes its place. */
type Running = {
  readonly store: Store;
  readonly host: Host;
  readonly publisher: Publisher;
  readonly runs: RunService;
  readonly kept: KeptService;
  readonly keeper: BackupKeeper | undefined;
  /** Why it can only be looked at. */
  readonly onlyLooking: LayerloomError | undefined;
};

type Recovery = NonNullable<OpenOptions["recover"]> | "paused";

function startEngine(
  options: OpenOptions,
  ownership: { publish(endpoint: Endpoint): void; release(): void },
): Engine {
  const { database, recover = "none" } = options;
  const documents = new DocumentService(parts().documents, new URL(DOCUMENT_WORKER, import.meta.url));
  let running = startRunning(options, recover, documents);
  const watches = new Watches(() => running.runs);
  const files = new FileService(options.workspace, options.templates, () => running.store);
  const info: EngineInfo = {
    version: VERSION,
    database,
    workspace: resolve(options.workspace),
    hasModelKey: options.secrets?.("ANTHROPIC_API_KEY") !== undefined,
  };
  let cancelLook = (): void => undefined;
  const startAnew = (next: Recovery): void => {
    running = startRunning(options, next, documents);
    watches.again();
    awaitRoom();
  };
  /** What was opened for looking on a full disk is opened as ever once there is room. */
  const awaitRoom = (): void => {
    if (running.onlyLooking?.code === "DATABASE_FULL") cancelLook = onceThereIsRoom(database, goOn);
  };
  const goOn = async (): Promise<void> => {
    try {
      await stopRunning(running);
      startAnew(recover);
      if (!running.onlyLooking) options.onHealth?.(running.host.health);
    } catch (thrown) {
      options.onFatal?.(thrown);
    }
  };
  awaitRoom();
  const restoreBackup = async (name: string): Promise<{ keptAs: string }> => {
    refuseUnderWay(running.host);
    cancelLook();
    await stopRunning(running);
    let next: Recovery = recover;
    try {
      const kept = restoreFile(database, name, new Date());
      // What was done after the backup is not known to it: a person says whether it is done again.
      next = "paused";
      return kept;
    } finally {
      startAnew(next);
    }
  };
  return {
    api: engineApi({ info, documents, files, watches, restoreBackup, database, running: () => running }),
    grantFile: (path) => files.grant(path),
    publishEndpoint: (endpoint) => ownership.publish(endpoint),
    close: async () => {
      cancelLook();
      await stopRunning(running);
      ownership.release();
      await documents.close();
    },
  };
}

function startRunning(options: OpenOptions, recover: Recovery, documents?: DocumentService): Running {
  const { database, secrets = () => undefined, onFatal, onDamaged = onFatal } = options;
  const damage = (error: LayerloomError): void => host.fail(error);
  const { store, error } = openStore(database, damage);
  const host: Host = new Host({
    store,
    clock: new RealClock(),
    programs: new Programs({ ...parts(), read: checkDocument, source: readPipelineSource }),
    simulated: false,
    secrets,
    onCommitted: (committed) => publisher.committed(committed),
    onStream: (run) => publisher.streamed(run),
    onHeld: (held) => {
      publisher.held(held);
      options.onHealth?.(host.health);
    },
    onFatal: (thrown) => {
      publisher.flush();
      const code = thrown instanceof LayerloomError ? thrown.code : undefined;
      if (code === "DATABASE_DAMAGED") onDamaged?.(thrown as LayerloomError);
      // It was opened for looking, and `onHealth` was told.
      else if (code !== "DATABASE_FULL") onFatal?.(thrown);
    },
  });
  const publisher: Publisher = new Publisher(host.values, () => ({
    runs: runs.recent(),
    inbox: [...host.runs.values()].flatMap((run) => tasksOf(run.shown, host.values)),
    ...(host.health.state === "ok" ? {} : { database: host.health }),
  }));
  const runs: RunService = new RunService({
    store,
    host,
    publisher,
    ...(documents
      ? {
          readNew: (text: string, file: string | undefined) => documents.read({ text, file }),
          follow: async (text, file, definition, readable) => {
            const subs = subPipelines(readable, documents.reader());
            const problems = await checkSubPipelines(definition, file, subs);
            if (problems.length === 0) return problems;
            return withPlaces(problems, (await documents.read({ text, file })).places);
          },
        }
      : {}),
    hasSecret: (name) => secrets(name) !== undefined,
    folders: [resolve(options.workspace)],
    simulated: false,
  });
  if (error) host.fail(error);
  else recoverRuns(host, runs, recover);
  const { firstBackupAfterMs: firstLookMs } = options;
  const keeper = error
    ? undefined
    : new BackupKeeper({ database, quiet: () => host.quiet, onDamage: damage, firstLookMs });
  return { store, host, publisher, runs, kept: new KeptService(store), keeper, onlyLooking: error };
}

function recoverRuns(host: Host, runs: RunService, recover: Recovery): void {
  try {
    if (typeof recover === "object") runs.finder.adoptById(recover.runId);
    else if (recover !== "none") runs.finder.adoptAll(recover === "paused");
  } catch (thrown) {
    // The store has told the host already.
    if (host.health.state !== "read-only") throw thrown;
  }
}

/** Going back while runs are under way would undo what they have done. */
function refuseUnderWay(host: Host): void {
  if (host.health.state === "read-only" || host.runs.size === 0) return;
  throw new LayerloomError("CONFLICT", `the database is in use: ${host.runs.size} runs have not ended`, {
    hint: "Let them end, or cancel them, and restore then.",
  });
}

async function stopRunning({ host, publisher, store, keeper }: Running): Promise<void> {
  host.stop();
  publisher.flush();
  await keeper?.stop();
  store.close();
}

type ApiParts = {
  readonly info: EngineInfo;
  readonly documents: DocumentService;
  readonly files: FileService;
  readonly watches: Watches;
  readonly database: string;
  readonly restoreBackup: (name: string) => Promise<{ keptAs: string }>;
  readonly running: () => Running;
};

function engineApi(given: ApiParts): EngineApi {
  const { info, documents, files, watches, restoreBackup } = given;
  const runs = (): RunService => given.running().runs;
  return {
    info: async () => info,
    activities: async () => [...parts().registry.values()].map((activity) => activity.info),
    readDocument: async ({ follow, ...request }) => {
      const read = await documents.readDocument(request);
      return follow === true ? followed(read, request.file, [info.workspace], documents.reader()) : read;
    },
    writeDocument: (request) => documents.writeDocument(request),
    exportDocument: (request) => documents.exportDocument(request),
    templates: () => files.templates(),
    listFiles: () => files.listFiles(),
    openFile: (request) => files.openFile(request),
    saveFile: (request) => files.saveFile(request),
    listDrafts: () => files.listDrafts(),
    putDraft: (draft) => files.putDraft(draft),
    dropDraft: (request) => files.dropDraft(request),
    quote: (request) => runs().quote(request),
    startRun: (request) => runs().startRun(request),
    previewRun: (request) => runs().previewRun(request),
    listRuns: (request) => runs().listRuns(request),
    getRun: (request) => runs().getRun(request),
    getResult: (request) => runs().getResult(request),
    getEvents: (request) => runs().getEvents(request),
    getNodeData: (request) => runs().getNodeData(request),
    cancelRun: (request) => runs().cancelRun(request),
    pauseRun: (request) => runs().pauseRun(request),
    resumeRun: (request) => runs().resumeRun(request),
    retryRun: (request) => runs().retryRun(request),
    breakers: async () => given.running().host.breakers(),
    resetBreaker: ({ service }) => given.running().host.resetBreaker(service),
    inbox: () => runs().inbox(),
    decide: (decision) => runs().decide(decision),
    listResults: (request) => given.running().kept.listResults(request),
    clearResults: (request) => given.running().kept.clearResults(request),
    memoryNames: () => given.running().kept.memoryNames(),
    memoryHistory: (request) => given.running().kept.memoryHistory(request),
    databaseState: async () => ({
      ...given.running().host.health,
      backups: listBackups(given.database),
    }),
    restoreBackup: ({ name }) => restoreBackup(name),
    watchRun: (request, listener) => watches.add((service) => service.watchRun(request, listener)),
    watchEngine: (listener) => watches.add((service) => service.watchEngine(listener)),
  };
}
