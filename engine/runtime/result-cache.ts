/**
 * Results that nodes with `cache` take instead of running. Answers the core's question, keeps what was made in the
 * same commit as the completion, and lets equal keys wait for the one that is being made: over all runs, one *flight*
 * a key. Only a node that is on its way to a result by itself leads one, so that nobody waits for somebody who waits.
 * Knows nothing of queues; what it holds in memory is asked for again after a crash.
 */
import { parseDuration } from "#contract/duration.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, EventOf } from "#contract/events.ts";
import type { Cost } from "#contract/run.ts";
import type { Effect } from "#core/effect.ts";
import { isOutstanding } from "#core/outstanding.ts";
import type { RunState } from "#core/state.ts";
import { isHeldBack, isLive, RETRYING, SEEKING, SUCCEEDED } from "#core/status.ts";
import type { Store, StoredResult } from "#ports/store.ts";
import { completionOf } from "./judge.ts";
import type { LiveRun } from "./live-run.ts";
import { resultKey } from "./result-key.ts";
import type { ScopeSources } from "./scope.ts";

type JudgeSkip = Extract<Effect, { readonly type: "JudgeSkip" }>;
type Waiter = { readonly run: LiveRun; readonly effect: JudgeSkip; readonly askAgain: () => void };
/** A node that was told that nothing is stored, until it is settled. */
type Making = { readonly activation: number; readonly key: string };
type Storable = { readonly key: string; readonly cost: Cost };
type Flight = { run: LiveRun; node: string; readonly waiting: Map<string, Waiter> };

/** On its way to a result without having to wait for anybody else. */
const isMaking = (status: number): boolean => status >= SEEKING && status <= RETRYING;

export class ResultCache {
  readonly #store: Store;
  readonly #making = new Map<LiveRun, Map<string, Making>>();
  readonly #flights = new Map<string, Flight>();
  readonly #ahead = new Map<string, StoredResult>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** NodeCached or SkipDeclined; nothing while another makes the same, after which `askAgain` is called. */
  answer(
    run: LiveRun,
    sources: ScopeSources,
    effect: JudgeSkip,
    askAgain: () => void,
  ): EventBody | undefined {
    const { node, activation } = effect;
    const declined = { event: "SkipDeclined", node, activation, reason: "not-cached" } as const;
    try {
      const cache = run.program.definition.nodes[node]?.cache;
      if (cache === undefined) return declined;
      const key = resultKey(run, sources, node, cache);
      this.#leaveOther(run, node, key);
      const stored = this.#fresh(key, parseDuration(cache.ttl) ?? 0, sources.now);
      if (stored) return cached(run, sources, effect, stored);
      const flight = this.#flights.get(key);
      if (flight && !leads(flight, run, node)) {
        flight.waiting.set(`${run.id}/${node}`, { run, effect, askAgain });
        return undefined;
      }
      this.#make(run, node, { activation, key });
    } catch (thrown) {
      // An expression that fails here fails the attempt too, which says so.
      if (!(thrown instanceof LayerloomError)) throw thrown;
    }
    return declined;
  }

