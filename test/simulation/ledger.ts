/**
 * What the world knows besides the journals: who was begun when, what was answered, what memory must hold. Says Broken
 * when a record does not agree with it.
 */
import type { NodeDefinition } from "#contract/definition.ts";
import { parseDuration } from "#contract/duration.ts";
import type { Completion, EventOf, JournalEvent, Usage, ValueRef } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { Store } from "#ports/store.ts";
import type { Answer } from "./activities.ts";
import { Broken } from "./broken.ts";
import type { RunWitness } from "./witness.ts";

type At = { readonly at: number };
type Made = At & {
  readonly runId: string;
  readonly pipeline: string;
  readonly node: NodeDefinition;
  readonly outcome: string;
  readonly output: string;
  readonly cost: string;
  readonly sees: string | undefined;
};

export class Ledger {
  readonly #answers: Map<string, Answer[]>;
  readonly #lists = new Map<string, string[]>();
  /** name → run → the newest value that it remembered. */
  readonly #values = new Map<string, Map<string, string>>();
  /** pipeline/node → the newest results over all runs, before this write and in it. Those of one write have no order. */
  readonly #last = new Map<string, readonly string[]>();
  /** Results of nodes with a cache. */
  readonly #made: Made[] = [];
  /** Attempt → what it saw, as JSON. */
  readonly #sights: Map<string, string | undefined>;
  #atEndOfWrite: (() => void)[] = [];
  #fresh: [string, string][] = [];
  readonly #store: () => Store;

  /** `before`: one that goes on to know what was really answered, whatever of it is still on disk. */
  constructor(store: () => Store, before?: Ledger) {
    this.#store = store;
    this.#answers = before === undefined ? new Map() : before.#answers;
    this.#sights = before === undefined ? new Map() : before.#sights;
  }

  /** What an attempt got to see when it began. */
  began(key: string, sees: unknown): void {
    this.#sights.set(key, JSON.stringify(sees));
  }

  answered(key: string, answer: Answer): void {
    const before = this.#answers.get(key);
    if (before) before.push(answer);
    else this.#answers.set(key, [answer]);
  }

  /** Before the witness moves on. */
  see(
    run: RunWitness,
    event: JournalEvent,
    steadyTime: boolean,
    witnesses: ReadonlyMap<string, RunWitness>,
  ): void {
    const node = "node" in event ? run.definition.nodes[event.node] : undefined;
    if (node === undefined || !("node" in event)) return;
    const worldly = (node.uses === "work" || node.uses === "think") && node.forEach === undefined;
    if (worldly && event.event === "AttemptSucceeded") this.#checkAnswer(run, event);
    if (node.uses === "transform" && event.event === "AttemptSucceeded") this.#checkCopy(run, node, event);
    if (event.event === "NodeSkipped") this.#checkReuse(run, event, witnesses);
    if (event.event === "ChildTakenOver") this.#checkChild(run, event, witnesses.get(event.childRunId));
    if (event.event === "NodeCached") this.#checkStored(run, node, event, steadyTime);
    if (event.event === "AttemptSucceeded" && node.cache !== undefined) this.#noteMade(run, node, event);
    if (node.uses === "memory.append" && event.event === "AttemptSucceeded") {
      const name = String(node.with?.name);
      this.#lists.set(name, [...(this.#lists.get(name) ?? []), this.#json(event.output)]);
    }
    if (node.forEach !== undefined && event.event === "AttemptSucceeded") this.#checkItems(run, node, event);
    const result = run.isItem ? undefined : resultOf(run, event);
    if (result === undefined) return;
    const output = this.#json(result.output);
    if (node.remember !== undefined) {
      const values = this.#values.get(node.remember) ?? new Map<string, string>();
      this.#values.set(node.remember, values.set(run.id, output));
    }
    this.#fresh.push([`${run.definition.name}/${event.node}`, output]);
  }

  /** What is remembered over all runs, once a write is done. */
  check(): void {
    const checks = this.#atEndOfWrite;
    this.#atEndOfWrite = [];
    for (const check of checks) check();
    for (const [key] of this.#fresh)
      this.#last.set(
        key,
        this.#fresh.flatMap(([of, output]) => (of === key ? [output] : [])),
      );
    this.#fresh = [];
    const store = this.#store();
    for (const [name, expected] of this.#lists) {
      const found = store.memory(name)?.value;
      const actual = Array.isArray(found) ? found.map((entry) => JSON.stringify(entry)) : [];
      if (actual.length !== expected.length || String(actual.toSorted()) !== String(expected.toSorted()))
        throw new Broken("memory", `"${name}" holds ${actual.join()}; recorded were ${expected.join()}`);
    }
    for (const [name, expected] of this.#values) {
      const found = store.memory(name);
      if (found === undefined || ![...expected.values()].includes(JSON.stringify(found.value)))
        throw new Broken("memory", `"${name}" holds ${JSON.stringify(found?.value)}, which no node gave`);
    }
  }

