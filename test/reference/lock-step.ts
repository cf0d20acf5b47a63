/**
 * Runs one pipeline in the engine's core and in the reference interpreter at once: the same thing happens to both, and
 * after every step both must show the same picture and agree on what may happen next. Knows the core's events and
 * effects, and nothing of how the core works.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { ChildEnd, Completion, EventBody, HumanTaskCard } from "#contract/events.ts";
import type { Effect } from "#core/effect.ts";
import { checkInvariants } from "#core/invariants.ts";
import { edgesToJudge } from "#core/judge.ts";
import { inFlight, isOutstanding, outstanding } from "#core/outstanding.ts";
import { compilePlan, type ExecutionPlan } from "#core/plan.ts";
import { initialState, type RunState } from "#core/state.ts";
import { PARENTING } from "#core/status.ts";
import { transition } from "#core/transition.ts";
import { edgeView, nodeView, openTasks, runStatus } from "#core/view.ts";
import type { Beginning, Chooses, Happening, Holds, Possible } from "./happening.ts";
import { ReferenceRun } from "./interpreter.ts";
import { type Mood, Oracle, OUTCOMES } from "./oracle.ts";

const MAX_STEPS = 100_000;
/** Of each node that is done by child runs. */
const CHILDREN = 3;
const FAILURE = { code: "SIMULATED_FAILURE", message: "no", class: "permanent" } as const;
const PHASE_OF_CARD = {
  node: "asking",
  exhausted: "exhausted",
  unsafe: "unsafe",
  fallback: "stuck",
} as const;

/** What happened, in order. */
export type Story = readonly { readonly chosen: Possible; readonly happening: Happening }[];

/** The two disagree, or one of them broke. */
export class Disagreement extends Error {
  readonly story: Story;

  constructor(message: string, story: Story) {
    super(message);
    this.story = story;
  }
}

/** Throws Disagreement. */
export function runBoth(
  definition: PipelineDefinition,
  mood: Mood,
  beginning: Beginning = {},
): { readonly story: Story; readonly reference: ReferenceRun } {
  const story: Story[number][] = [];
  try {
    const oracle = new Oracle(definition, mood);
    const reference = new ReferenceRun(definition, beginning);
    const engine = new EngineRun(definition, beginning);
    compare(reference, engine);
    for (let step = 1; reference.ended === null; step++) {
      if (step > MAX_STEPS) throw new Error(`the run has not ended after ${MAX_STEPS} steps`);
      const chosen = oracle.choose(reference.possible(), step);
      const another = reference.nextLink(chosen.node) !== undefined;
      const happening: Happening = oracle.cancels(step)
        ? { what: "cancel" }
        : oracle.answer(chosen, step, another);
      const holds = oracle.verdicts(chosen);
      story.push({ chosen, happening });
      const chooses = oracle.choices(chosen);
      reference.happen(happening, holds, chooses);
      engine.happen(happening, holds, chooses);
      compare(reference, engine);
    }
    return { story, reference };
  } catch (error) {
    throw new Disagreement(error instanceof Error ? error.message : String(error), story);
  }
}

function compare(reference: ReferenceRun, engine: EngineRun): void {
  const lines = differences(reference, engine.plan, engine.state);
  if (lines.length > 0) throw new Error(lines.join("\n"));
}

/** One line for each thing that the two do not show alike. Between the end of the work and RunEnded the engine has no picture. */
export function differences(
  reference: ReferenceRun,
  plan: ExecutionPlan,
  state: RunState,
): readonly string[] {
  const expected = pictureOf(reference);
  const actual = enginePicture(plan, state);
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((key) => expected.get(key) !== actual.get(key))
    .map((key) => `${key}: engine ${actual.get(key)}, reference ${expected.get(key)}`);
}

type Picture = ReadonlyMap<string, string>;

function pictureOf(reference: ReferenceRun): Picture {
  const picture = new Map([["run", reference.status as string]]);
  for (const [id, { activations, attempts, outcome, degraded }] of reference.nodes) {
    picture.set(
      `node ${id}`,
      `${reference.statusOf(id)}${degraded ? " (degraded)" : ""}, ${activations} activations, ${attempts} attempts, outcome ${outcome}`,
    );
  }
  for (const { index, from, to, kind, state, taken, count } of reference.edges) {
    const shown = kind === "loop" ? `counter ${count}` : state === "blocked" ? "dead" : state;
    picture.set(`edge ${index} ${kind} ${from} -> ${to}`, `${shown}, taken ${taken}`);
  }
  const possible = reference.ended === null ? reference.possible() : [];
  return picture.set("may happen next", possible.map(possibleText).join("; "));
}

function possibleText({ node, activation, phase, attempt, why }: Possible): string {
  return `${node}#${activation}/${attempt} ${phase} ${why}`.trimEnd();
}

