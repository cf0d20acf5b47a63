/**
 * Starts runs: whole ones, parts of a pipeline, and those that grow out of an ended one. Says beforehand what would run
 * and what it may cost.
 */
import { randomBytes, randomInt } from "node:crypto";
import { dirname, resolve } from "node:path";
import { DEFAULT_RECURSION_DEPTH, type PipelineDefinition } from "#contract/definition.ts";
import type { QuoteRequest, ReadResult, RunPreview, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError, type Problem } from "#contract/errors.ts";
import { type EventOf, isFinal, type ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Quote } from "#contract/quote.ts";
import type { RunOrigin } from "#contract/run.ts";
import { runStatus } from "#core/view.ts";
import type { RunRow, Store } from "#ports/store.ts";
import { type ChosenPart, choosePart } from "./choose-part.ts";
import type { Host } from "./host.ts";
import { resolveInputs } from "./inputs.ts";
import { LiveRun, type RunSettings } from "./live-run.ts";
import { type Program, soundDefinition } from "./program.ts";
import { rehearse } from "./rehearsal.ts";
import { retryPart } from "./retry.ts";
import type { RunFinder } from "./run-finder.ts";

export type RunStarterOptions = {
  readonly host: Host;
  readonly store: Store;
  /** For the text of a new run: elsewhere when it is so large that other runs would have to wait. Default: on this thread. */
  readonly readNew?: (text: string, file: string | undefined) => ReadResult | Promise<ReadResult>;
  /** What is wrong with the sub-pipelines that a new run names; `folders`: all that it may read. Default: not looked at. */
  readonly follow?: (
    text: string,
    file: string | undefined,
    definition: PipelineDefinition,
    folders: readonly string[],
  ) => Promise<readonly Problem[]>;
  readonly hasSecret: (name: string) => boolean;
  readonly folders: readonly string[];
  readonly simulated: boolean;
  /** Random when absent. */
  readonly newRunId?: () => string;
};

/** The newest runs among which one of the same pipeline is looked for that a part can be based on, and how many are tried. */
const BASES_SEEN = 50;
const BASES_TRIED = 20;

/** What a run begins with beside its request: the run that it grew from, and what of it is taken over. */
type Growth = {
  readonly only?: readonly string[] | undefined;
  readonly reuse?: readonly string[] | undefined;
  /** Nodes of which only children start that had not succeeded. */
  readonly continued?: readonly string[] | undefined;
  readonly base?: LiveRun | undefined;
  readonly edited?: JsonObject | undefined;
  readonly origin?: RunOrigin | undefined;
};

export class RunStarter {
  readonly #options: RunStarterOptions;
  readonly #finder: RunFinder;

  constructor(options: RunStarterOptions, finder: RunFinder) {
    this.#options = options;
    this.#finder = finder;
  }

  async start(request: StartRequest): Promise<{ runId: string }> {
    const reading = this.#readNew(request);
    // What is read at once is started at once, in the order of the calls.
    const program = reading instanceof Promise ? await reading : reading;
    const following = this.#follow(program, request);
    if (following) await following;
    const part = this.#part(program, request);
    if (part === undefined)
      return this.#start(program, request, resolveInputs(program.definition, request.inputs ?? {}));
    return this.#start(program, request, part.inputs, growthOf(part));
  }

  async preview(request: StartRequest): Promise<RunPreview> {
    const program = await this.#readNew(request);
    await this.#follow(program, request);
    const part = this.#part(program, request);
    if (part) {
      const { nodes, base } = part;
      return base ? { nodes, basedOn: { runId: base.id, startedAt: base.row.startedAt } } : { nodes };
    }
    // For what it would refuse.
    this.#prepare(program, request, resolveInputs(program.definition, request.inputs ?? {}), {});
    return {
      nodes: program.plan.nodes.map(({ id: node, definition }) =>
        definition.pin ? { node, does: "pinned", why: "pin" } : { node, does: "runs", why: "all" },
      ),
    };
  }

  async quote(request: QuoteRequest): Promise<Quote> {
    const program = await this.#readNew(request);
    await this.#follow(program, request);
    const { store, host } = this.#options;
    const { quoteRequest } = await import("./quote/quote.ts");
    const { programs } = host;
    const { folders, pipelineFolders = [] } = this.#readable(request);
    const reader = {
      source: (path: string, from: string | null) =>
        programs.source(path, from, [...folders, ...pipelineFolders]),
      read: (text: string, file: string | undefined) => programs.checked(text, file),
    };
    return quoteRequest(program, request, { language: programs.language, store, now: host.now(), reader });
  }

  async retry({
    runId,
    from,
    edited,
  }: {
    runId: string;
    from?: string | undefined;
    edited?: JsonObject | undefined;
  }): Promise<{ runId: string }> {
    const old = this.#finder.find(runId);
    if (old.row.parent) {
      throw new LayerloomError("CONFLICT", `the run ${runId} is a part of the run ${old.row.parent.runId}`, {
        hint: "Start that one again.",
      });
    }
    if (!isFinal(runStatus(old.program.plan, old.state))) {
      throw new LayerloomError("CONFLICT", `the run ${runId} has not ended`, {
        hint: "Wait for its end, or cancel it first.",
      });
    }
    const part = retryPart(old, from, edited);
    const request: StartRequest = {
      text: old.row.text,
      ...(old.row.file === null ? {} : { file: old.row.file }),
      provider: old.settings.provider,
      seed: old.settings.seed,
      folder: old.settings.folders[0],
    };
    const origin: RunOrigin = { runId, as: edited === undefined ? "retry" : "fork" };
    return this.#start(old.program, request, this.#inputsOf(old), { ...part, base: old, edited, origin });
  }

