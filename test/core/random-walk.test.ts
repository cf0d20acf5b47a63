/**
 * Random graphs, driven in random order through everything that may happen. The driver checks the invariants and a
 * decoded copy after every step; here: every run ends, and its driving events alone lead to the same bytes.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EdgeDefinition, NodeDefinition, PipelineDefinition } from "#contract/definition.ts";
import { inFlight, isOutstanding, outstanding } from "#core/outstanding.ts";
import { checkShape } from "#core/shape.ts";
import { Driver, define } from "./support/driver.ts";

const OUTCOMES = ["ok", "fail"] as const;
const label = fc.constantFrom<EdgeDefinition["on"]>(
  ["ok"],
  ["fail"],
  ["ok", "fail"],
  ["exhausted"],
  ["error", "ok"],
);
const when = fc.option(fc.constant("w"), { nil: undefined });

const node: fc.Arbitrary<Partial<NodeDefinition>> = fc
  .record({
    join: fc.constantFrom("all", "all", "any", { atLeast: 2 }),
    skip: fc.option(fc.constant({ when: "s" }), { nil: undefined, freq: 4 }),
    cache: fc.option(fc.constant({ ttl: "1h" }), { nil: undefined, freq: 4 }),
    default: fc.option(fc.constant(0), { nil: undefined, freq: 5 }),
    retrySafe: fc.boolean(),
    retry: fc.record({ retries: fc.nat(2) }),
  })
  .map((settings) => JSON.parse(JSON.stringify(settings)) as Partial<NodeDefinition>);

const edge = (size: number): fc.Arbitrary<EdgeDefinition> =>
  fc
    .record({
      ends: fc.tuple(fc.nat(size - 1), fc.nat(size - 1)),
      kind: fc.constantFrom("flow", "flow", "branch", "branch", "skip", "loop", "loop", "error"),
      on: label,
      when,
      else: fc.boolean(),
      max: fc.integer({ min: 1, max: 2 }),
      onExhausted: fc.constantFrom(undefined, undefined, "escalate", "fail", "continue"),
    })
    .map(({ ends, kind, on, when: condition, max, onExhausted, ...rest }) => {
      const [low, high] = ends[0] < ends[1] ? ends : [ends[1], ends[0]];
      const back = kind === "loop";
      const shared = { from: `n${back ? high : low}`, to: `n${back ? low : high}`, kind } as const;
      const byKind = {
        flow: {},
        branch: rest.else ? { else: true, on } : { on, when: condition },
        skip: { when: condition },
        loop: { on: on?.includes("error") ? ["fail"] : on, when: condition, max, onExhausted },
        error: { when: condition },
      }[kind as EdgeDefinition["kind"]];
      return JSON.parse(JSON.stringify({ ...shared, ...byKind })) as EdgeDefinition;
    });

/** Leaves out what the shape check finds fault with, so that what remains is sound. */
const pipeline: fc.Arbitrary<PipelineDefinition> = fc.integer({ min: 1, max: 7 }).chain((size) =>
  fc
    .record({
      nodes: fc.array(node, { minLength: size, maxLength: size }),
      edges: fc.array(edge(size), { maxLength: 16 }),
      onFailure: fc.constantFrom("finish" as const, "finish" as const, "stop" as const),
    })
    .map(({ nodes, edges, onFailure }) => {
      let definition = define(
        Object.fromEntries(nodes.map((settings, index) => [`n${index}`, settings])),
        edges,
        {
          onFailure,
        },
      );
      for (let [problem] = checkShape(definition); problem; [problem] = checkShape(definition)) {
        const [list, key] = problem.path.split(".");
        definition =
          list === "edges"
            ? { ...definition, edges: definition.edges.filter((_, index) => index !== Number(key)) }
            : {
                ...definition,
                nodes: { ...definition.nodes, [key!]: { ...definition.nodes[key!]!, join: "all" } },
              };
      }
      return definition;
    }),
);

class Walk {
  readonly run: Driver;
  readonly #choose: (bound: number) => number;

  constructor(definition: PipelineDefinition, choose: (bound: number) => number) {
    this.run = Driver.started(definition, choose(3) === 0 ? ["n0"] : undefined);
    this.#choose = choose;
  }

