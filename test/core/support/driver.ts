/** Drives one run by hand: short definitions in, driving events by name, every promise of the core checked after each step. */
import { expect } from "vitest";
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { LayerloomError } from "#contract/errors.ts";
import type {
  EventBody,
  EventName,
  EventOf,
  Failure,
  FailureClass,
  HumanTaskCard,
} from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Effect } from "#core/effect.ts";
import { checkInvariants } from "#core/invariants.ts";
import { compilePlan, type ExecutionPlan } from "#core/plan.ts";
import { decodeState, encodeState, initialState, type RunState } from "#core/state.ts";
import { type Step, transition } from "#core/transition.ts";
import { edgeView, nodeView, runStatus } from "#core/view.ts";

type EdgeText = string | (Omit<EdgeDefinition, "kind"> & { readonly kind?: EdgeDefinition["kind"] });

/** Nodes by id (settings or none), edges as `a -> b -> c` (flow) or objects (branch unless they name a kind). */
export function define(
  nodes: string | Readonly<Record<string, Partial<NodeDefinition>>>,
  edges: readonly EdgeText[] = [],
  rest: Partial<PipelineDefinition> = {},
): PipelineDefinition {
  const settings =
    typeof nodes === "string" ? Object.fromEntries(nodes.split(" ").map((id) => [id, {}])) : nodes;
  return {
    layerloom: 1,
    name: "test",
    nodes: Object.fromEntries(
      Object.entries(settings).map(([id, node]) => [id, { uses: "simulate", ...node }]),
    ),
    edges: edges.flatMap(expandEdge),
    ...rest,
  };
}

function expandEdge(edge: EdgeText): EdgeDefinition[] {
  if (typeof edge !== "string") return [{ kind: "branch", ...edge }];
  const ids = edge.split(" -> ");
  return ids.slice(1).map((to, place) => ({ from: ids[place]!, to, kind: "flow" }));
}

export type Sent = { readonly event: EventBody; readonly at: number };

type Judged = {
  readonly verdicts?: Record<string, boolean>;
  readonly feedback?: Record<string, { readonly value: Json }>;
  readonly adjust?: Record<string, { readonly value: Json }>;
};

export class Driver {
  readonly plan: ExecutionPlan;
  readonly sent: Sent[] = [];
  readonly derived: EventBody[] = [];
  state: RunState;
  now = 0;
  last: Step = { effects: [], derived: [], nodes: [], edges: [] };

  constructor(definition: PipelineDefinition) {
    this.plan = compilePlan(definition);
    this.state = initialState(this.plan);
  }

  static started(definition: PipelineDefinition, reuse?: readonly string[]): Driver {
    const driver = new Driver(definition);
    driver.send({
      event: "RunStarted",
      runId: "r1",
      pipeline: "test",
      seed: 7,
      inputs: { value: {} },
      ...(reuse ? { reuseFrom: { runId: "r0", nodes: reuse } } : {}),
    });
    return driver;
  }

  /** One event; afterwards the invariants hold and a decoded copy of the state is as good as the state. */
  send(event: EventBody): Step {
    const copy = decodeState(this.plan, encodeState(this.plan, this.state))!;
    this.last = transition(this.plan, this.state, event, this.now);
    this.sent.push({ event, at: this.now });
    this.derived.push(...this.last.derived);
    expect(checkInvariants(this.plan, this.state)).toEqual([]);
    expect(transition(this.plan, copy, event, this.now)).toEqual(stepOf(this.last));
    expect(encodeState(this.plan, copy)).toBe(this.bytes());
    return this.last;
  }

  /** The event is refused and the state keeps every byte. Returns the message. */
  refused(event: EventBody): string {
    const before = this.bytes();
    try {
      transition(this.plan, this.state, event, this.now);
    } catch (error) {
      expect(error).toBeInstanceOf(LayerloomError);
      expect((error as LayerloomError).code).toBe("ILLEGAL_EVENT");
      expect(this.bytes()).toBe(before);
      return (error as LayerloomError).message;
    }
    throw new Error(`${event.event} was accepted`);
  }

  begin(node: string): Step {
    return this.send({ event: "AttemptStarted", ...this.key(node), attempt: this.view(node).attempt + 1 });
  }

  succeed(node: string, outcome = "ok", judged: Judged = {}): Step {
    const output = { value: `${node}#${this.view(node).activations}` };
    return this.send({ event: "AttemptSucceeded", ...this.attempt(node), outcome, output, ...judged });
  }

