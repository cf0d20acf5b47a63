/**
 * Holds news back for a moment, so that a burst is told once, and keeps what a person who is away has not seen, so that
 * the next notice can stand for all of it.
 */
import type { News } from "#renderer/state/news.ts";

const GATHER_MS = 800;

export class NewsGatherer {
  readonly #tell: (news: readonly News[]) => void;
  /** By run, the newest of each. */
  readonly #unseen = new Map<string, News>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` gets all that has not been seen, the newest last. */
  constructor(tell: (news: readonly News[]) => void) {
    this.#tell = tell;
  }

  add(news: readonly News[]): void {
    for (const one of news) {
      this.#unseen.delete(one.runId);
      this.#unseen.set(one.runId, one);
    }
    if (news.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell([...this.#unseen.values()]);
    }, GATHER_MS);
  }

  /** The person has seen what there was. */
  seen(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unseen.clear();
  }
}
