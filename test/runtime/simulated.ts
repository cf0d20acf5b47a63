/** Runs a pipeline text in virtual time and gives the result with its events, for tests of what a graph means. */
import type { PrintedEvent } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import type { RunResult } from "#contract/run.ts";
import { simulate } from "#engine/open.ts";

export type Simulated = { readonly run: RunResult["run"]; readonly events: readonly PrintedEvent[] };

export async function simulated(
  text: string,
  options: { inputs?: JsonObject; seed?: number; faults?: number; workspace?: string } = {},
): Promise<Simulated> {
  const events: PrintedEvent[] = [];
  const { workspace = ".", ...rest } = options;
  const { run } = await simulate({ text, workspace, ...rest, onEvent: (event) => events.push(event) });
  return { run, events };
}

/** Seconds of virtual time at which attempts of a node started. */
export function startsOf(events: readonly PrintedEvent[], node: string): readonly number[] {
  return events
    .filter((event) => event.event === "AttemptStarted" && event.node === node)
    .map(({ at }) => Date.parse(at) / 1000);
}
