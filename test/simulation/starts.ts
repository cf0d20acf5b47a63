/**
 * The runs that somebody wants in a world: starts each when its time has come, again when it was lost before it reached
 * the disk, and holds what was said beforehand against what came of it.
 */
import type { RunPreview, StartRequest } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { EventOf, JournalEvent } from "#contract/events.ts";
import type { VirtualClock } from "#runtime/clocks.ts";
import { Broken } from "./broken.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Dice } from "./dice.ts";
import { takenOver } from "./growth.ts";
import type { Life } from "./life.ts";
import { isGrown, type Scenario, type Wanted } from "./scenario.ts";
import type { RunWitness } from "./witness.ts";

const FULL_DISK_PAUSE_MS = 10_000;
/** Why a part of a pipeline cannot be run: nothing is there to base it on. */
const REFUSALS: readonly string[] = ["MISSING_RESULT", "NOTHING_TO_TAKE_OVER"];

export type StartsOptions = {
  readonly wanted: Scenario["runs"];
  readonly chronicle: Chronicle;
  readonly dice: Dice;
  readonly virtual: VirtualClock;
  life(): Life | undefined;
  /** The newest name that was given to a run. */
  newest(): string;
};

export class Starts {
  readonly #options: StartsOptions;
  readonly #ids = new Map<number, string>();
  /** Their time has come, or is known. */
  readonly #asked = new Set<number>();
  readonly #refused = new Set<number>();
  /** Started by this life, and perhaps not on disk yet. */
  readonly #starting = new Map<number, Life>();
  readonly #previews = new Map<string, RunPreview>();

  constructor(options: StartsOptions) {
    this.#options = options;
    options.wanted.forEach((wanted, index) => {
      if (!isGrown(wanted)) this.#later(index, wanted.after);
    });
  }

  /** The run of this place in the list. */
  run(index: number): RunWitness | undefined {
    return this.#options.chronicle.witnesses.get(this.#ids.get(index) ?? "");
  }

  /** Whoever waits for the end of a run has seen it. */
  look(): void {
    this.#options.wanted.forEach((wanted, index) => {
      if (!isGrown(wanted) || this.#asked.has(index)) return;
      if (this.#refused.has(wanted.of)) this.#refused.add(index);
      if (this.run(wanted.of)?.ended === true) this.#later(index, wanted.after);
    });
  }

