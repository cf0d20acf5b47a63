/** FORMAT.md §2: how a run's status reads in a shell. */
import type { RunStatus } from "#contract/events.ts";

export const EXIT_CANCELLED = 130;
/** As a shell names the end by a signal: 128 and its number. */
export const EXIT_HUNG_UP = 129;
export const EXIT_TERMINATED = 143;
const EXIT_WAITING = 3;

export function exitCodeOf(status: RunStatus): number {
  switch (status) {
    case "completed":
      return 0;
    case "partial":
      return 4;
    case "cancelled":
      return EXIT_CANCELLED;
    case "failed":
      return 1;
    default:
      return EXIT_WAITING;
  }
}
