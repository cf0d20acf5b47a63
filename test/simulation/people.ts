/** The people of a simulated world: they see the open tasks of what is on disk, think a while, and decide. */

import type { Decision } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { OpenTask } from "#core/view.ts";
import type { Clock } from "#ports/clock.ts";
import { Broken } from "./broken.ts";
import type { Dice } from "./dice.ts";
import type { Mood } from "./scenario.ts";

const PATIENCE = [0, 10, 1_000, 60_000, 19_999, 20_000, 100_000_000];
const LONGEST = 300 * 86_400_000;
/** What somebody who decides too late, twice, over nothing, or where it cannot be recorded may be told. */
const REFUSALS: readonly string[] = [
  "TASK_NOT_OPEN",
  "RUN_ENDED",
  "UNKNOWN_OUTCOME",
  "NOT_FOUND",
  "DATABASE_FULL",
];

export type PeopleOptions = {
  readonly dice: Dice;
  readonly mood: Mood;
  readonly clock: Clock;
  /** Says it to the engine that lives now. */
  decide(decision: Decision): Promise<void>;
  /** The engine said that the decision is taken. */
  taken(runId: string, comment: string): void;
  broken(broken: Broken): void;
};

export class People {
  readonly #options: PeopleOptions;
  /** Tasks that somebody thinks about now, and how often each was thought about before. */
  readonly #thinking = new Set<string>();
  readonly #thoughts = new Map<string, number>();
  #words = 0;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Somebody begins to think about each task that nobody thinks about yet. */
  look(runId: string, tasks: readonly OpenTask[]): void {
    const { dice, mood, clock } = this.#options;
    for (const { node, activation, card, openedAt } of tasks) {
      const key = [runId, node, activation, card.reason, openedAt].join("/");
      if (this.#thinking.has(key)) continue;
      const asked = [key, this.#thoughts.get(key) ?? 0] as const;
      this.#thinking.add(key);
      this.#thoughts.set(key, asked[1] + 1);
      const patience = dice.chance(mood.slow, "slow", ...asked)
        ? LONGEST
        : dice.pick(PATIENCE, "patience", ...asked);
      clock.at(clock.now() + patience, () => {
        this.#thinking.delete(key);
        const wrong = dice.chance(3, "wrong", ...asked);
        this.#say(runId, node, wrong ? "never heard of" : dice.pick(card.outcomes, "decision", ...asked));
        if (dice.chance(5, "twice", ...asked))
          this.#say(runId, node, dice.pick(card.outcomes, "again", ...asked));
      });
    }
  }

  #say(runId: string, node: string, outcome: string): void {
    this.#words += 1;
    const comment = `word ${this.#words}`;
    this.#options.decide({ runId, node, outcome, comment }).then(
      () => this.#options.taken(runId, comment),
      (error: unknown) => {
        const code = error instanceof LayerloomError ? error.code : "";
        if (!REFUSALS.includes(code))
          this.#options.broken(new Broken("refused", `a decision at ${node} met ${String(error)}`));
      },
    );
  }
}
