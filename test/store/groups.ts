/** The commits that a crash test makes and checks: group n holds events, one memory entry and one blob. */
import type { Commit, Store } from "#ports/store.ts";
import { events, runRow } from "./contract-suite.ts";

export const GROUP = 7;
export const openedRun = runRow("run-1");

export function groupCommit(group: number): Commit {
  return {
    events: [{ runId: openedRun.id, events: events((group - 1) * GROUP + 1, GROUP) }],
    memory: [{ name: "groups", op: "append", value: group, at: group, runId: openedRun.id }],
    blobs: [{ hash: `hash-${group}`, json: JSON.stringify("x".repeat(1000)) }],
    checkpoints: [{ runId: openedRun.id, seq: group * GROUP, state: `after ${group}` }],
  };
}

/** How many groups are there, having checked that each is there wholly and in order, and that no part of another is. */
export function wholeGroups(store: Store): number {
  const journal = store.events(openedRun.id, 0, 1_000_000);
  const groups = journal.length / GROUP;
  const gapless = journal.every((event, index) => event.seq === index + 1);
  if (!gapless || !Number.isInteger(groups)) throw new Error(`the journal has ${journal.length} events`);
  const remembered = store.memory("groups");
  if ((remembered?.version ?? 0) !== groups)
    throw new Error(`memory says ${remembered?.version}, not ${groups}`);
  if (groups > 0 && store.checkpoint(openedRun.id)?.state !== `after ${groups}`)
    throw new Error("no checkpoint");
  for (let group = 1; group <= groups + 1; group += 1) {
    if ((store.blob(`hash-${group}`) !== undefined) !== group <= groups) throw new Error(`blob ${group}`);
  }
  return groups;
}
