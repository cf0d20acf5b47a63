/**
 * A small EngineApi for tests of the skins: keeps runs in memory, records calls, and lets a test push updates.
 * It does not run anything; what it answers is what the test put in.
 */
import type { EngineApi, EngineUpdate } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { isFinal, type PrintedEvent, type RunStatus } from "#contract/events.ts";
import type { NodeView, RunResult, RunSummary, RunUpdate } from "#contract/run.ts";

type Held = {
  status: RunStatus;
  events: PrintedEvent[];
  nodes: NodeView[];
  watchers: Set<(update: RunUpdate) => void>;
};

export class EngineDouble implements EngineApi {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly #runs = new Map<string, Held>();
  readonly #engineWatchers = new Set<(update: EngineUpdate) => void>();

  addRun(runId: string, status: RunStatus = "running"): void {
    this.#runs.set(runId, { status, events: [], nodes: [], watchers: new Set() });
  }

  /** Appends events to the journal of a run and tells its watchers once. */
  push(
    runId: string,
    names: readonly PrintedEvent["event"][],
    status?: RunStatus,
    nodes: readonly NodeView[] = [],
  ): void {
    const run = this.#held(runId);
    for (const event of names) {
      const seq = run.events.length + 1;
      run.events.push({ type: "event", seq, at: new Date(seq).toISOString(), event });
    }
    if (status) run.status = status;
    run.nodes = [...nodes];
    for (const watcher of run.watchers) watcher(this.#update(runId, run));
  }

  pushEngine(): void {
    for (const watcher of this.#engineWatchers) watcher({ runs: this.#summaries(), inbox: [] });
  }

  watchers(runId: string): number {
    return this.#held(runId).watchers.size;
  }

  async info() {
    this.calls.push({ method: "info", params: undefined });
    return { version: "0.0.0", database: "memory", workspace: "/tmp", hasModelKey: false };
  }
  async activities() {
    return [];
  }
  async templates() {
    return [];
  }
  async readDocument(request: { text: string }) {
    this.calls.push({ method: "readDocument", params: request });
    if (!request.text.includes("bad")) return { problems: [], places: {} };
    const problem = {
      severity: "error",
      code: "UNKNOWN_KEY",
      message: "no such key",
      path: "nodes.a",
    } as const;
    return { problems: [{ ...problem, place: { line: 2, column: 3 } }], places: {} };
  }
  async writeDocument(request: { text: string }) {
    return { text: request.text };
  }
  async exportDocument(request: { text: string }) {
    return { text: request.text };
  }
  async listFiles() {
    return [];
  }
  async openFile(request: { path: string }) {
    return { path: request.path, text: "", hash: "" };
  }
  async saveFile(request: { path: string; text: string }) {
    return { path: request.path, text: request.text, hash: "" };
  }
  async listDrafts() {
    return [];
  }
  async putDraft() {}
  async dropDraft() {}
  async quote(request: { text: string }) {
    this.calls.push({ method: "quote", params: request });
    const none = { usd: 0, ms: 0, unknownUsd: [], unknownMs: [] };
    return { pipeline: "double", nodes: [], expected: none, worst: none, path: [] };
  }
  async startRun(request: { text: string }) {
    this.calls.push({ method: "startRun", params: request });
    if (request.text === "boom") throw new Error("a secret detail\n    at stack");
    const runId = `run-${this.#runs.size + 1}`;
    this.addRun(runId);
    return { runId };
  }
  async previewRun(request: { text: string }) {
    this.calls.push({ method: "previewRun", params: request });
    return { nodes: [] };
  }
  async listRuns(request: { limit?: number | undefined }) {
    this.calls.push({ method: "listRuns", params: request });
    return this.#summaries().slice(0, request.limit);
  }
  async getRun({ runId }: { runId: string }) {
    const run = this.#held(runId);
    return { ...this.#update(runId, run), text: "", edges: [], tasks: [] };
  }
  async getResult({ runId }: { runId: string }): Promise<RunResult> {
    const { status } = this.#held(runId);
    const at = new Date(0).toISOString();
    const cost = { usd: 0, tokens: 0 };
    const run = { id: runId, status, output: null, startedAt: at, endedAt: at, durationMs: 0, cost };
    return { type: "result", run: { ...run, nodes: {}, edges: [] } };
  }
  async getEvents({
    runId,
    after = 0,
    limit = 1_000,
  }: {
    runId: string;
    after?: number | undefined;
    limit?: number | undefined;
  }) {
    return this.#held(runId).events.slice(after, after + limit);
  }
  async getNodeData() {
    return { output: null, input: null };
  }
  async cancelRun(request: { runId: string }) {
    this.calls.push({ method: "cancelRun", params: request });
    this.push(request.runId, ["CancelRequested", "RunEnded"], "cancelled");
  }
  async pauseRun({ runId }: { runId: string }) {
    this.push(runId, ["RunPaused"], "paused");
  }
  async resumeRun({ runId }: { runId: string }) {
    if (isFinal(this.#held(runId).status)) throw new LayerloomError("RUN_ENDED", "This run has ended.");
    this.push(runId, ["RunResumed"], "running");
  }
  async retryRun(request: { runId: string }) {
    this.calls.push({ method: "retryRun", params: request });
    return { runId: "again" };
  }
  async breakers() {
    return [{ service: "anthropic/opus", state: "open", failures: 5, until: 1_000 } as const];
  }
  async resetBreaker(request: { service: string }) {
    this.calls.push({ method: "resetBreaker", params: request });
  }
  async inbox() {
    return [];
  }
  async listResults() {
    return [];
  }
  async clearResults(request: object) {
    this.calls.push({ method: "clearResults", params: request });
    return { removed: 1 };
  }
  async memoryNames() {
    return [];
  }
  async memoryHistory() {
    return { value: null, history: [] };
  }
  async databaseState() {
    return { state: "ok", backups: [] } as const;
  }
  async restoreBackup(request: { name: string }) {
    this.calls.push({ method: "restoreBackup", params: request });
    return { keptAs: "/tmp/old.db" };
  }
  async decide(decision: object) {
    this.calls.push({ method: "decide", params: decision });
  }
  watchRun({ runId }: { runId: string }, listener: (update: RunUpdate) => void) {
    const run = this.#runs.get(runId);
    if (!run) return () => undefined;
    run.watchers.add(listener);
    queueMicrotask(() => {
      if (run.watchers.has(listener)) listener(this.#update(runId, run));
    });
    return () => run.watchers.delete(listener);
  }
  watchEngine(listener: (update: EngineUpdate) => void) {
    this.#engineWatchers.add(listener);
    return () => this.#engineWatchers.delete(listener);
  }

  #held(runId: string): Held {
    const run = this.#runs.get(runId);
    if (!run) throw new LayerloomError("NOT_FOUND", `There is no run ${runId}.`);
    return run;
  }
  #summaries(): RunSummary[] {
    return [...this.#runs].map(([id, run]) => this.#summary(id, run));
  }
  #summary(id: string, run: Held): RunSummary {
    const rest = {
      pipeline: "double",
      simulated: false,
      startedAt: 0,
      cost: { usd: 0, tokens: 0 },
      openTasks: 0,
    };
    return { id, status: run.status, ...rest };
  }
  #update(runId: string, run: Held): RunUpdate {
    const lists = { nodes: run.nodes, edges: [], tasks: [], streams: [] };
    return { runId, seq: run.events.length, summary: this.#summary(runId, run), ...lists };
  }
}
