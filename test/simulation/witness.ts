/**
 * Sees every journal write of one run and keeps a state of its own by replaying what was written. Says Broken as soon as
 * a promise about a single run does not hold. Must not look into the host.
 */
import { DEFAULT_RECURSION_DEPTH, type PipelineDefinition } from "#contract/definition.ts";
import { DERIVED, type EventBody, isFinal, type JournalEvent, type ParentOfRun } from "#contract/events.ts";
import { checkInvariants } from "#core/invariants.ts";
import { isCurrent } from "#core/outstanding.ts";
import { compilePlan, type ExecutionPlan } from "#core/plan.ts";
import { encodeState, initialState, type RunState } from "#core/state.ts";
import { PARENTING, QUEUED, RUNNING } from "#core/status.ts";
import { transition } from "#core/transition.ts";
import { runStatus } from "#core/view.ts";
import type { RunRow } from "#ports/store.ts";
import type { RunSettings } from "#runtime/live-run.ts";
import { differences } from "#test/reference/lock-step.ts";
import { Broken } from "./broken.ts";
import { Referee, type Seen } from "./referee.ts";

const HOUR = 3_600_000;
/** A finished activation: none of these may come twice. */
const COMPLETIONS: ReadonlySet<string> = new Set(["AttemptSucceeded", "NodeSkipped", "NodeCached"]);

export class RunWitness {
  readonly id: string;
  readonly definition: PipelineDefinition;
  readonly plan: ExecutionPlan;
  readonly state: RunState;
  referee: Referee;
  readonly events: JournalEvent[] = [];
  /** node#activation of finished work, and node#activation/attempt of attempts recorded as started. */
  readonly completed = new Set<string>();
  readonly started = new Set<string>();
  /** node#activation → times that a person allowed a cut-off attempt to be repeated. */
  readonly allowed = new Map<string, number>();
  readonly parent: ParentOfRun | null;
  /** One item of a list: a pipeline of one node. */
  readonly isItem: boolean;
  readonly maxDepth: number;
  #usd = 0;
  #tokens = 0;

  constructor(row: RunRow, parent: RunWitness | undefined) {
    this.id = row.id;
    this.parent = row.parent ?? null;
    this.isItem = (row.settings as RunSettings).item === true;
    this.definition = JSON.parse(row.text) as PipelineDefinition;
    this.plan = compilePlan(this.definition);
    this.state = initialState(this.plan);
    this.referee = new Referee(this.definition);
    this.maxDepth = parent?.maxDepth ?? this.definition.maxRecursionDepth ?? DEFAULT_RECURSION_DEPTH;
    const depth = parent === undefined ? 0 : (parent.parent?.depth ?? 0) + (this.isItem ? 0 : 1);
    if ((this.parent?.depth ?? 0) !== depth || depth > this.maxDepth)
      throw new Broken(
        "depth",
        `${this.id} stands at ${this.parent?.depth}, not ${depth} of ${this.maxDepth}`,
      );
  }

  get ended(): boolean {
    return this.state.ended !== null;
  }

  /** The link of its chain that the node has got to; 0 for its own settings. */
  linkOf(node: string): number {
    return this.state.link[this.plan.indexOf.get(node) ?? -1] ?? 0;
  }

  /** Nodes whose attempt runs. */
  running(): readonly string[] {
    return this.plan.nodes.flatMap(({ id, index }) => (this.state.status[index] === RUNNING ? [id] : []));
  }

  /** Nodes that are in the queue. */
  queued(): readonly string[] {
    return this.plan.nodes.flatMap(({ id, index }) => (this.state.status[index] === QUEUED ? [id] : []));
  }

  runs(node: string, activation: number, attempt: number): boolean {
    return isCurrent(this.plan, this.state, { node, activation, attempt });
  }

