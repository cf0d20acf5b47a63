/**
 * The breakers of all services, shared by all runs of an engine: who may start, who waits, and what each attempt said
 * about its service. The machine itself is core/breaker.ts. A node that waits holds no slot; it is queued again when its
 * service may be tried, and whoever is taken first is the probe. Performs nothing and commits nothing.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, Failure } from "#contract/events.ts";
import type { BreakerView } from "#contract/run.ts";
import {
  admit,
  answered,
  type BreakerState,
  CLOSED,
  elapsed,
  evidenceOf,
  failed,
  isUnharmed,
  lasting,
  withdrawn,
} from "#core/breaker.ts";
import { linkInUse, nextLink } from "#core/chain.ts";
import type { ReadyItem } from "#core/schedule/ready-queue.ts";
import type { Clock } from "#ports/clock.ts";
import type { BreakerRow, Store } from "#ports/store.ts";
import type { LiveRun } from "./live-run.ts";
import type { ScopeSources } from "./scope.ts";
import { type Guard, NodeService, Service } from "./service.ts";
import { settingsAhead } from "./settings.ts";

/** Services that nobody calls now and whose few failures are remembered all the same. */
const CLOSED_KEPT = 1_000;

export type BreakersOptions = {
  readonly clock: Clock;
  readonly store: Store;
  readonly simulated: boolean;
  sources(): ScopeSources;
  run(id: string): LiveRun | undefined;
  /** Into the queue again. */
  enqueue(item: ReadyItem): void;
  /** The run has something new to show, and perhaps to record. */
  changed(run: LiveRun): void;
  /** To be written with the next commit. */
  keep(row: BreakerRow): void;
};

export class Breakers {
  readonly #options: BreakersOptions;
  #known: Map<string, Service> | undefined;

  constructor(options: BreakersOptions) {
    this.#options = options;
  }

  /**
   * `wait`: it stays here, and is queued again by itself. A failure in place of that where the node's chain has another
   * link, which need not wait.
   */
  admit(run: LiveRun, item: ReadyItem): "go" | "wait" | Failure {
    const guard = run.program.guards.get(item.node);
    const user = guard && this.#user(run, item.node, guard);
    if (!user) return "go";
    const { service } = user;
    const name = `${item.runId}/${item.node}/${item.activation}/${item.attempt}`;
    const admission = admit(service.state, this.#now(), name, user.guard.leaseMs);
    if (admission.to === "wait") {
      const { plan } = run.program;
      if (nextLink(plan, run.state, user.index) !== undefined)
        return refusal(service, admission.until - this.#now());
      service.waiting.set(user, item);
      this.#show(user);
      this.#move(service, admission.state);
      return "wait";
    }
    user.attempt = { name, probe: admission.to === "probe", activation: item.activation };
    this.#move(service, admission.state, user);
    return "go";
  }

  /** Is the service that the node would call not well? For calls that nobody needs yet. */
  rests(run: LiveRun, node: string): boolean {
    const guard = run.program.guards.get(node);
    const index = run.program.plan.indexOf.get(node);
    const name = guard && index !== undefined ? this.#nameOf(run, node, index, guard) : undefined;
    return name !== undefined && this.#services.get(name)?.view.state === "open";
  }

  /** What an attempt came to, once it is recorded. */
  heard(run: LiveRun, event: EventBody): void {
    const user = "node" in event ? run.services.get(event.node) : undefined;
    if (!user?.attempt) return;
    const { service, guard, attempt } = user;
    const evidence = evidenceFrom(event);
    if (evidence === "ill")
      this.#move(service, failed(service.state, guard.policy, this.#now(), attempt), user);
    else if (evidence === "answered") this.#move(service, answered(service.state, attempt), user);
    else this.#move(service, withdrawn(service.state, this.#now(), attempt.name), user);
    user.attempt = undefined;
  }

  /** The attempt of the node was cancelled. */
  takenBack(run: LiveRun, node: string): void {
    const user = run.services.get(node);
    if (!user?.attempt) return;
    this.#move(user.service, withdrawn(user.service.state, this.#now(), user.attempt.name), user);
    user.attempt = undefined;
  }

  /** The run has ended: nothing of it waits or is shown any more. */
  forget(run: LiveRun): void {
    for (const user of run.services.values()) this.#drop(user);
    run.services.clear();
  }

  /** By name, without those that are closed and unharmed. */
  views(): readonly BreakerView[] {
    return [...this.#services.values()]
      .filter(({ harmed }) => harmed)
      .map(({ view }) => view)
      .sort((one, other) => (one.service < other.service ? -1 : 1));
  }

  /** Closed and unharmed, as if nothing had been. Throws NOT_FOUND for one that is so already. */
  reset(name: string): void {
    const service = this.#services.get(name);
    if (!service?.harmed) {
      throw new LayerloomError("NOT_FOUND", `no failure is counted against a service "${name}"`, {
        hint: "`layerloom breakers list` shows those that have failed.",
      });
    }
    this.#move(service, CLOSED);
  }

  stop(): void {
    for (const service of this.#known?.values() ?? []) service.timer?.stop();
  }

  #now(): number {
    return this.#options.clock.now();
  }

  get #services(): Map<string, Service> {
    this.#known ??= new Map(
      this.#options.store
        .breakers()
        .map(({ service, state }) => [service, new Service(service, state ?? CLOSED)]),
    );
    return this.#known;
  }

  #user(run: LiveRun, node: string, guard: Guard): NodeService | undefined {
    const index = run.program.plan.indexOf.get(node);
    if (index === undefined) return undefined;
    const name = this.#nameOf(run, node, index, guard);
    const before = run.services.get(node);
    if (before?.service.name === name) return before;
    if (before) this.#drop(before);
    run.services.delete(node);
    if (name === undefined) return undefined;
    const service = this.#services.get(name) ?? new Service(name, CLOSED);
    this.#services.set(name, service);
    const user = new NodeService(run.id, node, index, guard, service);
    service.users.add(user);
    run.services.set(node, user);
    return user;
  }

