/**
 * One life of an engine: a host and a service over a store and a clock that outlive it. A crash leaves the life dead:
 * whatever of it still comes to its turn reaches neither the store nor the clock. Knows no faults and no invariants.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { Clock } from "#ports/clock.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import type { Commit, Store } from "#ports/store.ts";
import { Host } from "#runtime/host.ts";
import type { LiveRun } from "#runtime/live-run.ts";
import { Programs } from "#runtime/programs.ts";
import { Publisher } from "#runtime/publisher.ts";
import { RunService } from "#runtime/run-service.ts";

/** Ends a life in the middle of a journal write. */
export class Crash extends Error {}

export type LifeOptions = {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: (life: Life) => ActivityRegistry;
  readonly language: ExpressionLanguage;
  readonly checkpointEvery: number;
  readonly newRunId: () => string;
  /** Pipelines that nodes start by their path. */
  readonly files: Readonly<Record<string, PipelineDefinition>>;
  /** Stands in for the store's own `commit`. */
  commit(commit: Commit): void;
  committed(runs: readonly LiveRun[]): void;
  fatal(error: unknown): void;
};

export class Life {
  dead = false;
  readonly host: Host;
  readonly service: RunService;
  readonly store: Store;

  constructor(options: LifeOptions) {
    const { clock } = options;
    this.store = overriding(options.store, {
      commit: (commit) => {
        if (this.dead) throw new Crash("the life is over");
        options.commit(commit);
      },
    });
    this.host = new Host({
      store: this.store,
      clock: {
        now: () => clock.now(),
        at: (at, callback) =>
          clock.at(at, () => {
            if (!this.dead) callback();
          }),
      },
      programs: new Programs({
        registry: options.registry(this),
        language: options.language,
        read: readJson,
        source: (path) => {
          const file = options.files[path];
          if (file === undefined) throw new LayerloomError("FILE_NOT_FOUND", `there is no file ${path}`);
          return { text: JSON.stringify(file), file: path };
        },
      }),
      simulated: false,
      checkpointEvery: options.checkpointEvery,
      onCommitted: (runs) => options.committed(runs),
      onFatal: (error) => {
        if (!this.dead) options.fatal(error);
      },
    });
    this.service = new RunService({
      host: this.host,
      store: this.store,
      publisher: new Publisher(this.host.values, () => ({ runs: [], inbox: [] })),
      hasSecret: () => false,
      folders: [],
      simulated: false,
      newRunId: options.newRunId,
    });
  }
}

/** Pipelines are handed over as JSON: what reading YAML costs would be most of a scenario. */
function readJson(text: string): ReadResult {
  return { definition: JSON.parse(text) as ReadResult["definition"], problems: [], places: {} };
}

/** The store with some of its methods replaced. */
export function overriding(store: Store, methods: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, key) => {
      const own: unknown = Reflect.get(methods, key);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