function enginePicture(plan: ExecutionPlan, state: RunState): Picture {
  const picture = new Map([["run", runStatus(plan, state) as string]]);
  for (const { index, id } of plan.nodes) {
    const { status, activations, attempts, outcome = null, degraded } = nodeView(plan, state, index);
    picture.set(
      `node ${id}`,
      `${status}${degraded ? " (degraded)" : ""}, ${activations} activations, ${attempts} attempts, outcome ${outcome}`,
    );
  }
  plan.definition.edges.forEach(({ from, to, kind }, index) => {
    const view = edgeView(plan, state, index);
    const shown = kind === "loop" ? `counter ${view.count}` : view.state;
    picture.set(`edge ${index} ${kind} ${from} -> ${to}`, `${shown}, taken ${view.taken}`);
  });
  return picture.set("may happen next", enginePossible(plan, state).map(possibleText).join("; "));
}

/** In the order of the definition, from what the core says it waits for. */
function enginePossible(plan: ExecutionPlan, state: RunState): readonly Possible[] {
  const found = new Map<string, Possible>();
  const add = (node: string, phase: Possible["phase"], why = ""): void => {
    const { activations, attempt } = nodeView(plan, state, plan.indexOf.get(node)!);
    if (found.has(node)) throw new Error(`the engine waits for two things of node ${node}`);
    found.set(node, { node, activation: activations, attempt, phase, why });
  };
  for (const effect of outstanding(plan, state)) {
    if (effect.type === "Enqueue") add(effect.node, "queued");
    if (effect.type === "OpenHumanTask") add(effect.node, PHASE_OF_CARD[effect.reason]);
    if (effect.type === "JudgeSkip") {
      if (effect.cause.by === "cache") add(effect.node, "seeking");
      else add(effect.node, "judging", whyOf(effect));
    }
    if (effect.type === "SetTimer" && effect.timer === "retry") add(effect.node, "retrying");
    if (effect.type === "SetTimer" && effect.timer === "wait") add(effect.node, "sleeping");
  }
  for (const { node } of inFlight(plan, state)) add(node, "running");
  for (const { id, index } of plan.nodes) if (state.status[index] === PARENTING) add(id, "parenting");
  for (const { node, card } of openTasks(plan, state)) add(node, PHASE_OF_CARD[card.reason]);
  return plan.nodes.flatMap(({ id }) => found.get(id) ?? []);
}

class EngineRun {
  readonly plan: ExecutionPlan;
  readonly state: RunState;
  /** All effects asked for so far that the run still waits for. */
  private asked: readonly Effect[] = [];

  constructor(definition: PipelineDefinition, { only, given }: Beginning) {
    this.plan = compilePlan(definition);
    this.state = initialState(this.plan);
    const inputs = { value: {} };
    const limit = only === undefined ? {} : { only: [...only] };
    const grown = given === undefined ? {} : { reuseFrom: { runId: "before", nodes: [...given] } };
    const of = { runId: "r", pipeline: definition.name, seed: 1, inputs };
    this.send({ event: "RunStarted", ...of, ...limit, ...grown });
  }

  happen(happening: Happening, holds: Holds, chooses: Chooses): void {
    this.send(this.eventOf(happening, holds, chooses));
  }

  private eventOf(happening: Happening, holds: Holds, chooses: Chooses): EventBody {
    if (happening.what === "cancel") return { event: "CancelRequested" };
    const { node } = happening;
    const { activations: activation, attempt } = nodeView(
      this.plan,
      this.state,
      this.plan.indexOf.get(node)!,
    );
    const of = { node, activation };
    const complete = (outcome: string): Completion => this.completion(node, outcome, holds, chooses);
    switch (happening.what) {
      case "judged":
        return happening.skippedAs === null
          ? { event: "SkipDeclined", ...of, reason: "nothing-stored" }
          : {
              event: "NodeSkipped",
              ...of,
              reuse: "last",
              ...(happening.degraded === true ? { degraded: true } : {}),
              ...complete(happening.skippedAs),
            };
      case "sought":
        return happening.storedAs === null
          ? { event: "SkipDeclined", ...of, reason: "not-cached" }
          : { event: "NodeCached", ...of, storedAt: 0, saved: {}, ...complete(happening.storedAs) };
      case "refused":
        return { event: "AttemptRefused", ...of, failure: FAILURE, random: 0.5 };
      case "started":
        return { event: "AttemptStarted", ...of, attempt: attempt + 1 };
      case "split":
        return { event: "ChildrenStarted", ...of, attempt, count: CHILDREN };
      case "succeeded":
        this.endChildren(node, happening);
        return { event: "AttemptSucceeded", ...of, attempt, ...complete(happening.outcome) };
      case "failed":
        this.endChildren(node, happening);
        return {
          event: "AttemptFailed",
          ...of,
          attempt,
          failure: { ...FAILURE, class: happening.class },
          random: 0.5,
          verdicts: complete("error").verdicts,
        };
      case "lost":
        return { event: "AttemptLost", ...of, attempt };
      case "fell asleep":
        return { event: "WaitStarted", ...of, attempt, wakeAt: 1_000 };
      case "woke":
        return { event: "TimerFired", ...of, timer: "wait", completion: complete(happening.outcome) };
      case "woke to fail": {
        const { verdicts } = complete("error");
        return { event: "TimerFired", ...of, timer: "wait", failure: FAILURE, verdicts };
      }
      case "retry due":
        return { event: "TimerFired", ...of, timer: "retry" };
      case "asked":
        return { event: "HumanTaskOpened", ...of, card: cardOf("node", OUTCOMES) };
      case "decided":
        return { event: "HumanTaskDecided", ...of, by: "timeout", ...complete(happening.outcome) };
      case "nobody decided": {
        const { verdicts } = complete("error");
        return { event: "TimerFired", ...of, timer: "human", failure: FAILURE, verdicts };
      }
    }
  }

