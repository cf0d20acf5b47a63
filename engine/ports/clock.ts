/** Time as the runtime sees it: real, or virtual under simulation. Epoch milliseconds. */
export interface Clock {
  now(): number;
  /** Calls back at or after `at`, however far away. Returns the way to call it off. */
  at(at: number, callback: () => void): () => void;
}