  /** In a new life. What was started and had not reached the disk is started again by whoever wanted it. */
  again(): void {
    for (const index of this.#ids.keys()) if (this.run(index) === undefined) this.#start(index);
  }

  /** What came after the backup never was: who grew from a run waits for its end again. */
  restored(): void {
    this.#options.wanted.forEach((wanted, index) => {
      if (!isGrown(wanted) || this.run(index) !== undefined) return;
      this.#ids.delete(index);
      this.#asked.delete(index);
    });
  }

  get missing(): number {
    const { wanted } = this.#options;
    return wanted.filter((_, index) => !this.#refused.has(index) && this.run(index) === undefined).length;
  }

  /** At the end: each run that grew took over what it should, and each part did what its preview said. Throws Broken. */
  check(): void {
    this.#options.wanted.forEach((wanted, index) => {
      const run = this.run(index);
      if (run === undefined) return;
      const preview = this.#previews.get(run.id);
      if (preview) checkPreview(run, preview);
      const base = isGrown(wanted) ? this.run(wanted.of) : undefined;
      if (base && isGrown(wanted)) checkGrowth(run, takenOver(base, wanted));
    });
  }

  #later(index: number, ms: number): void {
    const { virtual } = this.#options;
    this.#asked.add(index);
    virtual.at(virtual.now() + ms, () => this.#start(index));
  }

  #start(index: number): void {
    const { wanted: all, chronicle, dice } = this.#options;
    const wanted = all[index]!;
    const life = this.#options.life();
    if (this.run(index) !== undefined || this.#starting.get(index) === life) return;
    if (isGrown(wanted) && this.run(wanted.of)?.ended !== true) {
      // It had ended, and then a backup was put back.
      this.#asked.delete(index);
      return;
    }
    // Without an engine the next life starts it.
    this.#ids.set(index, "");
    if (life === undefined) return;
    this.#starting.set(index, life);
    const starting = isGrown(wanted)
      ? this.#grow(life, wanted.of, wanted)
      : this.#begin(life, wanted, dice.number("seed of run", index) % 1_000);
    // Made within the call; that it is on disk is said later, or by no one if the power fails.
    this.#ids.set(index, this.#options.newest());
    starting.then(
      ({ runId }) => {
        if (!life.dead && (this.#ids.get(index) !== runId || this.run(index) === undefined))
          chronicle.fail("start", `${runId} was confirmed and is not on disk`);
      },
      (error: unknown) => {
        if (life.dead) return;
        this.#starting.delete(index);
        this.#ids.set(index, "");
        const code = error instanceof LayerloomError ? error.code : "";
        if (code === "DATABASE_FULL") this.#later(index, FULL_DISK_PAUSE_MS);
        else if (REFUSALS.includes(code) && "part" in wanted) {
          this.#refused.add(index);
          this.#ids.delete(index);
          chronicle.tell(`run ${index} is refused: ${code}`);
        } else chronicle.fail("start", String(error));
      },
    );
  }

  #begin(life: Life, { pipeline, part }: Extract<Wanted, { pipeline: unknown }>, seed: number) {
    const request: StartRequest = {
      text: JSON.stringify(pipeline),
      seed,
      ...(part === undefined ? {} : { partial: part }),
    };
    // Without room a start finds room first, and by that more than was there to be seen.
    if (part === undefined || life.host.health.error) return life.service.startRun(request);
    // Both are worked out before anything else happens, so they are about the same results.
    const preview = life.service.previewRun(request).catch(() => undefined);
    return life.service.startRun(request).then(async (started) => {
      const said = await preview;
      if (said === undefined) throw new Error(`the preview of ${started.runId} refused what was started`);
      this.#previews.set(started.runId, said);
      return started;
    });
  }

  #grow(life: Life, of: number, { from, edited }: { readonly from?: string; readonly edited?: string }) {
    const runId = this.#ids.get(of) ?? "";
    return life.service.retryRun({
      runId,
      ...(from === undefined ? {} : { from }),
      ...(edited === undefined ? {} : { edited: { [edited]: { of: `an edit of ${runId}` } } }),
    });
  }
}

function checkGrowth(run: RunWitness, expected: ReadonlySet<string>): void {
  const first = run.events[0] as EventOf<"RunStarted">;
  const actual = [...(first.reuseFrom?.nodes ?? [])].sort().join();
  if (actual !== [...expected].sort().join())
    throw new Broken("growth", `${run.id} takes over ${actual}, not ${[...expected].sort().join()}`);
}

/** What was said to run first did; what was said to give a result gave it; what was left out has no attempt. */
function checkPreview(run: RunWitness, { nodes }: RunPreview): void {
  const { only } = run.events[0] as EventOf<"RunStarted">;
  for (const { node, does, why } of nodes) {
    const began = run.events.filter((event) => event.event === "AttemptStarted" && event.node === node);
    const first = run.events.find((event) => event.event === "NodeSkipped" && event.node === node);
    const taken = first?.event === "NodeSkipped" && first.activation === 1 && first.reuse === "run";
    const given = does === "taken-over" || (does === "left-out" && why === "outside");
    // A node of the part itself runs again in a later round.
    const mayNot = given && began.some((event) => only?.includes(node) === false || isFirst(event));
    if (mayNot || (does === "runs" && taken))
      throw new Broken("preview", `${node} of ${run.id} was said to be ${does} (${why})`);
  }
}

const isFirst = (event: JournalEvent): boolean => "activation" in event && event.activation === 1;