  /** Undefined when the settings cannot be read: then the attempt itself will say why. */
  #nameOf(run: LiveRun, node: string, index: number, guard: Guard): string | undefined {
    const link = linkInUse(run.program.plan, run.state, index);
    // Taking a template asks nobody.
    if (typeof link === "object") return undefined;
    if (guard.named !== undefined) return link === undefined ? guard.named : `${guard.named}/${link}`;
    const { service } = run.program.activity(node);
    if (!service) return undefined;
    try {
      const settings = settingsAhead(run, this.#options.sources(), node, service.reads);
      return service.of(settings, this.#options.simulated ? "simulated" : run.settings.provider);
    } catch {
      return undefined;
    }
  }

  #drop(user: NodeService): void {
    const { service } = user;
    service.users.delete(user);
    service.waiting.delete(user);
    if (service.users.size === 0 && this.#mayForget(service)) {
      this.#services.delete(service.name);
      if (service.harmed) this.#options.keep({ service: service.name, state: null });
    } else this.#arm(service);
  }

  /** Nobody calls it now. Failures of services that are not called again would gather for ever. */
  #mayForget({ harmed, state }: Service): boolean {
    return !harmed || (state.until === null && this.#services.size > CLOSED_KEPT);
  }

  /** The next state: kept, told, and acted on. `by`: the node whose attempt brought it about. */
  #move(service: Service, state: BreakerState, by?: NodeService): void {
    const before = service.state;
    if (state !== before) {
      const { state: shownBefore } = service.view;
      service.state = state;
      const { view } = service;
      if (!sameForEver(before, state))
        this.#options.keep({ service: service.name, state: isUnharmed(state) ? null : lasting(state) });
      // A probe may follow one that was given up: then it is half-open as before, by another one.
      const changed = view.state !== shownBefore || state.probe?.by !== before.probe?.by;
      if (by && changed) this.#record(by, view);
      if (changed) for (const user of service.users) this.#show(user);
      else if (by) this.#show(by);
    }
    this.#arm(service);
  }

  #record({ runId, node, attempt }: NodeService, { service, state, until }: BreakerView): void {
    const activation = attempt?.activation ?? 0;
    const change = { event: "BreakerChanged", node, activation, service, state } as const;
    this.#options.run(runId)?.record(until === undefined ? change : { ...change, until }, this.#now());
  }

  #show({ runId, index }: NodeService): void {
    const run = this.#options.run(runId);
    if (!run) return;
    run.touchedNodes.add(index);
    this.#options.changed(run);
  }

  /** Those who wait are queued again as soon as one of them may go; until then a timer stands. */
  #arm(service: Service): void {
    const { state, waiting, timer } = service;
    const next = waiting.size === 0 ? undefined : (state.probe?.until ?? state.until ?? this.#now());
    if (timer && timer.at === next) return;
    timer?.stop();
    service.timer = undefined;
    if (next === undefined) return;
    if (next <= this.#now()) {
      const items = [...waiting.values()];
      waiting.clear();
      for (const item of items) this.#options.enqueue(item);
      return;
    }
    const stop = this.#options.clock.at(next, () => {
      service.timer = undefined;
      this.#move(service, elapsed(service.state, this.#now()));
    });
    service.timer = { at: next, stop };
  }
}

function evidenceFrom(event: EventBody): ReturnType<typeof evidenceOf> {
  if (event.event === "AttemptSucceeded") return "answered";
  return event.event === "AttemptFailed" ? evidenceOf(event.failure) : "silent";
}

function sameForEver(one: BreakerState, other: BreakerState): boolean {
  return one.failures === other.failures && one.until === other.until && one.cooldownMs === other.cooldownMs;
}

/** Why this link of the chain was not even tried. */
function refusal({ name }: Service, leftMs: number): Failure {
  return {
    code: "BREAKER_OPEN",
    message: `${name} failed again and again and is given a rest for ${Math.ceil(leftMs / 1_000)} s`,
    class: "transient",
    rule: "built-in: BREAKER_OPEN",
  };
}
