/**
 * What was tried for a node while its source is in one activation: so that guesses are bounded, none is made twice, and
 * each is counted once it shows what would have been right. Knows neither how guesses run nor what they give.
 */
import type { GuessCount, GuessKind } from "#ports/store.ts";
import type { AttemptIdentity } from "./attempt.ts";
import { GUESSES_PER_ACTIVATION } from "./guess-rules.ts";
import type { LiveRun } from "./live-run.ts";

type Tries = {
  readonly source: string;
  readonly activation: number;
  /** Hash of the settings of a guess → what it rests on. */
  readonly settings: Map<string, GuessKind["basis"]>;
};

export class GuessTries {
  readonly #tries = new WeakMap<LiveRun, Map<string, Tries>>();

  has(run: LiveRun, node: string): boolean {
    return this.#tries.get(run)?.has(node) ?? false;
  }

  /** May one more be made on these settings? */
  allows(run: LiveRun, of: AttemptIdentity, node: string, settings: string): boolean {
    const tries = this.#tries.get(run)?.get(node);
    if (tries?.source !== of.node || tries.activation !== of.activation) return true;
    return tries.settings.size < GUESSES_PER_ACTIVATION && !tries.settings.has(settings);
  }

  add(run: LiveRun, of: AttemptIdentity, node: string, settings: string, basis: GuessKind["basis"]): void {
    const ofRun = this.#tries.get(run) ?? new Map<string, Tries>();
    this.#tries.set(run, ofRun);
    const before = ofRun.get(node);
    const isSame = before?.source === of.node && before.activation === of.activation;
    const tries = isSame ? before : { source: of.node, activation: of.activation, settings: new Map() };
    ofRun.set(node, tries);
    tries.settings.set(settings, basis);
  }

  /** Now that the real settings are known: also of what was refuted before, since a partial output may have been wrong. */
  settle(run: LiveRun, node: string, settings: string | undefined): readonly GuessCount[] {
    const { plan, definition } = run.program;
    const tries = this.#tries.get(run)?.get(node);
    this.#tries.get(run)?.delete(node);
    if (!tries || run.state.activations[plan.indexOf.get(tries.source) ?? -1] !== tries.activation) return [];
    const { source } = tries;
    return Array.from(tries.settings, ([guessed, basis]) => {
      const confirmed = guessed === settings ? 1 : 0;
      return { pipeline: definition.name, source, node, basis, confirmed, refuted: 1 - confirmed };
    });
  }
}
