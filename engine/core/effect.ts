/**
 * What the core asks its host to do. Effects are requests, not facts: nothing of them is journalled, and after a
 * crash `outstanding(plan, state)` states them again from the recovered state alone.
 */
import type { FinalRunStatus, HumanTaskCard, TimerKind } from "#contract/events.ts";

type OfNode = { readonly node: string; readonly activation: number };

export type Effect =
  /**
   * The node is ready. When it has been granted a slot the host answers with AttemptStarted (which yields
   * DispatchAttempt).
   */
  | ({ readonly type: "Enqueue"; readonly attempt: number } & OfNode)
  /** The attempt was recorded as started: perform the activity, answer with AttemptSucceeded, AttemptFailed, WaitStarted or HumanTaskOpened. */
  | ({
      readonly type: "DispatchAttempt";
      readonly attempt: number;
      /** 1-based number of this try over the whole run. */
      readonly tryOfRun: number;
    } & OfNode)
  /** Stop a running attempt; its result can no longer be delivered. */
  | ({ readonly type: "CancelAttempt"; readonly attempt: number } & OfNode)
  /**
   * The node is ready but may be skipped: `when` (its own condition, to be judged now) or a taken skip edge, or a
   * result taken over from another run. Answer with NodeSkipped or SkipDeclined.
   */
  | ({
      readonly type: "JudgeSkip";
      readonly cause:
        | { readonly by: "node" }
        | { readonly by: "edge"; readonly edge: number }
        | { readonly by: "run" }
        | { readonly by: "pin" }
        | { readonly by: "cache" };
    } & OfNode)
  | ({ readonly type: "SetTimer"; readonly timer: TimerKind; readonly fireAt: number } & OfNode)
  /** The timer's reason is gone. Cancelling a timer that was never set is allowed. */
  | ({ readonly type: "ClearTimer"; readonly timer: TimerKind } & OfNode)
  /**
   * A loop ran out (`exhausted`), a cut-off attempt must not repeat (`unsafe`) or a chain ends with a person
   * (`fallback`): answer with HumanTaskOpened.
   */
  | ({
      readonly type: "OpenHumanTask";
      readonly reason: Exclude<HumanTaskCard["reason"], "node">;
      readonly outcomes: readonly string[];
    } & OfNode)
  /**
   * Start the child run of this item: ChildStarted, then ChildEnded. Stated only for as many at once as
   * `maxConcurrent` lets.
   */
  | ({ readonly type: "StartChild"; readonly item: number } & OfNode)
  /** Cancel the children that still run. */
  | ({ readonly type: "CancelChildren" } & OfNode)
  /** All children ended, or one failed that may not: answer with AttemptSucceeded or AttemptFailed. */
  | ({ readonly type: "CollectChildren"; readonly attempt: number } & OfNode)
  /** The task is no longer open (decided, timed out, re-opened by a loop, cancelled): take it out of the inbox. */
  | ({ readonly type: "CloseHumanTask" } & OfNode)
  /** Nothing is left to do: evaluate `output:` and answer with RunEnded of this status. */
  | { readonly type: "EndRun"; readonly status: FinalRunStatus };