  /** Of the event's node, before it. */
  #seenAt(event: EventBody): Seen {
    const index = "node" in event ? (this.plan.indexOf.get(event.node) ?? -1) : -1;
    const { cards, failures, children, status } = this.state;
    return {
      card: cards[index] ?? null,
      failure: failures[index] ?? null,
      children: status[index] === PARENTING ? (children[index] ?? null) : null,
    };
  }

  /** One event that is now on disk. */
  see(event: JournalEvent, steadyTime: boolean): void {
    if (event.seq !== this.events.length + 1)
      throw new Broken("journal", `event ${event.seq} of ${this.id} follows event ${this.events.length}`);
    if (this.ended)
      throw new Broken("end", `${event.event} of ${this.id} after its end as ${this.state.ended}`);
    this.events.push(event);
    if (DERIVED.has(event.event)) {
      if (event.event === "TimerSet" && event.timer === "retry") this.#checkDelay(event);
      return;
    }
    if (event.event === "RunStarted") this.referee = new Referee(this.definition, event);
    this.#checkOnce(event);
    if (steadyTime) this.#checkTime(event);
    this.referee.play(event, this.#seenAt(event));
    if ("usage" in event && event.usage) {
      this.#usd += event.usage.usd ?? 0;
      this.#tokens += event.usage.tokens ?? 0;
    }
    const { seq: _seq, at, ...body } = event;
    this.#move(body as EventBody, at);
  }

  #move(body: EventBody, at: number): void {
    try {
      transition(this.plan, this.state, body, at);
    } catch (error) {
      throw new Broken("replay", `the journal of ${this.id} cannot be replayed: ${String(error)}`);
    }
  }

  /** Between two journal writes. */
  check(): void {
    const { plan, state, referee } = this;
    for (const { id, index, children } of plan.nodes) {
      const running = state.children[index]?.running ?? 0;
      if (children && running > children.limit)
        throw new Broken("slots", `${running} children of ${id} at once, ${children.limit} are allowed`);
    }
    const broken = checkInvariants(plan, state);
    if (broken.length > 0) throw new Broken("invariant", `${this.id}: ${broken.join("; ")}`);
    if (state.usd !== this.#usd || state.tokens !== this.#tokens)
      throw new Broken(
        "cost",
        `${this.id} says ${state.usd} and ${state.tokens}, its events ${this.#usd} and ${this.#tokens}`,
      );
    if (referee.paused !== state.paused && state.ending === null)
      throw new Broken("pause", `${this.id}: paused is ${state.paused}`);
    // Nothing can be compared while a pause renames what is held back, or between the last step and RunEnded.
    if (state.paused || (state.ending !== null && state.ended === null)) return;
    const lines = differences(referee.reference, plan, state);
    const real = lines.filter((line) => !(line.startsWith("run: ") && state.failure !== null));
    if (real.length > 0) throw new Broken("reference", `${this.id}:\n${real.join("\n")}`);
  }

  /** The state of the engine's own run, right after a write. */
  compare(live: RunState): void {
    if (same(this.state, live)) return;
    const [mine, theirs] = [encodeState(this.plan, this.state), encodeState(this.plan, live)];
    if (mine !== theirs)
      throw new Broken("replay", `${this.id}: the journal gives\n${mine}\nthe engine has\n${theirs}`);
  }

  /** `tasks`: open in the run and below it. */
  compareRow(row: RunRow | undefined, tasks: number): void {
    if (!row) throw new Broken("row", `${this.id} is not in the store`);
    const { state } = this;
    // A run that only waits for its children does what they do.
    const own = runStatus(this.plan, state);
    const byChildren = own === "waiting" && state.status.includes(PARENTING);
    const status = byChildren && row.status === "running" ? "running" : own;
    const expected = `${status}, ${tasks} tasks, ${state.usd} USD, ${state.tokens} tokens`;
    const actual = `${row.status}, ${row.openTasks} tasks, ${row.cost.usd} USD, ${row.cost.tokens} tokens`;
    if (actual !== expected)
      throw new Broken("row", `the row of ${this.id} says ${actual}; its journal says ${expected}`);
    if (isFinal(row.status) !== (row.endedAt !== null))
      throw new Broken("row", `${this.id} is ${row.status} and ended at ${row.endedAt}`);
  }

  #checkOnce(event: JournalEvent): void {
    if (!("node" in event && "activation" in event)) return;
    const of = `${event.node}#${event.activation}`;
    if (event.event === "AttemptStarted") {
      if (this.completed.has(of))
        throw new Broken("repeated", `${of} of ${this.id} starts again after its end`);
      this.started.add(`${of}/${event.attempt}`);
    }
    if (event.event === "ChildStarted" || event.event === "ChildEnded") {
      const key = `${event.event} ${of} ${event.item}`;
      if (this.completed.has(key)) throw new Broken("repeated", `${key} of ${this.id} comes twice`);
      this.completed.add(key);
    }
    if (COMPLETIONS.has(event.event)) {
      if (this.completed.has(of)) throw new Broken("repeated", `${of} of ${this.id} is completed twice`);
      this.completed.add(of);
    }
    if (
      event.event === "HumanTaskDecided" &&
      event.outcome === "retry" &&
      this.#seenAt(event).card?.reason === "unsafe"
    )
      this.allowed.set(of, (this.allowed.get(of) ?? 0) + 1);
  }

  /** While no clock was set, timers fire on time and time does not run backwards. */
  #checkTime(event: JournalEvent): void {
    const before = this.events.at(-2);
    if (before && event.at < before.at)
      throw new Broken("time", `${event.event} of ${this.id} at ${event.at}, before the event before it`);
    if (event.event !== "TimerFired") return;
    const fireAt = this.state.fireAt[this.plan.indexOf.get(event.node) ?? -1] ?? -1;
    if (event.at < fireAt)
      throw new Broken("time", `a timer of ${event.node} fired ${fireAt - event.at} ms early`);
  }

  #checkDelay({
    node,
    at,
    fireAt,
  }: Extract<JournalEvent, { readonly event: "TimerSet" }> & { at: number }): void {
    const most = Math.max(HOUR, this.plan.nodes[this.plan.indexOf.get(node) ?? -1]?.retry.maxMs ?? 0);
    if (fireAt < at || fireAt > at + most)
      throw new Broken("time", `the retry of ${node} is due ${fireAt - at} ms from now`);
  }
}

/** Of states: plain values, lists, columns and sets. */
function same(mine: unknown, theirs: unknown): boolean {
  if (mine === theirs) return true;
  if (typeof mine !== "object" || mine === null || typeof theirs !== "object" || theirs === null)
    return false;
  if (mine instanceof Set) return theirs instanceof Set && same([...mine], [...theirs]);
  if (Array.isArray(mine) || ArrayBuffer.isView(mine)) {
    const [left, right] = [mine as ArrayLike<unknown>, theirs as ArrayLike<unknown>];
    if (left.length !== right.length) return false;
    for (let index = 0; index < left.length; index += 1) if (!same(left[index], right[index])) return false;
    return true;
  }
  const [left, right] = [mine as Record<string, unknown>, theirs as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => same(left[key], right[key]));
}
