/**
 * Values by key with a listener set per key, for data that changes faster than React should render. Changes gather
 * and are told once a frame; a component that shows one key is woken by that key alone.
 */
import { useCallback, useSyncExternalStore } from "react";

export type Schedule = (flush: () => void) => void;

/** The next animation frame; a hidden page has none, so a slow timer there. */
export const nextFrame: Schedule = (flush) => {
  if (typeof requestAnimationFrame === "function" && typeof document !== "undefined" && !document.hidden) {
    let done = false;
    const once = (): void => {
      if (done) return;
      done = true;
      flush();
    };
    requestAnimationFrame(once);
    setTimeout(once, 250);
  } else setTimeout(flush, 100);
};

export class KeyedStore<K extends string | number, V> {
  readonly #shown = new Map<K, V>();
  readonly #pending = new Map<K, V | undefined>();
  readonly #listeners = new Map<K, Set<() => void>>();
  readonly #schedule: Schedule;
  #scheduled = false;

  constructor(schedule: Schedule = nextFrame) {
    this.#schedule = schedule;
  }

  /** What is shown now; changes since the last frame are not in it yet. */
  get(key: K): V | undefined {
    return this.#shown.get(key);
  }

  entries(): IterableIterator<[K, V]> {
    return this.#shown.entries();
  }

  set(key: K, value: V | undefined): void {
    this.#pending.set(key, value);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(() => this.flush());
  }

  clear(): void {
    this.#pending.clear();
    for (const key of this.#shown.keys()) this.set(key, undefined);
  }

  flush(): void {
    this.#scheduled = false;
    const changed = [...this.#pending];
    this.#pending.clear();
    for (const [key, value] of changed) {
      if (value === undefined) this.#shown.delete(key);
      else this.#shown.set(key, value);
    }
    for (const [key] of changed) for (const listener of this.#listeners.get(key) ?? []) listener();
  }

  subscribe(key: K, listener: () => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }
}

export function useKeyed<K extends string | number, V>(store: KeyedStore<K, V>, key: K): V | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribe(key, listener), [store, key]);
  return useSyncExternalStore(subscribe, () => store.get(key));
}
