/** The two clocks: real time, whose timers may lie any distance ahead, and virtual time, which jumps. */
import type { Clock } from "#ports/clock.ts";

/** setTimeout fires at once above 2^31-1 ms, so far timers are set in steps. */
const LONGEST_STEP = 2_000_000_000;

export class RealClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(at: number, callback: () => void): () => void {
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const left = at - Date.now();
      handle = left > LONGEST_STEP ? setTimeout(arm, LONGEST_STEP) : setTimeout(callback, Math.max(0, left));
    };
    arm();
    return () => clearTimeout(handle);
  }
}

type Timer = { readonly at: number; readonly order: number; readonly callback: () => void; live: boolean };

/** Time that stands still until `advance`. Timers of the same moment fire in the order in which they were set. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #heap: Timer[] = [];

  now(): number {
    return this.#now;
  }

  at(at: number, callback: () => void): () => void {
    const timer: Timer = { at: Math.max(at, this.#now), order: this.#order++, callback, live: true };
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
    return () => {
      timer.live = false;
    };
  }

  /** Jumps to the next timer and fires it. False when there is none. */
  advance(): boolean {
    for (let timer = this.#pop(); timer; timer = this.#pop()) {
      if (!timer.live) continue;
      this.#now = timer.at;
      timer.callback();
      return true;
    }
    return false;
  }

  #pop(): Timer | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (top && last && top !== last) {
      this.#heap[0] = last;
      this.#down(0);
    }
    return top;
  }

  #up(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #down(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const a = this.#heap[left];
      const b = this.#heap[right];
      if (!a) return;
      const child = b && earlier(b, a) ? right : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const a = this.#heap[child];
    const b = this.#heap[parent];
    if (!a || !b || !earlier(a, b)) return false;
    this.#heap[child] = b;
    this.#heap[parent] = a;
    return true;
  }
}

function earlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
