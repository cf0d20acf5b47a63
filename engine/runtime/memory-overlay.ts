/** Memory as runs see it: what is stored, and over it the writes that the next commit will store. */
import type { MemoryEntry, MemoryWrite, Store } from "#ports/store.ts";

export class MemoryOverlay {
  readonly #store: Store;
  readonly #ahead = new Map<string, MemoryEntry>();
  #uncommitted: MemoryWrite[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  read(name: string): MemoryEntry | undefined {
    return this.#ahead.get(name) ?? this.#store.memory(name);
  }

  write(write: MemoryWrite): void {
    const before = this.read(write.name);
    const kept = Array.isArray(before?.value) ? before.value : before ? [before.value] : [];
    const value = write.op === "append" ? [...kept, write.value] : write.value;
    this.#ahead.set(write.name, {
      name: write.name,
      value,
      at: write.at,
      version: (before?.version ?? 0) + 1,
    });
    this.#uncommitted.push(write);
  }

  get uncommitted(): readonly MemoryWrite[] {
    return this.#uncommitted;
  }

  committed(): void {
    this.#ahead.clear();
    this.#uncommitted = [];
  }
}
