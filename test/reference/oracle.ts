/**
 * The world outside, made up: what attempts, people, conditions and clocks say. Pure functions of the seed and of who is
 * asked the how-manieth time, so that the same question always gets the same answer, in any order of asking.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { FailureClass } from "#contract/events.ts";
import type { Chooses, Happening, Holds, Possible } from "./happening.ts";

/** Outcomes that nodes leave by. Edges also name `exhausted` and `error`. */
export const OUTCOMES = ["ok", "good", "bad"] as const;
const FAILURES: readonly FailureClass[] = ["transient", "transient", "quality", "permanent"];

/** How the world is today, in percent. */
export type Mood = {
  readonly seed: number;
  readonly failing: number;
  readonly holding: number;
  readonly skipping: number;
  readonly losing: number;
  /** The step in which a person cancels the run; 0: never. */
  readonly cancelAt: number;
};

export class Oracle {
  private readonly mood: Mood;
  private readonly definition: PipelineDefinition;

  constructor(definition: PipelineDefinition, mood: Mood) {
    this.definition = definition;
    this.mood = mood;
  }

  /** Which of these happens next, in this step. */
  choose(possible: readonly Possible[], step: number): Possible {
    return this.pick(possible, "choose", step);
  }

  cancels(step: number): boolean {
    return step === this.mood.cancelAt;
  }

  /** What comes of it. `another`: its chain has another link, so it may be refused. Crashes know nothing of attempts: they depend on the step alone. */
  answer({ node, activation, attempt, phase }: Possible, step: number, another: boolean): Happening {
    const asked = [node, activation, attempt, phase] as const;
    switch (phase) {
      case "judging":
        return {
          what: "judged",
          node,
          skippedAs: this.chance(this.mood.skipping, ...asked) ? this.outcome(asked) : null,
          degraded: this.chance(10, "marked", ...asked),
        };
      case "seeking":
        return {
          what: "sought",
          node,
          storedAs: this.chance(this.mood.skipping, ...asked) ? this.outcome(asked) : null,
        };
      case "queued":
        if (another && this.chance(this.mood.failing / 4, "refused", ...asked))
          return { what: "refused", node };
        return { what: "started", node };
      case "running":
        return this.chance(this.mood.losing, "lost", step)
          ? { what: "lost", node }
          : this.attempt(node, asked);
      case "retrying":
        return { what: "retry due", node };
      case "sleeping":
        if (this.chance(this.mood.failing / 2, "wakes", ...asked)) return { what: "woke to fail", node };
        return { what: "woke", node, outcome: this.outcome(asked) };
      case "parenting":
        return this.children(node, asked);
      case "unsafe":
        return { what: "decided", node, outcome: this.chance(60, "unsafe", step) ? "retry" : "fail" };
      default:
        if (phase === "stuck" && this.chance(30, "gives up", ...asked))
          return { what: "decided", node, outcome: "give_up" };
        if (this.chance(this.mood.failing / 2, "patience", ...asked)) return { what: "nobody decided", node };
        return { what: "decided", node, outcome: this.outcome(asked) };
    }
  }

  /** Conditions are judged at one moment: all that the source's `activation` asks in this `phase` and attempt. */
  verdicts({ node, activation, attempt, phase }: Possible): Holds {
    return (edge) => this.chance(this.mood.holding, "when", edge, node, activation, attempt, phase);
  }

  /** What the output of a node with `next:` says, at the moment when its conditions are judged. */
  choices({ node, activation, attempt, phase }: Possible): Chooses {
    return (candidate) => this.chance(60, "next", candidate, node, activation, attempt, phase);
  }

  private attempt(node: string, asked: readonly (string | number)[]): Happening {
    if (this.chance(this.mood.failing, "failed", ...asked)) {
      return { what: "failed", node, class: this.pick(FAILURES, "class", ...asked) };
    }
    const { uses, forEach } = this.definition.nodes[node]!;
    if (forEach !== undefined) return { what: "split", node };
    if (uses === "human") return { what: "asked", node };
    if (uses === "wait") return { what: "fell asleep", node };
    return { what: "succeeded", node, outcome: this.outcome(asked) };
  }

  private children(node: string, asked: readonly (string | number)[]): Happening {
    const degraded = this.chance(20, "degraded", ...asked);
    if (this.chance(this.mood.failing, "failed", ...asked))
      return { what: "failed", node, class: this.pick(FAILURES, "class", ...asked), degraded };
    const partial = this.chance(this.mood.failing, "partial", ...asked);
    return { what: "succeeded", node, outcome: this.outcome(asked), partial, degraded };
  }

  private outcome(asked: readonly (string | number)[]): string {
    return this.pick(OUTCOMES, "outcome", ...asked);
  }

  private chance(percent: number, ...question: readonly (string | number)[]): boolean {
    return this.number("chance", ...question) % 100 < percent;
  }

  private pick<T>(from: readonly T[], ...question: readonly (string | number)[]): T {
    return from[this.number("pick", ...question) % from.length]!;
  }

  /** FNV-1a over the question, stirred: a natural number below 2³². */
  private number(...question: readonly (string | number)[]): number {
    let hash = 0x811c9dc5;
    for (const char of [this.mood.seed, ...question].join("/")) {
      hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}