  /** What the children of a node leave, one after the other, so that the node can finish as is told. */
  private endChildren(
    node: string,
    told: Extract<Happening, { readonly what: "succeeded" | "failed" }>,
  ): void {
    const index = this.plan.indexOf.get(node)!;
    if (this.state.status[index] !== PARENTING) return;
    const collect = this.plan.nodes[index]!.children!.collect;
    const spoilt =
      told.what === "succeeded" && told.partial === true ? (collect ? "failed" : "partial") : "completed";
    const first = told.what === "failed" && !collect ? "failed" : spoilt;
    for (let item = 0; item < CHILDREN; item += 1) {
      // Those that were called off have gone already, or were never started.
      if (this.state.children[index]!.runs[item] === null || this.state.children[index]!.ends[item] !== null)
        continue;
      this.endChild(node, item, item === 0 ? first : "completed", told.degraded === true);
    }
  }

  private endChild(node: string, item: number, status: ChildEnd["status"], degraded: boolean): void {
    const { activation } = this.state.children[this.plan.indexOf.get(node)!]!;
    const end = { status, output: { value: item }, ...(degraded ? { degraded } : {}) };
    this.send({ event: "ChildEnded", node, activation, item, ...end });
  }

  private callOff(node: string): void {
    const { runs, ends } = this.state.children[this.plan.indexOf.get(node)!]!;
    runs.forEach((run, item) => {
      if (run !== null && ends[item] === null) this.endChild(node, item, "cancelled", false);
    });
  }

  /** With the verdicts that the core asks for, and no others. */
  private completion(node: string, outcome: string, holds: Holds, chooses: Chooses): Completion {
    const next = this.plan.definition.nodes[node]!.next?.filter(chooses);
    const { conditions } = edgesToJudge(this.plan, this.state, node, outcome);
    const verdicts = Object.fromEntries(conditions.map(({ edge }) => [edge, holds(edge)]));
    return { outcome, output: { value: null }, verdicts, ...(next === undefined ? {} : { next }) };
  }

  private send(event: EventBody): void {
    const { plan, state } = this;
    // Refusing answers what was asked for, and what is asked for then looks the same.
    if (event.event === "AttemptRefused") {
      this.asked = this.asked.filter((effect) => effect.type !== "Enqueue" || effect.node !== event.node);
    }
    const { effects } = transition(plan, state, event, 0);
    const broken = checkInvariants(plan, state);
    if (broken.length > 0) throw new Error(`invariants: ${broken.join("; ")}`);
    this.asked = [...this.asked, ...effects].filter((effect) => isOutstanding(plan, state, effect));
    this.checkAsked();
    for (const effect of effects) {
      if (effect.type === "CancelChildren") this.callOff(effect.node);
      if (!isOutstanding(plan, state, effect)) continue;
      if (effect.type === "StartChild") {
        const { node, activation, item } = effect;
        this.send({ event: "ChildStarted", node, activation, item, childRunId: `r-${node}-${item}` });
      }
      if (effect.type === "OpenHumanTask") {
        const { node, activation, reason, outcomes } = effect;
        this.send({ event: "HumanTaskOpened", node, activation, card: cardOf(reason, outcomes) });
      }
      if (effect.type === "EndRun") {
        this.send({ event: "RunEnded", status: effect.status, output: { value: null } });
      }
    }
  }

  /** What a recovered run would ask for is what was asked for on the way. */
  private checkAsked(): void {
    const { plan, state } = this;
    const text = (effects: readonly Effect[]): string =>
      effects
        .filter(({ type }) => type !== "DispatchAttempt")
        .map((effect) => JSON.stringify(effect, Object.keys(effect).sort()))
        .sort()
        .join("\n");
    const expected = text(outstanding(plan, state));
    const asked = text(this.asked);
    if (asked !== expected) throw new Error(`effects: asked for\n${asked}\nbut outstanding are\n${expected}`);
  }
}

function whyOf({ cause }: Extract<Effect, { type: "JudgeSkip" }>): string {
  return cause.by === "edge" ? `edge ${cause.edge}` : cause.by;
}

function cardOf(reason: HumanTaskCard["reason"], outcomes: readonly string[]): HumanTaskCard {
  return { title: "?", outcomes, reason, timeoutAt: 1_000 };
}
