/** Runs a pipeline in virtual time: the same host and core, a store in memory, activities that touch nothing outside. */
import type { PartialRun } from "#contract/engine-api.ts";
import { isFinal, type PrintedEvent } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import type { RunResult } from "#contract/run.ts";
import { runStatus } from "#core/view.ts";
import type { Store } from "#ports/store.ts";
import { VirtualClock } from "./clocks.ts";
import { Host } from "./host.ts";
import type { LiveRun } from "./live-run.ts";
import { printEvent, runResult } from "./picture.ts";
import { Programs, type ProgramsOptions } from "./programs.ts";
import { Publisher } from "./publisher.ts";
import { RunService } from "./run-service.ts";

export type SimulateOptions = {
  readonly text: string;
  readonly file?: string | undefined;
  readonly inputs?: JsonObject | undefined;
  readonly seed?: number | undefined;
  readonly partial?: PartialRun | undefined;
  /** Probability in [0, 1] that an attempt with effects outside fails transiently. */
  readonly faults?: number | undefined;
  readonly folders: readonly string[];
  readonly onEvent?: ((event: PrintedEvent) => void) | undefined;
};

export type SimulateParts = ProgramsOptions & { readonly store: Store };

export function simulateRun(options: SimulateOptions, parts: SimulateParts): Promise<RunResult> {
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const clock = new VirtualClock();
  let printed = 0;
  /** Of the run that was asked for; its children are part of it. */
  const committed = (run: LiveRun): void => {
    if (run.parent) return;
    for (const event of parts.store.events(run.id, printed, Number.MAX_SAFE_INTEGER)) {
      printed = event.seq;
      options.onEvent?.(printEvent(event, host.values));
    }
    if (isFinal(runStatus(run.program.plan, run.state))) resolve(runResult(run, host.values, clock.now()));
  };
  const host: Host = new Host({
    store: parts.store,
    clock,
    programs: new Programs(parts),
    simulated: true,
    faults: options.faults ?? 0,
    onCommitted: (runs) => runs.forEach(committed),
    onFatal: reject,
  });
  const service = new RunService({
    store: parts.store,
    host,
    publisher: new Publisher(host.values, () => ({ runs: [], inbox: [] })),
    hasSecret: () => false,
    folders: options.folders,
    simulated: true,
  });
  const step = (): void => {
    if (host.runs.size === 0) return;
    // Real work outside (a code node's thread) is waited for in real time; virtual time moves only when all is still.
    if (host.idle) clock.advance();
    setImmediate(step);
  };
  const { text, file, inputs, seed = 1, partial } = options;
  const request = { text, file, inputs, seed, partial, folder: options.folders[0] };
  service.startRun(request).then(step, reject);
  return promise.finally(() => host.stop());
}
