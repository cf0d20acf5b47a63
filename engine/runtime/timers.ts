/** The timers of all runs, by run, node and kind. They are not stored: a recovered state names its own again. */
import type { TimerKind } from "#contract/events.ts";
import type { Clock } from "#ports/clock.ts";

export class Timers {
  readonly #clock: Clock;
  readonly #byRun = new Map<string, Map<string, () => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(runId: string, node: string, kind: TimerKind, fireAt: number, fire: () => void): void {
    this.clear(runId, node, kind);
    const timers = this.#byRun.get(runId) ?? new Map<string, () => void>();
    this.#byRun.set(runId, timers);
    const key = `${kind}/${node}`;
    const stop = this.#clock.at(fireAt, () => {
      this.#byRun.get(runId)?.delete(key);
      fire();
    });
    timers.set(key, stop);
  }

  clear(runId: string, node: string, kind: TimerKind): void {
    const timers = this.#byRun.get(runId);
    const key = `${kind}/${node}`;
    timers?.get(key)?.();
    timers?.delete(key);
  }

  clearRun(runId: string): void {
    for (const stop of this.#byRun.get(runId)?.values() ?? []) stop();
    this.#byRun.delete(runId);
  }

  clearAll(): void {
    for (const runId of [...this.#byRun.keys()]) this.clearRun(runId);
  }
}
