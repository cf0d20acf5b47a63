/**
 * Status numbers of nodes and edges as the state keeps them, ordered so that groups are ranges. Skins never see
 * them: `view.ts` turns them into words.
 */

import type { NodeStatus } from "#contract/events.ts";
import type { EdgeView } from "#contract/run.ts";

export const IDLE = 0;
// live: something is still to come from outside
export const JUDGING = 1;
export const QUEUED = 2;
export const RUNNING = 3;
export const RETRYING = 4;
// waiting: holds no slot
export const SLEEPING = 5;
/** Its child runs have the word. */
export const PARENTING = 6;
// for a person: its own question, a loop that ran out, an attempt that must not repeat by itself, the end of a chain
export const ASKING = 7;
export const EXHAUSTED = 8;
export const UNSAFE = 9;
export const STUCK = 10;
// settled
export const SUCCEEDED = 11;
export const SKIPPED = 12;
export const CACHED = 13;
export const DEGRADED = 14;
export const FAILED = 15;
export const CANCELLED = 16;
export const NOT_REACHED = 17;

export const isLive = (status: number): boolean => status >= JUDGING && status <= STUCK;
export const isWaiting = (status: number): boolean => status >= SLEEPING && status <= STUCK;
export const isForPeople = (status: number): boolean => status >= ASKING && status <= STUCK;

/** By status number. */
export const NODE_STATUS_NAMES: readonly NodeStatus[] = [
  "idle",
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
