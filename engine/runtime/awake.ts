/** Counts what runs and does not sleep: virtual time may jump only while that is nobody. */
export type Awake = { leave(): void; sleeping(change: 1 | -1): void };

export class AwakeCount {
  #count = 0;

  get any(): boolean {
    return this.#count > 0;
  }

  /** Somebody runs, awake, until `leave`. */
  enter(): Awake {
    let sleeping = 0;
    let here = true;
    this.#count += 1;
    return {
      leave: () => {
        if (here && sleeping === 0) this.#count -= 1;
        here = false;
      },
      sleeping: (change) => {
        if (!here) return;
        sleeping += change;
        if (change === 1 && sleeping === 1) this.#count -= 1;
        if (change === -1 && sleeping === 0) this.#count += 1;
      },
    };
  }
}
