/**
 * One attempt of a node: resolves its settings, performs the activity under a time-out, and says what came of it,
 * exactly once. Knows nothing of journals and queues.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext, ActivityDefinition, ActivityResult } from "#ports/activity.ts";
import type { Clock } from "#ports/clock.ts";
import { AttemptError } from "#ports/failure.ts";
import type { MemoryEntry } from "#ports/store.ts";
import type { LiveRun } from "./live-run.ts";
import { seededRandom } from "./random.ts";
import { type ScopeSources, scopeFor } from "./scope.ts";
import { resolveSettings, standIn } from "./settings.ts";

export type AttemptIdentity = {
  readonly node: string;
  readonly activation: number;
  readonly attempt: number;
  readonly tryOfRun: number;
};

/** What an attempt needs of its host. */
export type AttemptHost = {
  readonly clock: Clock;
  readonly simulated: boolean;
  /** Probability that an attempt with effects outside fails, under simulation. */
  readonly faults: number;
  readonly secrets: (name: string) => string | undefined;
  /** A guess: no attempt of the run, whatever becomes of it. */
  readonly guess?: boolean;
  sources(): ScopeSources;
  memory(name: string): MemoryEntry | undefined;
  /** The attempt sleeps (+1) or woke (-1): virtual time may jump only when all that run sleep. */
  sleeping(change: 1 | -1): void;
  stream(text: string): void;
  partial(output: JsonObject): void;
};

export type AttemptOutcome = { readonly result: ActivityResult<Json> } | { readonly thrown: unknown };

/** `settle` is called once: at once for activities that need no waiting, later for the rest, never after an abort. */
export function performAttempt(
  run: LiveRun,
  host: AttemptHost,
  identity: AttemptIdentity,
  abort: AbortController,
  settle: (outcome: AttemptOutcome) => void,
): void {
  const { pin } = run.program.definition.nodes[identity.node] ?? {};
  if (pin) {
    // Its pinned result could not be delivered as it stands; the attempt fails by the same reason, and runs nothing.
    settle({ result: { type: "done", output: pin.output, outcome: pin.outcome ?? "ok" } });
    return;
  }
  let result: ReturnType<ActivityDefinition["run"]>;
  try {
    const instead = standIn(run, host.sources(), identity.node);
    if (instead) {
      settle({ result: { type: "done", ...instead } });
      return;
    }
    const activity = run.program.activity(identity.node);
    if (injectFault(run, host, identity)) throw simulatedFault();
    const input = activity.input.parse(resolveSettings(run, host.sources(), identity.node));
    const context = new AttemptContext(run, host, identity, abort.signal);
    const simulate = host.simulated ? activity.simulate : undefined;
    result = simulate ? simulate(input, context) : activity.run(input, context);
  } catch (thrown) {
    settle({ thrown });
    return;
  }
  if (!(result instanceof Promise)) {
    settle({ result });
    return;
  }
  const stopTimer = armTimeout(run, host, identity.node, abort, settle);
  result.then(
    (value) => {
      stopTimer();
      if (!abort.signal.aborted) settle({ result: value });
    },
    (thrown: unknown) => {
      stopTimer();
      if (!abort.signal.aborted) settle({ thrown });
    },
  );
}

function armTimeout(
  run: LiveRun,
  host: AttemptHost,
  node: string,
  abort: AbortController,
  settle: (outcome: AttemptOutcome) => void,
): () => void {
  const index = run.program.plan.indexOf.get(node);
  const own = index === undefined ? undefined : run.program.plan.nodes[index]?.timeoutMs;
  const timeoutMs = own ?? run.program.activity(node).defaultTimeoutMs;
  if (timeoutMs === undefined) return () => {};
  return host.clock.at(host.clock.now() + timeoutMs, () => {
    if (abort.signal.aborted) return;
    const error = new LayerloomError("ATTEMPT_TIMEOUT", `no result within ${timeoutMs} ms`, {
      field: `${node}.timeout`,
      hint: "Raise the node's timeout, or make the work smaller.",
    });
    abort.abort(error);
    settle({ thrown: error });
  });
}

function injectFault(run: LiveRun, host: AttemptHost, identity: AttemptIdentity): boolean {
  if (host.faults <= 0 || run.program.isPure(identity.node)) return false;
  return seededRandom(run.settings.seed, "fault", identity.node, identity.tryOfRun) < host.faults;
}

function simulatedFault(): AttemptError {
  return new AttemptError("SIMULATED_FAILURE", "a fault injected by the simulation", {
    scripted: "transient",
  });
}

class AttemptContext implements ActivityContext {
  readonly #run: LiveRun;
  readonly #host: AttemptHost;
  readonly node: string;
  readonly activation: number;
  readonly attempt: number;
  readonly tryOfRun: number;
  readonly signal: AbortSignal;

  constructor(run: LiveRun, host: AttemptHost, identity: AttemptIdentity, signal: AbortSignal) {
    this.#run = run;
    this.#host = host;
    this.node = identity.node;
    this.activation = identity.activation;
    this.attempt = identity.attempt;
    this.tryOfRun = identity.tryOfRun;
    this.signal = signal;
  }

  get runId(): string {
    return this.#run.id;
  }
  get idempotencyKey(): string {
    const key = `${this.#run.id}/${this.node}/${this.activation}`;
    // Whoever knows the key would answer the attempt with what the guess was given.
    return this.#host.guess ? `${key}/guess` : key;
  }
  get seed(): number {
    return this.#run.settings.seed;
  }
  get purpose(): string {
    return this.#run.program.definition.purpose ?? "";
  }
  get simulated(): boolean {
    return this.#host.simulated;
  }
  get provider(): ActivityContext["provider"] {
    return this.#host.simulated ? "simulated" : this.#run.settings.provider;
  }
  get folders(): readonly string[] {
    return this.#run.settings.folders;
  }

  now(): number {
    return this.#host.clock.now();
  }

  sleep(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.signal.aborted) return Promise.reject(this.signal.reason);
    this.#host.sleeping(1);
    const wake = (): void => {
      this.signal.removeEventListener("abort", cutOff);
      this.#host.sleeping(-1);
      resolve();
    };
    const stop = this.#host.clock.at(this.#host.clock.now() + ms, wake);
    const cutOff = (): void => {
      stop();
      this.#host.sleeping(-1);
      reject(this.signal.reason);
    };
    this.signal.addEventListener("abort", cutOff, { once: true });
    return promise;
  }

  evaluate(source: string, extra?: JsonObject): Json {
    const expression = this.#run.program.condition(source);
    const scope = scopeFor(this.#run, this.#host.sources(), [expression], this.node);
    return expression.evaluate(extra ? { ...scope, ...extra } : scope);
  }

  stream(text: string): void {
    this.#host.stream(text);
  }

  partial(output: JsonObject): void {
    this.#host.partial(output);
  }

  memory(name: string): MemoryEntry | undefined {
    return this.#host.memory(name);
  }

  secret(name: string): string | undefined {
    return this.#host.secrets(name);
  }
}
