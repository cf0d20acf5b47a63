/**
 * Equal work is done once at a time: nodes of one pipeline that store what they make, and whose settings are the same in
 * every run, wait for each other. Looks at the journals alone, and only where the key is plain to see.
 */
import type { JournalEvent } from "#contract/events.ts";
import { QUEUED, RETRYING, RUNNING } from "#core/status.ts";
import { Broken } from "./broken.ts";
import type { RunWitness } from "./witness.ts";

export class Flights {
  readonly #witnesses: ReadonlyMap<string, RunWitness>;
  /** A run that is paused hands its flight on, and goes on itself afterwards: then two may make the same. */
  #paused = false;
  #touched = false;

  constructor(witnesses: ReadonlyMap<string, RunWitness>) {
    this.#witnesses = witnesses;
  }

  see(run: RunWitness, event: JournalEvent): void {
    if (event.event === "RunPaused") this.#paused = true;
    if ("node" in event && isPlain(run, event.node)) this.#touched = true;
  }

  /** At the end of a write. */
  check(): void {
    if (this.#paused || !this.#touched) return;
    this.#touched = false;
    const making = new Map<string, string>();
    for (const run of this.#witnesses.values()) {
      if (run.ended || run.state.ending !== null) continue;
      for (const { id, index } of run.plan.nodes) {
        const status = run.state.status[index];
        if (status !== QUEUED && status !== RUNNING && status !== RETRYING) continue;
        if (!isPlain(run, id)) continue;
        const key = `${run.definition.name}/${id}`;
        const other = making.get(key);
        if (other !== undefined)
          throw new Broken("flight", `${other} and ${run.id} both make what ${key} stores`);
        making.set(key, run.id);
      }
    }
  }
}

/** Stored for the pipeline, under a key that nothing in a run changes. */
function isPlain({ definition }: RunWitness, id: string): boolean {
  const { cache, forEach, pin, fallback, retrySafe, with: settings, ...node } = definition.nodes[id]!;
  // What a person allows to be repeated is not looked up again. An engine that finds a node with another model at work
  // does not know what was looked up for it.
  if (cache === undefined || retrySafe === false) return false;
  if (forEach !== undefined || pin !== undefined || fallback !== undefined) return false;
  if (cache.key !== undefined || (cache.scope ?? "pipeline") !== "pipeline") return false;
  return node.uses !== "pipeline" && !JSON.stringify(settings ?? {}).includes("${{");
}
