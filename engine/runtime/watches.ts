/** Subscriptions that outlive what they watch: they are made again when a service takes the place of another. */
import type { Unsubscribe } from "#contract/engine-api.ts";
import type { RunService } from "./run-service.ts";

export class Watches {
  readonly #runs: () => RunService;
  readonly #open = new Set<{ readonly start: () => Unsubscribe; stop: Unsubscribe }>();

  constructor(runs: () => RunService) {
    this.#runs = runs;
  }

  add(subscribe: (runs: RunService) => Unsubscribe): Unsubscribe {
    const start = () => subscribe(this.#runs());
    const watch = { start, stop: start() };
    this.#open.add(watch);
    return () => {
      this.#open.delete(watch);
      watch.stop();
    };
  }

  again(): void {
    for (const watch of this.#open) {
      watch.stop();
      try {
        watch.stop = watch.start();
      } catch {
        // A run that the backup does not know.
        this.#open.delete(watch);
      }
    }
  }
}
