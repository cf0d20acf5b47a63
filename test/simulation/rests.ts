/**
 * Watches the services that runs share, from the journals alone: nobody but a probe calls one that rests, there is one
 * probe at a time, and a rest begins only after as many failures in a row as the file says. Must not look into the host.
 */

import { parseDuration } from "#contract/duration.ts";
import type { EventOf, JournalEvent } from "#contract/events.ts";
import { linkInUse } from "#core/chain.ts";
import type { BreakerRow, Commit } from "#ports/store.ts";
import { Broken } from "./broken.ts";
import type { RunWitness } from "./witness.ts";

type Service = {
  state: EventOf<"BreakerChanged">["state"];
  /** Open: when a probe may go; half-open: when another one may. */
  until: number;
  /** Run and node of the probe. */
  probe: string;
};

export class Rests {
  readonly #services = new Map<string, Service>();
  readonly #reset = new Set<string>();
  /** Whose state changes in the commit under way, and by which runs: the order between runs is not told. */
  #changing = new Map<string, Set<string>>();

  /** Before the events of a commit are seen one by one. */
  begin({ events = [], breakers = [] }: Commit): void {
    this.#changing = new Map();
    this.#closeReset(breakers);
    for (const { runId, events: group } of events) {
      for (const event of group)
        if (event.event === "BreakerChanged") {
          const runs = this.#changing.get(event.service) ?? new Set();
          this.#changing.set(event.service, runs.add(runId));
        }
    }
  }

  /** After them: the last failure may have come before the person. */
  end({ breakers = [] }: Commit): void {
    this.#closeReset(breakers);
    for (const { service } of breakers) this.#reset.delete(service);
  }

  /** A person closed it, which no journal says; it is not on disk yet. */
  reset(service: string): void {
    this.#reset.add(service);
  }

  /** What is kept of the services, with nobody at work. Who was closed again must not be found resting later. */
  check(rows: readonly BreakerRow[]): void {
    const resting = rows.find(
      ({ service, state }) =>
        typeof state?.until === "number" && this.#services.get(service)?.state === "closed",
    );
    if (resting) throw new Broken("rest", `${resting.service} is closed and kept as if it rested`);
  }

  /** Has the node a reason to wait for its service? */
  holds(run: RunWitness, node: string): boolean {
    const service = this.#services.get(serviceOf(run, node) ?? "");
    return service !== undefined && service.state !== "closed";
  }

  /** The engine died: a probe that was under way is lost, and another one may go. */
  crash(): void {
    this.#reset.clear();
    for (const service of this.#services.values()) {
      if (service.state !== "half-open") continue;
      service.state = "open";
      service.until = Number.NEGATIVE_INFINITY;
    }
  }

  /** Before the witness of the run has seen the event. */
  see(run: RunWitness, event: JournalEvent, steadyTime: boolean): void {
    if (event.event === "BreakerChanged") this.#change(run, event, event.at, steadyTime);
    if (event.event !== "AttemptStarted") return;
    const name = serviceOf(run, event.node);
    const service = name === undefined ? undefined : this.#services.get(name);
    if (name === undefined || service === undefined || service.state === "closed") return;
    if (service.state === "half-open" && service.probe === `${run.id}/${event.node}`) return;
    if ([...(this.#changing.get(name) ?? [])].some((runId) => runId !== run.id)) return;
    throw new Broken("rest", `${event.node} of ${run.id} calls ${name}, which is ${service.state}`);
  }

  #closeReset(rows: readonly BreakerRow[]): void {
    for (const { service, state } of rows)
      if (state === null && this.#reset.has(service)) this.#services.delete(service);
  }

  #change(run: RunWitness, event: EventOf<"BreakerChanged">, at: number, steadyTime: boolean): void {
    const { node, service: name, state } = event;
    const before = this.#services.get(name) ?? { state: "closed", until: 0, probe: "" };
    // What a person closed in this very write may have been anything before.
    const known = !this.#reset.has(name);
    if (known && before.state === state && state !== "half-open")
      throw new Broken("rest", `${name} is ${state} and becomes it again`);
    if (known && before.state === "closed" && state === "half-open")
      throw new Broken("rest", `${name} is tried out by ${node} without having been open`);
    const alone = this.#changing.get(name)?.size === 1;
    if (steadyTime && alone && state === "half-open" && at < before.until)
      throw new Broken("rest", `${name} is tried out ${before.until - at} ms too early`);
    const { cooldownMs, leaseMs } = spansOf(run, node);
    const until = state === "half-open" ? at + leaseMs : (event.until ?? 0);
    // A probe that was taken back leaves it open for the next one at once.
    if (state === "open" && until !== at + cooldownMs && !(before.state === "half-open" && until === at))
      throw new Broken("rest", `${name} rests for ${until - at} ms, not ${cooldownMs}`);
    this.#services.set(name, { state, until, probe: `${run.id}/${node}` });
  }
}

function spansOf({ definition }: RunWitness, node: string) {
  const { breaker, timeout } = definition.nodes[node] ?? {};
  const cooldownMs = parseDuration((breaker === false ? undefined : breaker?.cooldown) ?? "5m") ?? 0;
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  return { cooldownMs, leaseMs: timeoutMs === undefined ? cooldownMs : timeoutMs + 1_000 };
}

function serviceOf(run: RunWitness, node: string): string | undefined {
  const index = run.plan.indexOf.get(node);
  const { breaker, forEach } = run.definition.nodes[node] ?? {};
  // A list of items calls nobody by itself.
  if (index === undefined || forEach !== undefined || !breaker || breaker.service === undefined)
    return undefined;
  const link = linkInUse(run.plan, run.state, index);
  if (typeof link === "object") return undefined;
  return link === undefined ? breaker.service : `${breaker.service}/${link}`;
}
