/**
 * Status numbers of nodes and edges as the state keeps them, ordered so that groups are ranges. Skins never see
 * them: `view.ts` turns them into words.
 */

import type { NodeStatus } from "#contract/events.ts";
import type { EdgeView } from "#contract/run.ts";

export const IDLE = 0;
// live: something is still to come from outside
export const JUDGING = 1;
/** A stored result is looked for, or one that is being made. */
export const SEEKING = 2;
export const QUEUED = 3;
export const RUNNING = 4;
export const RETRYING = 5;
// waiting: holds no slot
export const SLEEPING = 6;
/** Its child runs have the word. */
export const PARENTING = 7;
// for a person: its own question, a loop that ran out, an attempt that must not repeat by itself, the end of a chain
export const ASKING = 8;
export const EXHAUSTED = 9;
export const UNSAFE = 10;
export const STUCK = 11;
// settled
export const SUCCEEDED = 12;
export const SKIPPED = 13;
export const CACHED = 14;
export const DEGRADED = 15;
export const FAILED = 16;
export const CANCELLED = 17;
export const NOT_REACHED = 18;

export const isLive = (status: number): boolean => status >= JUDGING && status <= STUCK;
export const isWaiting = (status: number): boolean => status >= SLEEPING && status <= STUCK;
/** Not begun yet: a pause holds it back. */
export const isHeldBack = (status: number): boolean => status >= JUDGING && status <= QUEUED;
export const isForPeople = (status: number): boolean => status >= ASKING && status <= STUCK;

/** By status number. */
export const NODE_STATUS_NAMES: readonly NodeStatus[] = [
  "idle",
  "queued",
  "queued",
  "queued",
  "running",
  "retrying",
  "waiting",
  "waiting",
  "waiting",
  "waiting",
  "waiting",
  "waiting",
  "succeeded",
  "skipped",
  "cached",
  "degraded",
  "failed",
  "cancelled",
  "not_reached",
];

export const PENDING = 0;
export const TAKEN = 1;
export const DEAD = 2;
/** Dead because of a failure that nobody took: whoever must wait for all cannot go on. */
export const BLOCKED = 3;

/** By edge state number. */
export const EDGE_STATE_NAMES: readonly EdgeView["state"][] = ["pending", "taken", "dead", "dead"];
