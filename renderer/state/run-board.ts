/**
 * The live picture of the one run that is being watched: nodes, edges and streamed text by key, outside React, and
 * the whole-run facts. Knows nothing of the document.
 */
import type { Failure } from "#contract/events.ts";
import type { EdgeView, HumanTask, NodeView, RunSummary, RunUpdate } from "#contract/run.ts";
import { KeyedStore, nextFrame, type Schedule } from "#renderer/state/keyed-store.ts";

export type RunHead = {
  readonly summary: RunSummary;
  readonly seq: number;
  readonly tasks: readonly HumanTask[];
  readonly failure: Failure | undefined;
  readonly progress: Progress;
};

export type Progress = {
  readonly done: number;
  readonly total: number;
  /** Nodes at work or waiting right now, the busiest state first. */
  readonly active: readonly NodeView[];
};

const STREAM_KEPT = 4_000;
const ACTIVE: readonly NodeView["status"][] = ["running", "retrying", "waiting", "paused", "queued"];
const UNDONE: ReadonlySet<NodeView["status"]> = new Set(["idle", ...ACTIVE]);

export class RunBoard {
  readonly nodes: KeyedStore<string, NodeView>;
  readonly edges: KeyedStore<number, EdgeView>;
  readonly streams: KeyedStore<string, string>;
  readonly head: KeyedStore<"head", RunHead>;
  readonly #latest = new Map<string, NodeView>();
  #streaming: ReadonlySet<string> = new Set();

  constructor(schedule: Schedule = nextFrame) {
    this.nodes = new KeyedStore(schedule);
    this.edges = new KeyedStore(schedule);
    this.streams = new KeyedStore(schedule);
    this.head = new KeyedStore(schedule);
  }

  clear(): void {
    this.#latest.clear();
    this.#streaming = new Set();
    for (const store of [this.nodes, this.edges, this.streams, this.head]) store.clear();
  }

  apply(update: RunUpdate): void {
    for (const node of update.nodes) {
      this.#latest.set(node.id, node);
      this.nodes.set(node.id, node);
    }
    for (const edge of update.edges) this.edges.set(edge.index, edge);
    this.#stream(update.streams);
    this.head.set("head", {
      summary: update.summary,
      seq: update.seq,
      tasks: update.tasks,
      failure: update.failure,
      progress: this.#progress(),
    });
  }

  /** Every update carries all text that streams right now: what is missing from it has ended. */
  #stream(streams: RunUpdate["streams"]): void {
    const now = new Set(streams.map((stream) => stream.node));
    for (const node of this.#streaming) if (!now.has(node)) this.streams.set(node, undefined);
    for (const { node, text } of streams) this.streams.set(node, text.slice(-STREAM_KEPT));
    this.#streaming = now;
  }

  allNodes(): readonly NodeView[] {
    return [...this.#latest.values()];
  }

  #progress(): Progress {
    const all = this.allNodes();
    const active = all.filter((node) => ACTIVE.includes(node.status));
    active.sort((a, b) => ACTIVE.indexOf(a.status) - ACTIVE.indexOf(b.status));
    return {
      done: all.filter((node) => !UNDONE.has(node.status)).length,
      total: all.length,
      active: active.slice(0, 5),
    };
  }
}