  #verdicts(): { readonly verdicts: Record<string, boolean> } {
    return {
      verdicts: Object.fromEntries(this.run.plan.edges.map(({ index }) => [index, this.#choose(2) === 0])),
    };
  }

  step(): void {
    const { run } = this;
    run.now += this.#choose(3);
    const going = run.state.ending === null;
    if (this.#choose(40) === 0 && going) run.send({ event: run.state.paused ? "RunResumed" : "RunPaused" });
    if (this.#choose(150) === 0 && going) run.send({ event: "CancelRequested" });
    const open = [...outstanding(run.plan, run.state), ...inFlight(run.plan, run.state), ...run.state.tasks];
    if (open.length === 0) {
      run.send({ event: "RunResumed" });
      return;
    }
    const next = open[this.#choose(open.length)]!;
    if (typeof next === "number") this.#answer(run.plan.nodes[next]!.id);
    else if ("type" in next) this.#perform(next);
    else this.#deliver(next.node);
  }

  #perform(effect: ReturnType<typeof outstanding>[number]): void {
    const { run } = this;
    expect(isOutstanding(run.plan, run.state, effect)).toBe(true);
    if (effect.type === "Enqueue") run.begin(effect.node);
    else if (effect.type === "EndRun") run.end();
    else if (effect.type === "JudgeSkip") {
      const sought = effect.cause.by === "cache";
      if (this.#choose(2) === 0 && sought)
        run.cached(effect.node, OUTCOMES[this.#choose(2)], this.#verdicts());
      else if (sought) run.send({ event: "SkipDeclined", ...run.key(effect.node), reason: "not-cached" });
      else if (this.#choose(2) === 0) run.skip(effect.node, OUTCOMES[this.#choose(2)], this.#verdicts());
      else run.send({ event: "SkipDeclined", ...run.key(effect.node), reason: "condition" });
    } else if (effect.type === "OpenHumanTask") {
      run.open(effect.node, { reason: effect.reason, outcomes: effect.outcomes, ...this.#timeLimit() });
    } else if (effect.type === "SetTimer") {
      run.now = Math.max(run.now, effect.fireAt);
      run.fire(effect.node, effect.timer, effect.timer === "wait" ? "ok" : undefined, this.#verdicts());
    } else throw new Error(`nobody waits for ${effect.type}`);
  }

  #deliver(id: string): void {
    const { run } = this;
    const what = this.#choose(10);
    if (what < 6) run.succeed(id, OUTCOMES[this.#choose(2)], this.#verdicts());
    else if (what === 6) run.send({ event: "AttemptLost", ...run.attempt(id) });
    else if (what === 7) run.open(id, { outcomes: OUTCOMES, ...this.#timeLimit() });
    else if (what === 8) run.send({ event: "WaitStarted", ...run.attempt(id), wakeAt: run.now + 5 });
    else {
      const kind = (["transient", "quality", "permanent"] as const)[this.#choose(3)]!;
      run.failWith(id, kind, this.#verdicts());
    }
  }

  #answer(id: string): void {
    const { outcomes } = this.run.state.cards[this.run.index(id)]!;
    this.run.decide(id, outcomes[this.#choose(outcomes.length)]!, this.#verdicts());
  }

  #timeLimit(): { readonly timeoutAt?: number } {
    return this.#choose(3) === 0 ? { timeoutAt: this.run.now + 9 } : {};
  }
}

it("every run of a sound graph keeps its invariants, ends, and replays to the same bytes", () => {
  fc.assert(
    fc.property(pipeline, fc.infiniteStream(fc.nat(1_000_000)), (definition, numbers) => {
      const walk = new Walk(definition, (bound) => (numbers.next().value as number) % bound);
      let steps = 0;
      while (walk.run.state.ended === null) {
        walk.step();
        expect(++steps).toBeLessThan(20_000);
      }
      expect(walk.run.replayed()).toBe(walk.run.bytes());
      expect(walk.run.picture).not.toMatch(/idle|queued|running|retrying|waiting|paused/);
    }),
    { numRuns: 400 },
  );
});
