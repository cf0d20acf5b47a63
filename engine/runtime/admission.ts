/**
 * Owns which queued attempt begins next: in the order of the queue, where a slot is free, the budget has room for it and
 * its service is well. What then happens to the run is the host's.
 */
import type { EventBody, Failure } from "#contract/events.ts";
import { isOutstanding } from "#core/outstanding.ts";
import { type ReadyItem, ReadyQueue } from "#core/schedule/ready-queue.ts";
import type { Breakers } from "./breakers.ts";
import type { Budgets } from "./budgets.ts";
import { judgedFailure } from "./judge.ts";
import type { LiveRun } from "./live-run.ts";
import { seededRandom } from "./random.ts";
import type { ScopeSources } from "./scope.ts";

/** Attempts that run at once in one engine. */
const SLOTS = 256;

export type AdmissionOptions = {
  readonly breakers: Breakers;
  readonly budgets: Budgets;
  run(id: string): LiveRun | undefined;
  sources(): ScopeSources;
  feed(run: LiveRun, event: EventBody): void;
};

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #queue = new ReadyQueue();
  #slots = SLOTS;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#slots > 0;
  }

  /** What comes back from a wait may be of an earlier round: it must not take the place of the one that is waited for. */
  enqueue(item: ReadyItem): void {
    const run = this.#options.run(item.runId);
    if (run && isOutstanding(run.program.plan, run.state, { type: "Enqueue", ...item }))
      this.#queue.enqueue(item);
  }

  /** False when nothing in the queue may start now. */
  beginNext(): boolean {
    const item = this.#queue.take(this.#slots);
    if (!item) return false;
    if (!this.#begin(item)) this.#queue.release(item.runId);
    return true;
  }

  /** The slot of an attempt of the run is free. */
  release(run: LiveRun): void {
    this.#slots += 1;
    this.#queue.release(run.id);
  }

  /** The run has ended. */
  forget(run: LiveRun): void {
    this.#queue.remove(run.id);
    this.#options.breakers.forget(run);
    this.#options.budgets.forget(run);
  }

  /** False: nobody waits for it any more, or it may not start yet. */
  #begin(item: ReadyItem): boolean {
    const { breakers, budgets, feed } = this.#options;
    const run = this.#options.run(item.runId);
    if (!run || !isOutstanding(run.program.plan, run.state, { type: "Enqueue", ...item })) return false;
    const { node, activation, attempt } = item;
    const reserved = budgets.admit(run, item);
    if (reserved === "wait") return false;
    if (typeof reserved === "object") return this.#refuse(run, item, reserved);
    const answer = run.program.guards.size === 0 ? "go" : breakers.admit(run, item);
    if (answer === "wait") return false;
    if (answer !== "go") return this.#refuse(run, item, answer);
    this.#slots -= 1;
    const started = { event: "AttemptStarted", node, activation, attempt } as const;
    feed(run, reserved === 0 ? started : { ...started, reserved });
    return true;
  }

  /** No attempt is made: the node takes the next link of its chain, or fails for good. */
  #refuse(run: LiveRun, { node, activation, attempt }: ReadyItem, failure: Failure): false {
    const { sources, feed } = this.#options;
    const random = seededRandom(run.settings.seed, node, activation, attempt);
    const judged = judgedFailure(run, sources(), node, failure);
    feed(run, { event: "AttemptRefused", node, activation, ...judged, random });
    return false;
  }
}
