/** What the follower of a run tells a view. A view only prints; it decides nothing. */

import type { RunPicture } from "#cli/run-picture.ts";
import type { PrintedEvent } from "#contract/events.ts";
import type { RunResult } from "#contract/run.ts";

export interface RunView {
  /** Absent: the view does not need the journal, and it is not read. */
  readonly onEvents?: (events: readonly PrintedEvent[]) => void;
  onPicture(picture: RunPicture): void;
  /** A word to the person that is no part of the run. */
  note(text: string): void;
  /** The run ended, or waits and nobody waits with it. */
  onEnd(result: RunResult, picture: RunPicture): void;
  /** Gives the terminal back, whatever happened. */
  close(): void;
}