  /**
   * Before a step: the key under which what it makes may be stored, and what that has cost. None when what the key is made of has changed since
   * it was asked for, as by another node that finished: nobody can say which of the two the attempt has seen.
   */
  storable(run: LiveRun, sources: ScopeSources, event: EventBody): Storable | undefined {
    if (event.event !== "AttemptSucceeded") return undefined;
    const cache = run.program.definition.nodes[event.node]?.cache;
    if (cache === undefined) return undefined;
    try {
      const key = resultKey(run, sources, event.node, cache);
      const asked = this.#making.get(run)?.get(event.node)?.key ?? key;
      return asked === key ? { key, cost: costOf(run, event) } : undefined;
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError)) throw thrown;
      return undefined;
    }
  }

  /** After each step of a run: keeps what it made, and hands a flight on whose leader cannot bring it home. */
  moved(
    run: LiveRun,
    sources: ScopeSources,
    event: EventBody,
    storable: Storable | undefined,
    touched: readonly number[],
  ): void {
    const kept =
      storable !== undefined &&
      event.event === "AttemptSucceeded" &&
      this.#keep(run, sources, event, storable);
    const stored = kept ? storable.key : undefined;
    const making = this.#making.get(run);
    if (!making) return;
    for (const index of touched) {
      const node = run.program.plan.nodes[index]?.id ?? "";
      const made = making.get(node);
      if (!made) continue;
      const same = run.state.activations[index] === made.activation;
      const status = run.state.status[index] ?? 0;
      if (same && isMaking(status) && !(run.state.paused && isHeldBack(status))) continue;
      if (!same || !isLive(status)) making.delete(node);
      this.#land(run, node, made.key, stored === made.key);
    }
    if (making.size === 0) this.#making.delete(run);
  }

  /** What a run from the journal was making when its engine died is again what others wait for. */
  recovered(run: LiveRun, sources: ScopeSources): void {
    for (const { id, index, definition } of run.program.plan.nodes) {
      const status = run.state.status[index] ?? 0;
      if (definition.cache === undefined || status === SEEKING || !isMaking(status)) continue;
      if (run.state.paused && isHeldBack(status)) continue;
      try {
        const key = resultKey(run, sources, id, definition.cache);
        this.#make(run, id, { activation: run.state.activations[index] ?? 0, key });
      } catch (thrown) {
        if (!(thrown instanceof LayerloomError)) throw thrown;
      }
    }
  }

  get uncommitted(): readonly StoredResult[] {
    return [...this.#ahead.values()];
  }

  committed(): void {
    this.#ahead.clear();
  }

  /** Both the time it was stored for and that of the node that asks must not be over. */
  #fresh(key: string, ttl: number, now: number): StoredResult | undefined {
    const found = this.#ahead.get(key) ?? this.#store.result(key);
    if (!found) return undefined;
    if (found.storedAt > now) {
      // The clock was set back. It ages from here on, or it would live for as long as the clock was ahead.
      const stamped = { ...found, storedAt: now, expiresAt: now + (found.expiresAt - found.storedAt) };
      this.#ahead.set(key, stamped);
      return stamped;
    }
    return now < Math.min(found.expiresAt, found.storedAt + ttl) ? found : undefined;
  }

  /** While it waited its key became another one: whoever waits for the result under the old key must not wait for it. */
  #leaveOther(run: LiveRun, node: string, key: string): void {
    const own = this.#making.get(run);
    const made = own?.get(node);
    if (!made || made.key === key) return;
    own?.delete(node);
    this.#land(run, node, made.key, false);
  }

  #make(run: LiveRun, node: string, making: Making): void {
    const own = this.#making.get(run) ?? new Map<string, Making>();
    this.#making.set(run, own);
    own.set(node, making);
    if (!this.#flights.has(making.key)) this.#flights.set(making.key, { run, node, waiting: new Map() });
  }

  /** False for what is degraded or incomplete: it is not stored. */
  #keep(
    run: LiveRun,
    sources: ScopeSources,
    event: EventOf<"AttemptSucceeded">,
    storable: Storable,
  ): boolean {
    const { node, outcome, output } = event;
    const { key, cost } = storable;
    const { definition, plan } = run.program;
    const cache = definition.nodes[node]?.cache;
    if (cache === undefined || !isWhole(run.state, plan.indexOf.get(node) ?? -1)) return false;
    this.#ahead.set(key, {
      key,
      scope: cache.scope ?? "pipeline",
      pipeline: definition.name,
      node,
      outcome,
      output,
      storedAt: sources.now,
      expiresAt: sources.now + (parseDuration(cache.ttl) ?? 0),
      ...cost,
    });
    return true;
  }

  /** The flight of this node is over: all that waited look again, or the next of them leads. */
  #land(run: LiveRun, node: string, key: string, stored: boolean): void {
    const flight = this.#flights.get(key);
    if (!flight || !leads(flight, run, node)) return;
    const waiting = [...flight.waiting].filter(([, { run: other, effect }]) =>
      isOutstanding(other.program.plan, other.state, effect),
    );
    const [next, ...rest] = waiting;
    if (stored || !next) {
      this.#flights.delete(key);
      for (const [, waiter] of waiting) waiter.askAgain();
      return;
    }
    const [, leader] = next;
    const { activation, node: leading } = leader.effect;
    this.#flights.set(key, { run: leader.run, node: leading, waiting: new Map(rest) });
    this.#make(leader.run, leading, { activation, key });
    leader.askAgain();
  }
}

/** It stands, and is neither degraded, or made of something degraded, nor without a part that failed. */
function isWhole({ status, degraded, children }: RunState, index: number): boolean {
  const items = children[index];
  return (
    status[index] === SUCCEEDED && degraded[index] === 0 && (!items || items.failed + items.partial === 0)
  );
}

/** Of the attempt, and of the runs of its own that it is done by. */
function costOf({ program, state }: LiveRun, { node, usage }: EventOf<"AttemptSucceeded">): Cost {
  const ends = state.children[program.plan.indexOf.get(node) ?? -1]?.ends ?? [];
  const parts = [usage, ...ends.map((end) => end?.usage)];
  return {
    usd: parts.reduce((sum, part) => sum + (part?.usd ?? 0), 0),
    tokens: parts.reduce((sum, part) => sum + (part?.tokens ?? 0), 0),
  };
}

function leads(flight: Flight, run: LiveRun, node: string): boolean {
  return flight.run === run && flight.node === node;
}

function cached(
  run: LiveRun,
  sources: ScopeSources,
  { node, activation }: JudgeSkip,
  { outcome, output, storedAt, usd, tokens }: StoredResult,
): EventBody {
  return {
    event: "NodeCached",
    node,
    activation,
    storedAt,
    saved: { usd, tokens },
    ...completionOf(run, sources, node, outcome, sources.values.get(output)),
  };
}
