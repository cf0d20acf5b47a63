/**
 * Finds runs by their id: live ones with the host, ended ones in the store, and those that an earlier engine left open,
 * which it hands to the host to go on. Starts and steers none.
 */
import { LayerloomError } from "#contract/errors.ts";
import { isFinal } from "#contract/events.ts";
import { startedChildren } from "#core/children.ts";
import { runStatus } from "#core/view.ts";
import type { RunRow, Store } from "#ports/store.ts";
import type { Host } from "./host.ts";
import type { LiveRun } from "./live-run.ts";
import { readRun } from "./recover.ts";

export class RunFinder {
  readonly #host: Host;
  readonly #store: Store;

  constructor(host: Host, store: Store) {
    this.#host = host;
    this.#store = store;
  }

  /** Throws NOT_FOUND. */
  row(runId: string): RunRow {
    const row = this.#host.runs.get(runId)?.row ?? this.#store.run(runId);
    if (!row)
      throw new LayerloomError("NOT_FOUND", `there is no run "${runId}"`, {
        hint: "`layerloom runs list` shows the runs.",
      });
    return row;
  }

  /** As it is on disk while nothing can be recorded. Throws NOT_FOUND. */
  find(runId: string): LiveRun {
    const live = this.#host.runs.get(runId);
    if (live) return live.shown;
    return this.#read(this.row(runId));
  }

  /** From the store, with its children that have not ended. An item reads the names of its parent, so that is there too. */
  #read(row: RunRow, parent?: LiveRun): LiveRun {
    const { programs } = this.#host;
    const damaged = this.#host.health.state === "read-only";
    const run = readRun(row, programs.of(row.text, row.file ?? undefined), this.#store, damaged);
    if (row.parent) run.parent = parent ?? this.find(row.parent.runId);
    for (const { childRunId } of startedChildren(run.program.plan, run.state)) {
      const child = this.#store.run(childRunId);
      if (child && !isFinal(child.status)) run.children.add(this.#read(child, run));
    }
    return run;
  }

  /** Children come with their roots. A run that cannot be read is left where it is: resuming it says why. */
  adoptAll(paused = false): void {
    for (const row of this.#store.openRuns()) {
      if (row.parent) continue;
      try {
        this.adopt(row, paused);
      } catch (thrown) {
        if (!(thrown instanceof LayerloomError) || this.#host.health.state !== "ok") throw thrown;
      }
    }
  }

  adoptById(runId: string): void {
    this.adopt(this.row(runId));
  }

  /**
   * Takes over a run that an earlier engine left open, by the root of its tree; `paused`: it goes on when somebody
   * resumes it.
   */
  adopt(row: RunRow, paused = false): void {
    if (row.parent && !isFinal(row.status)) {
      this.adopt(this.row(row.parent.runId), paused);
      return;
    }
    if (isFinal(row.status))
      throw new LayerloomError("RUN_ENDED", `the run ${row.id} has ended: ${row.status}`, {
        hint: "`layerloom runs retry` starts it again.",
      });
    const host = this.#host;
    const run = readRun(row, host.programs.of(row.text, row.file ?? undefined), this.#store);
    run.base = this.#baseOf(run);
    host.recover(run);
    if (paused && runStatus(run.program.plan, run.state) !== "paused") host.feed(run, { event: "RunPaused" });
  }

  /** Undefined when it is gone or can no longer be read: what was to be taken over runs, or is left out. */
  #baseOf({ state }: LiveRun): LiveRun | undefined {
    try {
      return state.reuseRunId === null ? undefined : this.find(state.reuseRunId);
    } catch (thrown) {
      if (thrown instanceof LayerloomError) return undefined;
      throw thrown;
    }
  }
}
