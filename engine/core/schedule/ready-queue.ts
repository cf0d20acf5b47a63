/**
 * Ready activations of all runs of an engine, and which is next: round-robin between runs, first come first served
 * inside a run, never more of a run at once than its limit. Every call is O(1). Knows nothing of plans and states.
 */
import { type Link, LinkedList } from "./linked-list.ts";

export type ReadyItem = {
  readonly runId: string;
  readonly node: string;
  readonly activation: number;
  readonly attempt: number;
  /** Attempts of this run at once. */
  readonly limit: number;
};

type Lane = {
  readonly items: LinkedList<ReadyItem>;
  readonly byNode: Map<string, Link<ReadyItem>>;
  running: number;
  limit: number;
  /** Its place among the runs that could start something now. */
  turn: Link<Lane> | undefined;
};

export class ReadyQueue {
  readonly #lanes = new Map<string, Lane>();
  readonly #ring = new LinkedList<Lane>();
  #size = 0;

  /** Items waiting, over all runs. */
  get size(): number {
    return this.#size;
  }

  /** A node waits once: a newer item takes the place of an older one of the same node, at the end. */
  enqueue(item: ReadyItem): void {
    let lane = this.#lanes.get(item.runId);
    if (lane === undefined) {
      lane = { items: new LinkedList(), byNode: new Map(), running: 0, limit: item.limit, turn: undefined };
      this.#lanes.set(item.runId, lane);
    }
    lane.limit = item.limit;
    this.#drop(lane, item.node);
    lane.byNode.set(item.node, lane.items.push(item));
    this.#size += 1;
    this.#settle(item.runId, lane);
  }

  /** The next item, counted as running until `release`; undefined when there is no slot or nothing may start. */
  take(slotsFree: number): ReadyItem | undefined {
    if (slotsFree <= 0) return undefined;
    const lane = this.#ring.shift();
    if (lane === undefined) return undefined;
    lane.turn = undefined;
    const item = lane.items.shift()!;
    lane.byNode.delete(item.node);
    lane.running += 1;
    this.#size -= 1;
    this.#settle(item.runId, lane);
    return item;
  }

  /** One taken item of the run no longer runs. */
  release(runId: string): void {
    const lane = this.#lanes.get(runId);
    if (lane === undefined || lane.running === 0) return;
    lane.running -= 1;
    this.#settle(runId, lane);
  }

  /** Takes out what waits, of one node or of the whole run. What runs goes on counting until it is released. */
  remove(runId: string, node?: string): void {
    const lane = this.#lanes.get(runId);
    if (lane === undefined) return;
    for (const name of node === undefined ? [...lane.byNode.keys()] : [node]) this.#drop(lane, name);
    this.#settle(runId, lane);
  }

  #drop(lane: Lane, node: string): void {
    const link = lane.byNode.get(node);
    if (link === undefined) return;
    lane.items.remove(link);
    lane.byNode.delete(node);
    this.#size -= 1;
  }

  /** Keeps the lane in the ring exactly while it could start something, and forgets it when it is empty. */
  #settle(runId: string, lane: Lane): void {
    const eligible = lane.byNode.size > 0 && lane.running < lane.limit;
    if (eligible) {
      lane.turn ??= this.#ring.push(lane);
      return;
    }
    if (lane.turn !== undefined) this.#ring.remove(lane.turn);
    lane.turn = undefined;
    if (lane.byNode.size === 0 && lane.running === 0) this.#lanes.delete(runId);
  }
}
