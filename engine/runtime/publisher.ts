/** Tells watchers what changed, in batches, after it is on disk. Without a watcher it costs nothing. */
import type { EngineUpdate, Unsubscribe } from "#contract/engine-api.ts";
import type { EdgeView, NodeView, RunUpdate } from "#contract/run.ts";
import { edgeView } from "#core/view.ts";
import type { LiveRun } from "./live-run.ts";
import { edgePictures, failureOfRun, nodePicture, nodePictures, runSummary, tasksInTree } from "./picture.ts";
import type { ValueStore } from "./values.ts";

/** About two frames: fast enough to look live, rare enough for 10,000 steps a second. */
const FLUSH_MS = 30;

type Watcher = { readonly listener: (update: RunUpdate) => void };

export class Publisher {
  readonly #values: ValueStore;
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #engineWatchers = new Set<(update: EngineUpdate) => void>();
  readonly #news = new Set<LiveRun>();
  readonly #engineState: () => EngineUpdate;
  #timer: NodeJS.Timeout | undefined;
  #due = false;
  #engineNews = false;
  #lastFlush = 0;

  constructor(values: ValueStore, engineState: () => EngineUpdate) {
    this.#values = values;
    this.#engineState = engineState;
  }

  committed(runs: readonly LiveRun[]): void {
    if (this.#engineWatchers.size > 0) this.#engineNews = true;
    for (const run of runs) {
      if (this.#watchers.has(run.id)) this.#news.add(run);
      else forget(run);
    }
    if (this.#news.size > 0 || this.#engineNews) this.#schedule();
  }

  streamed(run: LiveRun): void {
    if (!this.#watchers.has(run.id) || run.held) return;
    this.#news.add(run);
    this.#schedule();
  }

  /** Nothing can be recorded, or it can again: what everybody sees of these runs changes. */
  held(runs: readonly LiveRun[]): void {
    this.#engineNews = this.#engineWatchers.size > 0;
    for (const run of runs)
      for (const watcher of this.#watchers.get(run.id) ?? []) watcher.listener(this.#whole(run));
    if (this.#engineNews) this.#schedule();
  }

  /** The whole picture at once (in a later microtask), then changes. */
  watchRun(run: LiveRun, listener: (update: RunUpdate) => void): Unsubscribe {
    const watcher: Watcher = { listener };
    const watchers = this.#watchers.get(run.id) ?? new Set<Watcher>();
    this.#watchers.set(run.id, watchers);
    queueMicrotask(() => {
      if (this.#watchers.get(run.id)?.has(watcher) ?? false) listener(this.#whole(run));
    });
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(run.id) === watchers) this.#watchers.delete(run.id);
    };
  }

  watchEngine(listener: (update: EngineUpdate) => void): Unsubscribe {
    this.#engineWatchers.add(listener);
    queueMicrotask(() => {
      if (this.#engineWatchers.has(listener)) listener(this.#engineState());
    });
    return () => this.#engineWatchers.delete(listener);
  }

  /** Sends what is due at once: the engine is about to stop. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#due = false;
    this.#lastFlush = performance.now();
    for (const run of this.#news) this.#tell(run);
    this.#news.clear();
    if (this.#engineNews) {
      this.#engineNews = false;
      const update = this.#engineState();
      for (const listener of this.#engineWatchers) listener(update);
    }
  }

  /** The first news after a quiet time goes out at once, the rest gathers. */
  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    const wait = this.#lastFlush + FLUSH_MS - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.flush(), wait);
    else setImmediate(() => this.flush());
  }

  #tell(run: LiveRun): void {
    const { plan } = run.program;
    const nodes = [...run.touchedNodes].map((index) => nodePicture(run, this.#values, index));
    const edges = [...run.touchedEdges].map((edge) => edgeView(plan, run.state, edge));
    forget(run);
    const update = this.#update(run, nodes, edges);
    for (const watcher of this.#watchers.get(run.id) ?? []) watcher.listener(update);
  }

  #whole(live: LiveRun): RunUpdate {
    const run = live.shown;
    return this.#update(run, nodePictures(run, this.#values), edgePictures(run));
  }

  #update(run: LiveRun, nodes: readonly NodeView[], edges: readonly EdgeView[]): RunUpdate {
    const failure = failureOfRun(run);
    return {
      runId: run.id,
      seq: run.seq,
      summary: runSummary(run),
      nodes,
      edges,
      tasks: tasksInTree(run, this.#values),
      ...(failure ? { failure } : {}),
      ...(run.held ? { held: run.held.error } : {}),
      streams: [...run.streams].map(([node, stream]) => ({ node, ...stream })),
    };
  }
}

function forget(run: LiveRun): void {
  run.touchedNodes.clear();
  run.touchedEdges.clear();
}
