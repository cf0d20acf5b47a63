/** The part of EngineApi about runs: start, look, steer, decide, watch. Live runs come from the host, ended ones from the store. */
import { randomBytes, randomInt } from "node:crypto";
import type {
  Decision,
  EngineApi,
  EngineUpdate,
  QuoteRequest,
  ReadResult,
  RunPreview,
  StartRequest,
  Unsubscribe,
} from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { type EventOf, isFinal, type ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Quote } from "#contract/quote.ts";
import type { HumanTask, RunOrigin, RunSummary, RunUpdate } from "#contract/run.ts";
import { startedChildren } from "#core/children.ts";
import { nodeView, outputOf, runStatus } from "#core/view.ts";
import type { RunRow, Store } from "#ports/store.ts";
import { type ChosenPart, choosePart } from "./choose-part.ts";
import type { Host } from "./host.ts";
import { resolveInputs } from "./inputs.ts";
import { LiveRun, type RunSettings } from "./live-run.ts";
import { printEvent, rowSummary, runResult, runSummary, runView, tasksOf } from "./picture.ts";
import type { Program } from "./program.ts";
import type { Publisher } from "./publisher.ts";
import { readRun } from "./recover.ts";
import { rehearse } from "./rehearsal.ts";
import { retryPart } from "./retry.ts";
import { resolveSettings } from "./settings.ts";

export type RunServiceOptions = {
  readonly host: Host;
  readonly store: Store;
  readonly publisher: Publisher;
  /** For the text of a new run: elsewhere when it is so large that other runs would have to wait. Default: on this thread. */
  readonly readNew?: (text: string, file: string | undefined) => ReadResult | Promise<ReadResult>;
  readonly hasSecret: (name: string) => boolean;
  readonly folders: readonly string[];
  readonly simulated: boolean;
  /** Random when absent. */
  readonly newRunId?: () => string;
};

type RunApi = Pick<
  EngineApi,
  | "quote"
  | "startRun"
  | "previewRun"
  | "listRuns"
  | "getRun"
  | "getResult"
  | "getEvents"
  | "getNodeData"
  | "cancelRun"
  | "pauseRun"
  | "resumeRun"
  | "retryRun"
  | "inbox"
  | "decide"
  | "watchRun"
  | "watchEngine"
>;

const RECENT_RUNS = 50;
/** Earlier runs that are looked through for one that a part can be based on. */
const BASES_TRIED = 20;

/** What a run begins with beside its request: the run that it grew from, and what of it is taken over. */
type Growth = {
  readonly only?: readonly string[] | undefined;
  readonly reuse?: readonly string[] | undefined;
  readonly base?: LiveRun | undefined;
  readonly edited?: JsonObject | undefined;
  readonly origin?: RunOrigin | undefined;
};

export class RunService implements RunApi {
  readonly #options: RunServiceOptions;

  constructor(options: RunServiceOptions) {
    this.#options = options;
  }

  /** Reads, checks and compiles a text ahead of its run. */
  warm(text: string): void {
    this.#options.host.programs.checked(text, undefined);
  }

  async startRun(request: StartRequest): Promise<{ runId: string }> {
    const reading = this.#readNew(request);
    // What is read at once is started at once, in the order of the calls.
    const program = reading instanceof Promise ? await reading : reading;
    const part = this.#part(program, request);
    if (part === undefined)
      return this.#start(program, request, resolveInputs(program.definition, request.inputs ?? {}));
    return this.#start(program, request, part.inputs, growthOf(part));
  }

  async previewRun(request: StartRequest): Promise<RunPreview> {
    const program = await this.#readNew(request);
    const part = this.#part(program, request);
    if (part) {
      const { nodes, base } = part;
      return base ? { nodes, basedOn: { runId: base.id, startedAt: base.row.startedAt } } : { nodes };
    }
    resolveInputs(program.definition, request.inputs ?? {});
    return {
      nodes: program.plan.nodes.map(({ id: node, definition }) =>
        definition.pin ? { node, does: "pinned", why: "pin" } : { node, does: "runs", why: "all" },
      ),
    };
  }

