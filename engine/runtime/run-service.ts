/** The part of EngineApi about runs: start, look, steer, decide, watch. Live runs come from the host, ended ones from the store. */
import type { Decision, EngineApi, EngineUpdate, Unsubscribe } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { isFinal } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { HumanTask, RunSummary, RunUpdate } from "#contract/run.ts";
import { nodeView, outputOf, runStatus } from "#core/view.ts";
import type { LiveRun } from "./live-run.ts";
import { printEvent, rowSummary, runResult, runSummary, runView, tasksOf } from "./picture.ts";
import type { Publisher } from "./publisher.ts";
import { RunFinder } from "./run-finder.ts";
import { RunStarter, type RunStarterOptions } from "./run-starter.ts";
import { resolveSettings } from "./settings.ts";

export type RunServiceOptions = RunStarterOptions & { readonly publisher: Publisher };

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

export class RunService implements RunApi {
  readonly finder: RunFinder;
  readonly #options: RunServiceOptions;
  readonly #starter: RunStarter;

  constructor(options: RunServiceOptions) {
    this.#options = options;
    this.finder = new RunFinder(options.host, options.store);
    this.#starter = new RunStarter(options, this.finder);
  }

  startRun: RunApi["startRun"] = (request) => this.#starter.start(request);
  previewRun: RunApi["previewRun"] = (request) => this.#starter.preview(request);
  retryRun: RunApi["retryRun"] = (request) => this.#starter.retry(request);
  quote: RunApi["quote"] = (request) => this.#starter.quote(request);

  /** Reads, checks and compiles a text ahead of its run. */
  warm(text: string): void {
    this.#options.host.programs.checked(text, undefined);
  }

  async listRuns({
    limit,
    before,
    parent,
  }: Parameters<EngineApi["listRuns"]>[0]): Promise<readonly RunSummary[]> {
    if (parent !== undefined) this.finder.row(parent);
    return this.#options.store.runs(Math.min(limit ?? 100, 1_000), before, parent).map((row) => {
      const live = this.#options.host.runs.get(row.id);
      return live ? runSummary(live.shown) : rowSummary(row);
    });
  }

  async getRun({ runId }: { runId: string }) {
    return runView(this.finder.find(runId), this.#options.host.values);
  }

  async getResult({ runId }: { runId: string }) {
    return runResult(this.finder.find(runId), this.#options.host.values, this.#options.host.now());
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
    this.finder.row(runId);
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
    const run = this.finder.find(runId);
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

  async cancelRun({ runId, node }: { runId: string; node?: string | undefined }): Promise<void> {
    const { host } = this.#options;
    await this.#steer(runId, (run) => {
      if (node === undefined) host.feed(run, { event: "CancelRequested" });
      else if (run.program.plan.indexOf.has(node)) host.cancelAttempt(run, node);
      else throw new LayerloomError("NOT_FOUND", `the run has no node "${node}"`);
    });
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
      this.finder.adopt(this.finder.row(runId));
      return;
    }
    await this.#steer(runId, (run) => {
      if (runStatus(run.program.plan, run.state) === "paused") host.feed(run, { event: "RunResumed" });
    });
  }

  async inbox(): Promise<readonly HumanTask[]> {
    return [...this.#options.host.runs.values()]
      .flatMap((run) => tasksOf(run.shown, this.#options.host.values))
      .sort((a, b) => a.openedAt - b.openedAt);
  }

  async decide({ runId, node, outcome, openedAt, comment, value }: Decision): Promise<void> {
    await this.#steer(runId, (run) => {
      const task = tasksOf(run, this.#options.host.values).find((open) => open.node === node);
      if (!task) {
        throw new LayerloomError("TASK_NOT_OPEN", `nobody is asked to decide at "${node}"`, {
          field: node,
          hint: "`layerloom inbox` lists what is open.",
        });
      }
      if (openedAt !== undefined && openedAt !== task.openedAt) {
        throw new LayerloomError("TASK_NOT_OPEN", `that question at "${node}" has been answered`, {
          field: node,
          hint: "Another one is open there now: look at it first.",
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
    return this.#options.publisher.watchRun(live ?? this.finder.find(runId), listener);
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

  /** Acts on a live run in the engine's own order, and reports what the act throws. */
  #steer(runId: string, act: (run: LiveRun) => void): Promise<void> {
    const { host } = this.#options;
    if (!host.runs.has(runId)) {
      const row = this.finder.row(runId);
      if (isFinal(row.status))
        throw new LayerloomError("RUN_ENDED", `the run ${runId} has ended: ${row.status}`);
      this.finder.adopt(row);
    }
    return host.act(() => {
      const run = host.runs.get(runId);
      if (!run) throw new LayerloomError("RUN_ENDED", `the run ${runId} has ended`);
      act(run);
    });
  }
}