  /** Started and succeeded. */
  run(node: string, outcome = "ok", judged: Judged = {}): Step {
    this.begin(node);
    return this.succeed(node, outcome, judged);
  }

  failWith(
    node: string,
    kind: FailureClass,
    rest: Partial<Failure> & { random?: number } & Judged = {},
  ): Step {
    const { random = 0.5, verdicts, feedback, adjust, ...more } = rest;
    const failure: Failure = { code: "SIMULATED_FAILURE", message: "boom", class: kind, ...more };
    return this.send({
      event: "AttemptFailed",
      ...this.attempt(node),
      failure,
      random,
      ...(verdicts ? { verdicts } : {}),
      ...(feedback ? { feedback } : {}),
      ...(adjust ? { adjust } : {}),
    });
  }

  /** Started and failed for good. */
  break(node: string, judged: Judged = {}): Step {
    this.begin(node);
    return this.failWith(node, "permanent", judged);
  }

  skip(node: string, outcome = "ok", judged: Judged = {}): Step {
    return this.send({
      event: "NodeSkipped",
      ...this.key(node),
      reuse: "last",
      outcome,
      output: { value: null },
      ...judged,
    });
  }

  cached(node: string, outcome = "ok", rest: Partial<EventOf<"NodeCached">> & Judged = {}): Step {
    const output = { value: "stored" };
    return this.send({
      event: "NodeCached",
      ...this.key(node),
      storedAt: 0,
      saved: {},
      outcome,
      output,
      ...rest,
    });
  }

  open(node: string, card: Partial<HumanTaskCard> = {}): Step {
    const outcomes = ["approved", "rejected"];
    return this.send({
      event: "HumanTaskOpened",
      ...this.key(node),
      card: { title: "?", outcomes, reason: "node", ...card },
    });
  }

  decide(node: string, outcome: string, judged: Judged & Partial<EventOf<"HumanTaskDecided">> = {}): Step {
    return this.send({
      event: "HumanTaskDecided",
      ...this.key(node),
      by: "person",
      outcome,
      output: { value: outcome },
      ...judged,
    });
  }

  fire(node: string, timer: EventOf<"TimerFired">["timer"], outcome?: string, judged: Judged = {}): Step {
    const completion = outcome === undefined ? undefined : { outcome, output: { value: timer }, ...judged };
    return this.send({
      event: "TimerFired",
      ...this.key(node),
      timer,
      ...(completion ? { completion } : {}),
    });
  }

  end(rest: Partial<EventOf<"RunEnded">> = {}): Step {
    const status = this.state.ending ?? "completed";
    return this.send({ event: "RunEnded", status, output: { value: null }, ...rest });
  }

  key(node: string): { readonly node: string; readonly activation: number } {
    return { node, activation: this.view(node).activations };
  }

  attempt(node: string): { readonly node: string; readonly activation: number; readonly attempt: number } {
    return { ...this.key(node), attempt: this.view(node).attempt };
  }

  index(node: string): number {
    return this.plan.indexOf.get(node)!;
  }

  view(node: string) {
    return nodeView(this.plan, this.state, this.index(node));
  }

  edge(index: number) {
    return edgeView(this.plan, this.state, index);
  }

  get status() {
    return runStatus(this.plan, this.state);
  }

  /** `a:succeeded b:queued …` of all nodes. */
  get picture(): string {
    return this.plan.nodes.map(({ id }) => `${id}:${this.view(id).status}`).join(" ");
  }

  /** The effects of the last step as `Enqueue b#1`. */
  get asked(): readonly string[] {
    return this.last.effects.map(effectText);
  }

  /** Derived events of this kind so far. */
  concluded<N extends EventName>(name: N): readonly EventOf<N>[] {
    return this.derived.filter((event): event is EventOf<N> => event.event === name);
  }

  bytes(): string {
    return encodeState(this.plan, this.state);
  }

  /** The state that the driving events alone lead to. */
  replayed(): string {
    const state = initialState(this.plan);
    for (const { event, at } of this.sent) transition(this.plan, state, event, at);
    return encodeState(this.plan, state);
  }
}

export function effectText(effect: Effect): string {
  if (effect.type === "EndRun") return `EndRun ${effect.status}`;
  const timer = "timer" in effect ? ` ${effect.timer}` : "";
  const at = "fireAt" in effect ? ` ${effect.fireAt}` : "";
  return `${effect.type} ${effect.node}#${effect.activation}${timer}${at}`;
}

function stepOf(step: Step): unknown {
  return expect.objectContaining({
    effects: step.effects,
    derived: step.derived,
    nodes: step.nodes,
    edges: step.edges,
  });
}