  #checkAnswer(run: RunWitness, event: Extract<JournalEvent, { readonly event: "AttemptSucceeded" }>): void {
    const key = `${run.id}/${event.node}#${event.activation}/${event.attempt}`;
    const output = this.#json(event.output);
    const link = run.definition.nodes[event.node]?.fallback?.[run.linkOf(event.node) - 1];
    if (typeof link === "object") {
      if (output !== JSON.stringify(link.template) || event.outcome !== "ok" || event.usage !== undefined)
        throw new Broken("answer", `${key} is recorded as ${output}, not as its template`);
      return;
    }
    const fits = (this.#answers.get(key) ?? []).some(
      (answer) =>
        "outcome" in answer &&
        answer.outcome === event.outcome &&
        JSON.stringify(answer.output) === output &&
        (answer.usage?.usd ?? 0) === (event.usage?.usd ?? 0) &&
        (answer.usage?.tokens ?? 0) === (event.usage?.tokens ?? 0),
    );
    if (!fits)
      throw new Broken("answer", `${key} is recorded as ${event.outcome} ${output}, which nobody answered`);
  }

  /** What is made of an output is made of the newest one, on whatever guess it was begun. */
  #checkCopy(run: RunWitness, node: NodeDefinition, event: EventOf<"AttemptSucceeded">): void {
    if (run.linkOf(event.node) !== 0) return;
    const template = (node.with?.value as { readonly from?: Json } | undefined)?.from;
    const source = typeof template === "string" ? sourceOf(template) : undefined;
    if (source === undefined) return;
    const ref = run.state.outputs[run.plan.indexOf.get(source) ?? -1];
    const whole = ref ? (JSON.parse(this.#json(ref)) as Json) : null;
    const part = String(template).includes(".output.of") ? partOf(whole) : whole;
    const output = this.#json(event.output);
    if (output !== JSON.stringify({ from: part }))
      throw new Broken(
        "copy",
        `${event.node} of ${run.id} gives ${output}, its source ${JSON.stringify(part)}`,
      );
  }

  /** Results stand in the order of the items, whatever the order in which they came. */
  #checkItems(run: RunWitness, node: NodeDefinition, event: EventOf<"AttemptSucceeded">): void {
    const ends = run.state.children[run.plan.indexOf.get(event.node) ?? -1]?.ends ?? [];
    const output = JSON.parse(this.#json(event.output)) as { readonly results?: readonly Json[] };
    const results = node.onItemError === "collect" ? output.results : output;
    const expected = ends.map((end) =>
      end?.status === "completed" || end?.status === "partial"
        ? (JSON.parse(this.#json(end.output)) as Json)
        : null,
    );
    if (JSON.stringify(results) !== JSON.stringify(expected))
      throw new Broken(
        "items",
        `${event.node} of ${run.id} gives ${JSON.stringify(results)}, its items ${JSON.stringify(expected)}`,
      );
  }

  #noteMade(run: RunWitness, node: NodeDefinition, event: EventOf<"AttemptSucceeded"> & At): void {
    const { name } = run.definition;
    const sees = this.#sights.get(`${run.id}/${event.node}#${event.activation}/${event.attempt}`);
    const { outcome, at, usage } = event;
    // What its items cost was said as they ended.
    const ends = run.state.children[run.plan.indexOf.get(event.node) ?? -1]?.ends ?? [];
    const parts = [usage, ...ends.map((end) => end?.usage)];
    const cost = costOf({
      usd: parts.reduce((sum, part) => sum + (part?.usd ?? 0), 0),
      tokens: parts.reduce((sum, part) => sum + (part?.tokens ?? 0), 0),
    });
    const output = this.#json(event.output);
    this.#made.push({ runId: run.id, pipeline: name, node, outcome, output, at, cost, sees });
  }

  /** A stored result was made before, by somebody who may share it, from the same settings, and not too long ago. */
  #checkStored(
    run: RunWitness,
    node: NodeDefinition,
    event: EventOf<"NodeCached"> & At,
    steadyTime: boolean,
  ): void {
    const output = this.#json(event.output);
    const cost = costOf(event.saved);
    const age = event.at - event.storedAt;
    const sees = sightOf(run, node, (ref) => this.#json(ref));
    const fits = (made: Made): boolean =>
      made.outcome === event.outcome &&
      made.output === output &&
      made.cost === cost &&
      (node.cache?.scope !== "run" || made.runId === run.id) &&
      (node.cache?.scope === "all" || made.pipeline === run.definition.name) &&
      (node.cache?.key !== undefined || made.sees === undefined || made.sees === sees) &&
      (!steadyTime || (made.at === event.storedAt && age < Math.min(ttlOf(node), ttlOf(made.node))));
    // It may have been made in this very write, by a run that comes later in it.
    this.#atEndOfWrite.push(() => {
      if (this.#made.some(fits)) return;
      throw new Broken(
        "cache",
        `${event.node} of ${run.id} takes ${output}, ${age} ms old, which it may not`,
      );
    });
  }

  /** `reuse: last` is this run's own newest result, else the newest stored one of the same pipeline and node. */
  /** What the store gives as the newest result of a node is that. */
  checkNewest(): void {
    const store = this.#store();
    for (const [key, outputs] of this.#last) {
      const [pipeline = "", node = ""] = key.split("/");
      const stored = store.lastOutput(pipeline, node);
      if (stored && !outputs.includes(this.#json(stored.output)))
        throw new Broken("reuse", `the newest of ${key} is ${outputs.join(" or ")}, kept is another`);
    }
  }

  #checkReuse(
    run: RunWitness,
    event: EventOf<"NodeSkipped">,
    witnesses: ReadonlyMap<string, RunWitness>,
  ): void {
    const output = this.#json(event.output);
    if (event.reuse === "run" || event.reuse === "pin") this.#checkGiven(run, event, output, witnesses);
    if (event.reuse === "none" && (output !== "null" || event.outcome !== "ok"))
      throw new Broken("reuse", `${event.node} is skipped with ${output}, not with nothing`);
    if (event.reuse !== "last") return;
    const own = run.state.outputs[run.plan.indexOf.get(event.node) ?? -1];
    const expected = own ? [this.#json(own)] : (this.#last.get(`${run.definition.name}/${event.node}`) ?? []);
    if (!expected.includes(output))
      throw new Broken(
        "reuse",
        `${event.node} is skipped with ${output}, its newest is ${expected.join(" or ")}`,
      );
  }

  /** What a person edited, else what is pinned, or what the run that this one grew from has come to. */
  #checkGiven(
    run: RunWitness,
    { node, reuse, outcome }: EventOf<"NodeSkipped">,
    output: string,
    witnesses: ReadonlyMap<string, RunWitness>,
  ): void {
    const [first] = run.events;
    const edited = first?.event === "RunStarted" ? first.reuseFrom?.edited?.[node] : undefined;
    const { pin } = run.definition.nodes[node]!;
    const base = witnesses.get(run.state.reuseRunId ?? "");
    const from = base?.plan.indexOf.get(node) ?? -1;
    const there = base?.state.outputs[from];
    const result = there && this.#json(there);
    const expected = edited ? this.#json(edited) : reuse === "pin" ? JSON.stringify(pin?.output) : result;
    const then = reuse === "pin" ? pin?.outcome : base?.referee.reference.nodes.get(node)?.outcome;
    const by = then === "error" ? "ok" : (then ?? "ok");
    // A run that still goes on may have come further since.
    if (base && !base.ended && !edited && reuse === "run") return;
    if (output !== expected || outcome !== by)
      throw new Broken(
        "given",
        `${node} of ${run.id} goes by ${outcome} ${output}, not by ${by} ${expected}`,
      );
  }

  /** A child that stands in for one that does not start: it did that item's work, and had come to its end. */
  #checkChild(run: RunWitness, event: EventOf<"ChildTakenOver">, child: RunWitness | undefined): void {
    const { node, item, status } = event;
    const of = child?.parent;
    const fits = of?.node === node && (of.item ?? 0) === item && child?.state.ended === status;
    const output = child?.state.output;
    if (!fits || status === "failed" || !output || this.#json(output) !== this.#json(event.output))
      throw new Broken("given", `item ${item} of ${node} of ${run.id} is not what ${child?.id} came to`);
  }

  #json(ref: ValueRef): string {
    if ("value" in ref) return JSON.stringify(ref.value);
    const json = this.#store().blob(ref.hash);
    if (json === undefined) throw new Broken("value", `the value ${ref.hash} is not in the store`);
    return json;
  }

  /** Nothing when the node sees none. */
  sight(run: RunWitness, node: string): string | undefined {
    const definition = run.definition.nodes[node];
    return definition && sightOf(run, definition, (ref) => this.#json(ref));
  }
}

/**
 * What a node gave of itself: nothing that a link of its chain gave in its place, and no answer by which it only tries
 * again, or fails.
 */
function resultOf(run: RunWitness, event: JournalEvent): Completion | undefined {
  const index = "node" in event ? (run.plan.indexOf.get(event.node) ?? -1) : -1;
  if (run.state.link[index] !== 0 || run.state.cards[index]?.reason === "unsafe") return undefined;
  if (event.event === "AttemptSucceeded" || event.event === "HumanTaskDecided") return event;
  return event.event === "TimerFired" ? event.completion : undefined;
}

/** The output that the node's `sees` shows now, as JSON. */
function sightOf(run: RunWitness, node: NodeDefinition, json: (ref: ValueRef) => string): string | undefined {
  const template = node.with?.sees;
  const source = typeof template === "string" ? sourceOf(template) : undefined;
  if (source === undefined) return undefined;
  const output = run.state.outputs[run.plan.indexOf.get(source) ?? -1];
  return output ? json(output) : "null";
}

function sourceOf(template: string): string | undefined {
  return /nodes\.([a-z0-9_-]+)\./.exec(template)?.[1];
}

function partOf(output: Json): Json {
  return typeof output === "object" && output !== null ? ((output as JsonObject).of ?? null) : null;
}

function ttlOf(node: NodeDefinition): number {
  return parseDuration(node.cache?.ttl ?? "0s") ?? 0;
}

function costOf(usage: Usage | undefined): string {
  return `${usage?.usd ?? 0} USD, ${usage?.tokens ?? 0} tokens`;
}