  #readNew({ text, file }: Pick<StartRequest, "text" | "file">): Program | Promise<Program> {
    const { programs } = this.#options.host;
    const lately = programs.lately(text);
    if (lately) return lately;
    const reading = this.#options.readNew?.(text, file) ?? programs.read(text, file);
    if (reading instanceof Promise) return reading.then((read) => programs.checked(text, file, read));
    return programs.checked(text, file, reading);
  }

  /** Refuses what its sub-pipelines can never do; undefined where there is nothing to wait for. */
  #follow(program: Program, request: QuoteRequest): Promise<void> | undefined {
    const { follow } = this.#options;
    if (!follow || !program.startsPipelines) return undefined;
    const { definition } = program;
    const { folders, pipelineFolders = [] } = this.#readable(request);
    return follow(request.text, request.file, definition, [...folders, ...pipelineFolders]).then(
      (problems) => {
        soundDefinition({ definition, problems, places: {} });
      },
    );
  }

  #readable(request: QuoteRequest): Pick<RunSettings, "folders" | "pipelineFolders"> {
    const { folder } = request;
    return { folders: folder === undefined ? this.#options.folders : [folder], ...beside(request) };
  }

  /** Undefined when the whole pipeline is asked for. */
  #part(program: Program, request: StartRequest): ChosenPart | undefined {
    const { host, store } = this.#options;
    const { partial } = request;
    if (partial === undefined) return undefined;
    return choosePart(program, request, partial, {
      find: (runId) => this.#finder.find(runId),
      read: (ref) => host.values.get(ref),
      earlier: () => this.#earlier(program, request.file),
      rehearse: (part, inputs, base) => {
        const { run, first } = this.#prepare(program, request, inputs, { ...part, base });
        return rehearse(run, first, host.sources(), store);
      },
    });
  }

  *#earlier(program: Program, file: string | undefined): Generator<LiveRun> {
    const rows = this.#options.store
      .runs(BASES_SEEN)
      .filter((row) => row.pipeline === program.definition.name)
      .filter((row) => file === undefined || row.file === null || row.file === file);
    for (const { id } of rows.slice(0, BASES_TRIED)) yield this.#finder.find(id);
  }

  #inputsOf(run: LiveRun): JsonObject {
    return run.state.inputs ? (this.#options.host.values.get(run.state.inputs) as JsonObject) : {};
  }

  /** The id is given once the run is on disk. */
  async #start(
    program: Program,
    request: StartRequest,
    inputs: JsonObject,
    growth: Growth = {},
  ): Promise<{ runId: string }> {
    const { run, first } = this.#prepare(program, request, inputs, growth);
    await this.#options.host.start(run, first);
    return { runId: run.id };
  }

  #prepare(
    program: Program,
    request: StartRequest,
    inputs: JsonObject,
    { only, reuse = [], continued = [], base, edited, origin }: Growth,
  ): { readonly run: LiveRun; readonly first: EventOf<"RunStarted"> } {
    const { host, simulated, newRunId = randomRunId } = this.#options;
    const seed = request.seed ?? randomInt(2 ** 31);
    const provider = request.provider ?? "anthropic";
    const settings: RunSettings = {
      provider,
      seed,
      maxDepth: program.definition.maxRecursionDepth ?? DEFAULT_RECURSION_DEPTH,
      ...this.#readable(request),
      ...(origin && base && origin.as !== "part" ? inherited(base) : {}),
      ...(origin ? { origin } : {}),
    };
    const listed = only && new Set(only);
    // What does not run asks no model.
    const models = program.modelProviders(provider, (id) => listed?.has(id) !== false);
    if (models.includes("anthropic") && !simulated && !this.#options.hasSecret("ANTHROPIC_API_KEY")) {
      throw new LayerloomError("MISSING_KEY", "the pipeline asks a real model and no key is set", {
        hint: "Set ANTHROPIC_API_KEY, or run it with the simulated model (--provider simulated).",
      });
    }
    const row: RunRow = {
      id: simulated ? "simulation" : newRunId(),
      pipeline: program.definition.name,
      status: "running",
      simulated: simulated || (models.length > 0 && !models.includes("anthropic")),
      file: request.file ?? null,
      text: request.text,
      settings,
      startedAt: host.now(),
      endedAt: null,
      cost: { usd: 0, tokens: 0 },
      openTasks: 0,
      highestLevel: 0,
      parent: null,
    };
    const run = new LiveRun(row, settings, program);
    run.base = base;
    const put = ([node, output]: [string, Json]): [string, ValueRef] => [node, host.values.put(output)];
    const values = edited && Object.fromEntries(Object.entries(edited).map(put));
    return {
      run,
      first: {
        event: "RunStarted",
        runId: row.id,
        pipeline: row.pipeline,
        seed,
        inputs: host.values.put(inputs),
        ...(base
          ? {
              reuseFrom: {
                runId: base.id,
                nodes: reuse,
                ...(values ? { edited: values } : {}),
                ...(continued.length > 0 ? { continued } : {}),
              },
            }
          : {}),
        ...(only ? { only } : {}),
      },
    };
  }
}

/** A person who may name a folder may also name a file, and has its neighbours read with it. */
function beside({ folder, file }: QuoteRequest): Pick<RunSettings, "pipelineFolders"> {
  if (folder === undefined || file === undefined) return {};
  return { pipelineFolders: [dirname(resolve(folder, file))] };
}

function inherited({ settings: { pipelineFolders } }: LiveRun): Pick<RunSettings, "pipelineFolders"> {
  return pipelineFolders ? { pipelineFolders } : {};
}

function randomRunId(): string {
  return randomBytes(6).toString("hex");
}

function growthOf({ only, reuse, base }: ChosenPart): Growth {
  return { only, reuse, base, ...(base ? { origin: { runId: base.id, as: "part" } as const } : {}) };
}
