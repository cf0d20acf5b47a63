/**
 * Reads again when asked to, at most once in a while however often it is asked, one reading at a time; after the last
 * asking there is always one more reading.
 */
export class Refresher {
  readonly #read: () => Promise<void>;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #again = false;
  #stopped = false;

  /** `read` must not throw. */
  constructor(read: () => Promise<void>, everyMs: number) {
    this.#read = read;
    this.#everyMs = everyMs;
  }

  ask(): void {
    if (this.#reading || this.#timer !== undefined) this.#again = true;
    else if (!this.#stopped) void this.#now();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #now(): Promise<void> {
    this.#again = false;
    this.#reading = true;
    await this.#read();
    this.#reading = false;
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) void this.#now();
    }, this.#everyMs);
  }
}
