/** FORMAT.md §2: how a run's status reads in a shell. */
import type { RunStatus } from "#contract/events.ts";

export const EXIT_CANCELLED = 130;
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
