/** The part of EngineApi about what runs keep for other runs: stored results and memory. Reads the store, no run. */
import type { EngineApi, MemoryName, MemoryVersion, StoredResultView } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Json } from "#contract/json.ts";
import type { Store } from "#ports/store.ts";

type KeptApi = Pick<EngineApi, "listResults" | "clearResults" | "memoryNames" | "memoryHistory">;

const RESULTS = 100;
const VERSIONS = 20;

export class KeptService implements KeptApi {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async listResults({
    limit = RESULTS,
    ...filter
  }: Parameters<EngineApi["listResults"]>[0]): Promise<readonly StoredResultView[]> {
    return this.#store
      .results(filter, limit)
      .map(({ output: _, usd, tokens, ...result }) => ({ ...result, saved: { usd, tokens } }));
  }

  async clearResults(filter: Parameters<EngineApi["clearResults"]>[0]): Promise<{ removed: number }> {
    // Who wants a node to begin anew wants its guesses to be tried anew as well.
    if (filter.key === undefined) this.#store.forgetGuesses(filter);
    return { removed: this.#store.clearResults(filter) };
  }

  async memoryNames(): Promise<readonly MemoryName[]> {
    return this.#store.memoryNames().flatMap((name) => {
      const newest = this.#store.memoryHistory(name, 1)[0];
      return newest ? [{ name, version: newest.version, at: newest.at }] : [];
    });
  }

  async memoryHistory({ name, limit = VERSIONS }: Parameters<EngineApi["memoryHistory"]>[0]): Promise<{
    value: Json;
    history: readonly MemoryVersion[];
  }> {
    const entry = this.#store.memory(name);
    if (!entry) {
      throw new LayerloomError("NOT_FOUND", `nothing is remembered under "${name}"`, {
        hint: "`layerloom memory list` shows the names.",
      });
    }
    return { value: entry.value, history: this.#store.memoryHistory(name, limit) };
  }
}
