/** Builds runs back from the store: the newest checkpoint, then the driving events after it. Performs nothing. */
import { DERIVED, type EventBody, type JournalEvent } from "#contract/events.ts";
import { decodeState } from "#core/state.ts";
import { transition } from "#core/transition.ts";
import type { RunRow, Store } from "#ports/store.ts";
import { LiveRun, type RunSettings } from "./live-run.ts";
import type { Program } from "./program.ts";

/**
 * The run as its journal left it. Throws DATABASE_DAMAGED when that is not as it was written, unless it is only to be
 * looked at: then as far as it can be followed.
 */
export function readRun(row: RunRow, program: Program, store: Store, asFarAsWhole = false): LiveRun {
  const checkpoint = store.checkpoint(row.id);
  const state = checkpoint && decodeState(program.plan, checkpoint.state);
  const run = new LiveRun(row, row.settings as RunSettings, program, state);
  // A checkpoint of an older version is no use; the journal always is.
  run.seq = state === undefined ? 0 : (checkpoint?.seq ?? 0);
  try {
    for (const event of store.tail(row.id, run.seq)) replay(run, event);
  } catch (thrown) {
    if (!asFarAsWhole) throw thrown;
  }
  return run;
}

function replay(run: LiveRun, event: JournalEvent): void {
  run.seq = event.seq;
  run.eventsSinceCheckpoint += 1;
  if (DERIVED.has(event.event)) return;
  const { seq: _seq, at, ...body } = event;
  transition(run.program.plan, run.state, body as EventBody, at);
}
