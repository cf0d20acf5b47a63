/**
 * Owns what each effect that the core asks for comes to: what is done at once, in turn, after the commit, or when a timer
 * fires. What comes of it is fed to the run by the host.
 */
import type { EventBody, HumanTaskCard } from "#contract/events.ts";
import type { HumanTask } from "#contract/run.ts";
import type { Effect } from "#core/effect.ts";
import { isOutstanding } from "#core/outstanding.ts";
import { isPaid } from "#core/view.ts";
import type { Store } from "#ports/store.ts";
import type { Admission } from "./admission.ts";
import type { Attempts } from "./attempts.ts";
import type { Breakers } from "./breakers.ts";
import { keptCard } from "./card.ts";
import type { Children } from "./children.ts";
import { endRun } from "./end-run.ts";
import type { LiveRun } from "./live-run.ts";
import type { ResultCache } from "./result-cache.ts";
import type { ScopeSources } from "./scope.ts";
import { judgeSkip } from "./skip.ts";
import type { Speculation } from "./speculation.ts";
import type { Timers } from "./timers.ts";
import type { Turns } from "./turns.ts";
import { cardOf, timerFired } from "./waiting.ts";

export type EffectsOptions = {
  readonly admission: Admission;
  readonly attempts: Attempts;
  readonly breakers: Breakers;
  readonly children: Children;
  readonly results: ResultCache;
  readonly simulated: boolean;
  readonly speculation: Speculation;
  readonly store: Store;
  readonly timers: Timers;
  readonly turns: Turns;
  run(id: string): LiveRun | undefined;
  sources(): ScopeSources;
  feed(run: LiveRun, event: EventBody): void;
  /** In virtual time nobody is there to ask. */
  decideForThem(run: LiveRun, task: Task, outcome: string): void;
};

type Task = Pick<HumanTask, "node" | "activation" | "card">;

export class Effects {
  readonly #options: EffectsOptions;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  perform(run: LiveRun, effect: Effect): void {
    const { admission, attempts, breakers, children, feed, sources, speculation, timers, turns } =
      this.#options;
    switch (effect.type) {
      case "Enqueue":
        admission.enqueue({
          runId: run.id,
          node: effect.node,
          activation: effect.activation,
          attempt: effect.attempt,
          limit: run.program.plan.maxConcurrent,
        });
        return;
      case "DispatchAttempt":
        if (run.program.hasChildren(effect.node)) {
          admission.release(run);
          this.#later(run, effect, () => feed(run, children.begin(run, effect)));
          return;
        }
        // Only what touches the world has to wait for the disk: a pure activity may run again without harm,
        // where that costs nothing.
        if (run.program.isPure(effect.node) && !isPaid(run.program.plan, run.state, effect.node))
          turns.push(attempts.accept(run, effect));
        else turns.afterCommit(attempts.accept(run, effect));
        if (run.program.guessable.has(effect.node)) {
          this.#later(run, effect, () => speculation.begin(run, effect));
        }
        return;
      case "CancelAttempt":
        attempts.cancel(run, effect.node);
        breakers.takenBack(run, effect.node);
        return;
      case "StartChild":
        this.#later(run, effect, () => children.start(run, effect));
        return;
      case "CancelChildren":
        children.cancel(run, effect.node);
        return;
      case "CollectChildren":
        this.#later(run, effect, () => feed(run, children.collect(run, effect)));
        return;
      case "JudgeSkip":
        this.#later(run, effect, () => this.#judge(run, effect));
        return;
      case "SetTimer":
        timers.set(run.id, effect.node, effect.timer, effect.fireAt, () => {
          this.#later(run, effect, () => feed(run, timerFired(run, sources(), effect)));
          turns.schedule();
        });
        return;
      case "ClearTimer":
        timers.clear(run.id, effect.node, effect.timer);
        return;
      case "OpenHumanTask":
        this.#openTask(run, effect);
        return;
      case "CloseHumanTask":
        return; // the inbox is read from the state
      case "EndRun":
        this.#later(run, effect, () => feed(run, endRun(run, sources(), effect.status)));
        return;
    }
  }

  #judge(run: LiveRun, effect: Extract<Effect, { type: "JudgeSkip" }>): void {
    const { feed, results, sources, store, turns } = this.#options;
    const askAgain = (): void => {
      this.perform(run, effect);
      turns.schedule();
    };
    const answer =
      effect.cause.by === "cache"
        ? results.answer(run, sources(), effect, askAgain)
        : judgeSkip(run, sources(), store, effect);
    if (answer) feed(run, answer);
  }

  /** Does it in turn, unless a loop, a pause or a cancel came in between and the run no longer waits for it. */
  #later(run: LiveRun, effect: Effect, act: () => void): void {
    const { run: live, turns } = this.#options;
    turns.push(() => {
      if (live(run.id) === run && isOutstanding(run.program.plan, run.state, effect)) act();
    });
  }

  #openTask(run: LiveRun, effect: Extract<Effect, { type: "OpenHumanTask" }>): void {
    const { decideForThem, feed, simulated, sources } = this.#options;
    const card = keptCard(cardOf(run, sources(), effect), sources().values);
    this.#later(run, effect, () => {
      feed(run, { event: "HumanTaskOpened", node: effect.node, activation: effect.activation, card });
      if (!simulated) return;
      const outcome = SIMULATED_DECISION[effect.reason] ?? card.outcomes[0] ?? "ok";
      decideForThem(run, { ...effect, card }, outcome);
    });
  }
}

/** At the end of a chain the first way on. */
const SIMULATED_DECISION: Readonly<Partial<Record<HumanTaskCard["reason"], string>>> = {
  exhausted: "approved",
  unsafe: "retry",
};