  async quote(request: QuoteRequest): Promise<Quote> {
    const program = await this.#readNew(request);
    const { store, host } = this.#options;
    const { quoteRequest } = await import("./quote/quote.ts");
    return quoteRequest(program, request, { language: host.programs.language, store, now: host.now() });
  }

  async listRuns({
    limit,
    before,
    parent,
  }: Parameters<EngineApi["listRuns"]>[0]): Promise<readonly RunSummary[]> {
    if (parent !== undefined) this.#row(parent);
    return this.#options.store.runs(Math.min(limit ?? 100, 1_000), before, parent).map((row) => {
      const live = this.#options.host.runs.get(row.id);
      return live ? runSummary(live.shown) : rowSummary(row);
    });
  }

  async getRun({ runId }: { runId: string }) {
    return runView(this.#find(runId), this.#options.host.values);
  }

  async getResult({ runId }: { runId: string }) {
    return runResult(this.#find(runId), this.#options.host.values, this.#options.host.now());
  }

  async getEvents({
    runId,
    after,
    limit,
  }: {
    runId: string;
    after?: number | undefined;
    limit?: number | undefined;
  }) {
    this.#row(runId);
    const events = this.#options.store.events(runId, after ?? 0, Math.min(limit ?? 1_000, 10_000));
    return events.map((event) => printEvent(event, this.#options.host.values));
  }

  async getNodeData({
    runId,
    node,
  }: {
    runId: string;
    node: string;
  }): Promise<{ output: Json; input: Json }> {
    const run = this.#find(runId);
    const index = run.program.plan.indexOf.get(node);
    if (index === undefined) throw new LayerloomError("NOT_FOUND", `the run has no node "${node}"`);
    const output = outputOf(run.state, index);
    let input: Json = null;
    try {
      if (nodeView(run.program.plan, run.state, index).attempts > 0)
        input = resolveSettings(run, this.#options.host.sources(), node);
    } catch {
      // The inputs of this attempt are gone (a loop re-opened what it read); the output still shows.
    }
    return { output: output ? this.#options.host.values.get(output) : null, input };
  }

  async cancelRun({ runId }: { runId: string }): Promise<void> {
    await this.#steer(runId, (run) => this.#options.host.feed(run, { event: "CancelRequested" }));
  }

  async pauseRun({ runId }: { runId: string }): Promise<void> {
    await this.#steer(runId, (run) => {
      if (runStatus(run.program.plan, run.state) !== "paused")
        this.#options.host.feed(run, { event: "RunPaused" });
    });
  }

  /** A paused run goes on; one left open by an earlier engine is adopted. */
  async resumeRun({ runId }: { runId: string }): Promise<void> {
    const { host } = this.#options;
    if (!host.runs.has(runId)) {
      this.adopt(this.#row(runId));
      return;
    }
    await this.#steer(runId, (run) => {
      if (runStatus(run.program.plan, run.state) === "paused") host.feed(run, { event: "RunResumed" });
    });
  }

  async retryRun({
    runId,
    from,
    edited,
  }: {
    runId: string;
    from?: string | undefined;
    edited?: JsonObject | undefined;
  }): Promise<{ runId: string }> {
    const old = this.#find(runId);
    if (!isFinal(runStatus(old.program.plan, old.state))) {
      throw new LayerloomError("CONFLICT", `the run ${runId} has not ended`, {
        hint: "Wait for its end, or cancel it first.",
      });
    }
    const { reuse, only } = retryPart(old, from, edited);
    const request: StartRequest = {
      text: old.row.text,
      ...(old.row.file === null ? {} : { file: old.row.file }),
      provider: old.settings.provider,
      seed: old.settings.seed,
      folder: old.settings.folders[0],
    };
    const origin: RunOrigin = { runId, as: edited === undefined ? "retry" : "fork" };
    return this.#start(old.program, request, this.#inputsOf(old), { only, reuse, base: old, edited, origin });
  }

  async inbox(): Promise<readonly HumanTask[]> {
    return [...this.#options.host.runs.values()]
      .flatMap((run) => tasksOf(run.shown, this.#options.host.values))
      .sort((a, b) => a.openedAt - b.openedAt);
  }

  async decide({ runId, node, outcome, comment, value }: Decision): Promise<void> {
    await this.#steer(runId, (run) => {
      const task = tasksOf(run, this.#options.host.values).find((open) => open.node === node);
      if (!task) {
        throw new LayerloomError("TASK_NOT_OPEN", `nobody is asked to decide at "${node}"`, {
          field: node,
          hint: "`layerloom inbox` lists what is open.",
        });
      }
      const { outcomes, timeoutAt } = task.card;
      if (timeoutAt !== undefined && this.#options.host.now() >= timeoutAt) {
        throw new LayerloomError(
          "TASK_NOT_OPEN",
          `the time to decide at "${node}" ran out at ${new Date(timeoutAt).toISOString()}`,
          {
            field: node,
            hint: "The run goes on without an answer.",
          },
        );
      }
      if (!outcomes.includes(outcome)) {
        throw new LayerloomError("UNKNOWN_OUTCOME", `"${outcome}" is not offered at "${node}"`, {
          field: node,
          hint: `Choose one of: ${outcomes.join(", ")}.`,
        });
      }
      this.#options.host.decide(run, task, "person", outcome, comment ?? "", value ?? null);
    });
  }

  watchRun({ runId }: { runId: string }, listener: (update: RunUpdate) => void): Unsubscribe {
    const live = this.#options.host.runs.get(runId);
    return this.#options.publisher.watchRun(live ?? this.#find(runId), listener);
  }

  watchEngine(listener: (update: EngineUpdate) => void): Unsubscribe {
    return this.#options.publisher.watchEngine(listener);
  }

  /** The newest runs, for the list that follows along. */
  recent(): readonly RunSummary[] {
    const { host, store } = this.#options;
    try {
      return store.runs(RECENT_RUNS).map((row) => {
        const live = host.runs.get(row.id);
        return live ? runSummary(live.shown) : rowSummary(row);
      });
    } catch {
      // Damaged: those who follow along are told so, and have nobody to catch this.
      return [];
    }
  }

  /** Children come with their roots. */
  adoptAll(paused = false): void {
    for (const row of this.#options.store.openRuns()) if (!row.parent) this.adopt(row, paused);
  }

  adoptById(runId: string): void {
    this.adopt(this.#row(runId));
  }

  /**
   * Takes over a run that an earlier engine left open, by the root of its tree; `paused`: it goes on when somebody
   * resumes it.
   */
  adopt(row: RunRow, paused = false): void {
    if (row.parent && !isFinal(row.status)) {
      this.adopt(this.#row(row.parent.runId), paused);
      return;
    }
    if (isFinal(row.status))
      throw new LayerloomError("RUN_ENDED", `the run ${row.id} has ended: ${row.status}`, {
        hint: "`layerloom runs retry` starts it again.",
      });
    const { host, store } = this.#options;
    const run = readRun(row, host.programs.of(row.text, row.file ?? undefined), store);
    run.base = this.#baseOf(run);
    host.recover(run);
    if (paused && runStatus(run.program.plan, run.state) !== "paused") host.feed(run, { event: "RunPaused" });
  }

  /** Undefined when it is gone or can no longer be read: what was to be taken over runs, or is left out. */
  #baseOf({ state }: LiveRun): LiveRun | undefined {
    try {
      return state.reuseRunId === null ? undefined : this.#find(state.reuseRunId);
    } catch (thrown) {
      if (thrown instanceof LayerloomError) return undefined;
      throw thrown;
    }
  }

  #readNew({ text, file }: Pick<StartRequest, "text" | "file">): Program | Promise<Program> {
    const { programs } = this.#options.host;
    const reading = this.#options.readNew?.(text, file) ?? programs.read(text, file);
    if (reading instanceof Promise) return reading.then((read) => programs.checked(text, file, read));
    return programs.checked(text, file, reading);
  }

  /** Undefined when the whole pipeline is asked for. */
  #part(program: Program, request: StartRequest): ChosenPart | undefined {
    const { host, store } = this.#options;
    const { partial } = request;
    if (partial === undefined) return undefined;
    return choosePart(program, request, partial, {
      find: (runId) => this.#find(runId),
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
      .runs(RECENT_RUNS)
      .filter((row) => row.pipeline === program.definition.name)
      .filter((row) => file === undefined || row.file === null || row.file === file);
    for (const { id } of rows.slice(0, BASES_TRIED)) yield this.#find(id);
  }

  #inputsOf(run: LiveRun): JsonObject {
    return run.state.inputs ? (this.#options.host.values.get(run.state.inputs) as JsonObject) : {};
  }

  #start(
    program: Program,
    request: StartRequest,
    inputs: JsonObject,
    growth: Growth = {},
  ): { runId: string } {
    const { run, first } = this.#prepare(program, request, inputs, growth);
    this.#options.host.start(run, first);
    return { runId: run.id };
  }

  #prepare(
    program: Program,
    request: StartRequest,
    inputs: JsonObject,
    { only, reuse = [], base, edited, origin }: Growth,
  ): { readonly run: LiveRun; readonly first: EventOf<"RunStarted"> } {
    const { host, folders, simulated, newRunId = randomRunId } = this.#options;
    const seed = request.seed ?? randomInt(2 ** 31);
    const provider = request.provider ?? "anthropic";
    const settings: RunSettings = {
      provider,
      seed,
      folders: request.folder === undefined ? folders : [request.folder],
      ...(origin ? { origin } : {}),
    };
    const models = program.modelProviders(provider);
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
          ? { reuseFrom: { runId: base.id, nodes: reuse, ...(values ? { edited: values } : {}) } }
          : {}),
        ...(only ? { only } : {}),
      },
    };
  }

  #row(runId: string): RunRow {
    const row = this.#options.host.runs.get(runId)?.row ?? this.#options.store.run(runId);
    if (!row)
      throw new LayerloomError("NOT_FOUND", `there is no run "${runId}"`, {
        hint: "`layerloom runs list` shows the runs.",
      });
    return row;
  }

  #find(runId: string): LiveRun {
    const live = this.#options.host.runs.get(runId);
    if (live) return live.shown;
    return this.#read(this.#row(runId));
  }

  /** From the store, with its children that have not ended. An item reads the names of its parent, so that is there too. */
  #read(row: RunRow, parent?: LiveRun): LiveRun {
    const { host, store } = this.#options;
    const damaged = host.health.state === "read-only";
    const run = readRun(row, host.programs.of(row.text, row.file ?? undefined), store, damaged);
    if (row.parent) run.parent = parent ?? this.#find(row.parent.runId);
    for (const { childRunId } of startedChildren(run.program.plan, run.state)) {
      const child = store.run(childRunId);
      if (child && !isFinal(child.status)) run.children.add(this.#read(child, run));
    }
    return run;
  }

  /** Acts on a live run in the engine's own order, and reports what the act throws. */
  #steer(runId: string, act: (run: LiveRun) => void): Promise<void> {
    const { host } = this.#options;
    if (!host.runs.has(runId)) {
      const row = this.#row(runId);
      if (isFinal(row.status))
        throw new LayerloomError("RUN_ENDED", `the run ${runId} has ended: ${row.status}`);
      this.adopt(row);
    }
    return host.act(() => {
      const run = host.runs.get(runId);
      if (!run) throw new LayerloomError("RUN_ENDED", `the run ${runId} has ended`);
      act(run);
    });
  }
}

function randomRunId(): string {
  return randomBytes(6).toString("hex");
}

function growthOf({ only, reuse, base }: ChosenPart): Growth {
  return { only, reuse, base, ...(base ? { origin: { runId: base.id, as: "part" } as const } : {}) };
}
