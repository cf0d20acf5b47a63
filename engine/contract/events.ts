/**
 * The journal: what happened in a run, in the past tense, in order.
 *
 * Two sorts. *Driving* events carry everything that came from outside the core (results, verdicts of
 * conditions, decisions, time); replaying them in order rebuilds the state. *Derived* events (`DERIVED`) say what
 * the core concluded; they are written for people and are ignored by replay.
 * `seq` counts from 1 within a run and has no gaps. `at` is epoch milliseconds (virtual under simulation).
 */
import type { EdgeKind } from "./definition.ts";
import type { ErrorCode } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";

export type FailureClass = "transient" | "permanent" | "quality";

/** A failure of an attempt, as it is journalled and shown. */
export type Failure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly class: FailureClass;
  readonly hint?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** Class name of the error that was thrown, such as `RateLimitError`. */
  readonly error?: string | undefined;
  /** The row of the failure table that gave the class: `built-in: …`, `pipeline: 2`, `node: 1`. */
  readonly rule?: string | undefined;
  /** A child run of the node failed: which one, and what it says of its own failure. */
  readonly child?: FailedChild | undefined;
};

/** `item`: 0-based place in the list of `forEach`, absent without one. `runId` absent: it could not be started. */
export type FailedChild = {
  readonly item?: number | undefined;
  readonly runId?: string | undefined;
  readonly class: FailureClass;
  readonly rule?: string | undefined;
};

/** A JSON value: small ones in place, larger ones by content hash (SHA-256, hex; size in bytes of UTF-8). */
export type ValueRef = { readonly value: Json } | { readonly hash: string; readonly size: number };

export type Usage = { readonly usd?: number; readonly tokens?: number };

/**
 * What a node leaves behind when it finishes, judged by the host at that moment.
 * `verdicts`: edge index → does its `when` hold; only for out-edges that have one and whose `on` matches.
 * `feedback`: loop edge index → the evaluated feedback; only for loop edges that may be taken.
 */
export type Completion = {
  readonly outcome: string;
  readonly output: ValueRef;
  readonly verdicts?: Readonly<Record<string, boolean>> | undefined;
  readonly feedback?: Readonly<Record<string, ValueRef>> | undefined;
  /** Loop edge index → the evaluated `adjust`; only for loop edges that may be taken and have one. */
  readonly adjust?: Readonly<Record<string, ValueRef>> | undefined;
  /** Nodes that the output chose out of `next:`. */
  readonly next?: readonly string[] | undefined;
};

/** What a child run leaves to its parent's node. */
export type ChildEnd = {
  readonly status: FinalRunStatus;
  readonly output: ValueRef;
  readonly failure?: Failure | undefined;
  readonly usage?: Usage | undefined;
  /** US dollars that its attempts may have cost besides. */
  readonly unsettledUsd?: number | undefined;
  readonly degraded?: boolean | undefined;
};

export type HumanTaskCard = {
  readonly title: string;
  readonly instructions?: string | undefined;
  readonly payload?: Json | undefined;
  /** In the journal, in place of a large payload. */
  readonly payloadRef?: ValueRef | undefined;
  /** The outcomes a person may choose from, in order. */
  readonly outcomes: readonly string[];
  /**
   * `node`: a human node. `exhausted`: a loop ran out. `unsafe`: an attempt was cut off and must not repeat by itself.
   * `fallback`: the last link of a fallback chain is a person.
   */
  readonly reason: "node" | "exhausted" | "unsafe" | "fallback";
  /** Epoch ms at which `onTimeout` (an outcome; absent: the node fails) is taken. */
  readonly timeoutAt?: number | undefined;
  readonly onTimeout?: string | undefined;
};

/** Where in the tree of runs a child stands. `item`: 0-based place in the list of `forEach`, null without one. */
export type ParentOfRun = {
  readonly runId: string;
  readonly node: string;
  readonly activation: number;
  readonly item: number | null;
  /** Of the child: its parent's plus 1 for a sub-pipeline, its parent's own for an item. */
  readonly depth: number;
};

export type TimerKind = "retry" | "wait" | "human";

type OfNode = { readonly node: string; readonly activation: number };
type OfAttempt = OfNode & { readonly attempt: number };

export type EventBody =
  // driving
  | {
      readonly event: "RunStarted";
      readonly runId: string;
      readonly pipeline: string;
      readonly seed: number;
      readonly inputs: ValueRef;
      /** Nodes whose result is taken over from another run instead of being run (retry from a failure). */
      readonly reuseFrom?:
        | {
            readonly runId: string;
            readonly nodes: readonly string[];
            /** Outputs that a person edited, in place of the recorded ones. */
            readonly edited?: Readonly<Record<string, ValueRef>> | undefined;
            /** Nodes done by child runs, of which only those children start that had not succeeded. */
            readonly continued?: readonly string[] | undefined;
          }
        | undefined;
      /** Only these nodes run; all others are not reached. */
      readonly only?: readonly string[] | undefined;
      readonly parent?: ParentOfRun | undefined;
    }
  /** `reserved`: US dollars set aside for it out of a budget, the most that it may cost. */
  | ({ readonly event: "AttemptStarted"; readonly reserved?: number | undefined } & OfAttempt)
  | ({ readonly event: "AttemptSucceeded"; readonly usage?: Usage | undefined } & OfAttempt & Completion)
  | ({
      readonly event: "AttemptFailed";
      readonly failure: Failure;
      readonly usage?: Usage | undefined;
      /** Nobody will ever say what it cost: what was reserved for it counts as spent. */
      readonly unsettled?: true | undefined;
      /** Uniform in [0, 1): the only randomness that retry delays know. */
      readonly random: number;
      /** As in `Completion`, judged with `error` in place of the output: for `error` edges, and for the rest when `default:` is set. */
      readonly verdicts?: Readonly<Record<string, boolean>> | undefined;
      readonly feedback?: Readonly<Record<string, ValueRef>> | undefined;
      readonly adjust?: Readonly<Record<string, ValueRef>> | undefined;
    } & OfAttempt)
  /**
   * No attempt was made: the breaker of the service is open and the chain has another link, or there is no money left
   * for it. With the judgement of `AttemptFailed` where the chain has no other link.
   */
  | ({
      readonly event: "AttemptRefused";
      readonly failure: Failure;
      readonly random: number;
      readonly verdicts?: Readonly<Record<string, boolean>> | undefined;
      readonly feedback?: Readonly<Record<string, ValueRef>> | undefined;
      readonly adjust?: Readonly<Record<string, ValueRef>> | undefined;
    } & OfNode)
  /** The attempt is done by child runs, `count` of them. It holds no slot meanwhile and ends by AttemptSucceeded or AttemptFailed. */
  | ({
      readonly event: "ChildrenStarted";
      readonly count: number;
      /** The list of `forEach`. */
      readonly items?: ValueRef | undefined;
      /** `{ text, file }` of the sub-pipeline, where all children share one. */
      readonly source?: ValueRef | undefined;
    } & OfAttempt)
  | ({ readonly event: "ChildStarted"; readonly item: number; readonly childRunId: string } & OfNode)
  /** In place of a start: that child of the run that this one grew from had succeeded. What it cost was counted there. */
  | ({ readonly event: "ChildTakenOver"; readonly item: number; readonly childRunId: string } & OfNode &
      Pick<ChildEnd, "status" | "output" | "degraded">)
  | ({ readonly event: "ChildEnded"; readonly item: number } & OfNode & ChildEnd)
  /** How far recovery has got in a child that runs: levels 3 and 4 are its parent's too, below them it is 0. */
  | ({ readonly event: "ChildEscalated"; readonly item: number } & OfNode & ChildStanding)
  /** A stored result was taken. `storedAt` epoch ms; `saved`: what the original cost. */
  | ({
      readonly event: "NodeCached";
      readonly storedAt: number;
      readonly saved: Usage;
    } & OfNode &
      Completion)
  /** What a guess has come to; its cost counts either way, a confirmed one's with its attempt. */
  | {
      readonly event: "SpeculationEnded";
      readonly node: string;
      /** The node whose output was guessed. */
      readonly of: string;
      /** Its last output, or what it had given of the new one. Older journals do not say: the last. */
      readonly on?: "last" | "partial" | undefined;
      readonly verdict: "confirmed" | "refuted" | "abandoned";
      readonly usage?: Usage | undefined;
    }
  /** The attempt was in flight when the engine died; it did not deliver and will be tried again under the same number. */
  | ({ readonly event: "AttemptLost" } & OfAttempt)
  /** The activity asked to sleep until `wakeAt`, then to succeed with this completion. Holds no slot meanwhile. */
  | ({ readonly event: "WaitStarted"; readonly wakeAt: number } & OfAttempt)
  | ({ readonly event: "HumanTaskOpened"; readonly card: HumanTaskCard } & OfNode)
  | ({
      readonly event: "HumanTaskDecided";
      readonly by: "person" | "timeout" | "simulated";
      readonly comment?: string | undefined;
    } & OfNode &
      Completion)
  | ({
      readonly event: "TimerFired";
      readonly timer: TimerKind;
      readonly completion?: Completion | undefined;
      /** In place of a completion: the node fails for good, by nobody's answer or by an out-edge that cannot be judged. */
      readonly failure?: Failure | undefined;
      readonly verdicts?: Readonly<Record<string, boolean>> | undefined;
      readonly feedback?: Readonly<Record<string, ValueRef>> | undefined;
      readonly adjust?: Readonly<Record<string, ValueRef>> | undefined;
    } & OfNode)
  | ({
      readonly event: "NodeSkipped";
      readonly reuse: "last" | "none" | "value" | "run" | "pin";
      /** What was taken over from another run was degraded there. */
      readonly degraded?: true | undefined;
    } & OfNode &
      Completion)
  /** The skip did not hold or had nothing to reuse: the node runs. */
  | ({
      readonly event: "SkipDeclined";
      readonly reason: "condition" | "nothing-stored" | "not-cached";
    } & OfNode)
  | { readonly event: "RunPaused" }
  | { readonly event: "RunResumed" }
  | { readonly event: "CancelRequested"; readonly reason?: string | undefined }
  | {
      readonly event: "RunEnded";
      readonly status: FinalRunStatus;
      readonly output: ValueRef;
      readonly failure?: Failure | undefined;
    }
  // derived
  | {
      readonly event: "EdgeTaken";
      readonly from: string;
      readonly to: string;
      readonly kind: EdgeKind;
      readonly edge: number;
    }
  | {
      readonly event: "LoopTaken";
      readonly from: string;
      readonly to: string;
      readonly edge: number;
      readonly count: number;
      readonly max: number;
      readonly feedback?: ValueRef | undefined;
      readonly adjust?: ValueRef | undefined;
      /** What the target had given before, where it had. */
      readonly draft?: ValueRef | undefined;
      /** Nodes re-opened, the target first. */
      readonly reopened: readonly string[];
    }
  | {
      readonly event: "LoopExhausted";
      readonly from: string;
      readonly to: string;
      readonly edge: number;
      readonly max: number;
      readonly onExhausted: "escalate" | "fail" | "continue" | "edge";
    }
  | ({ readonly event: "TimerSet"; readonly timer: TimerKind; readonly fireAt: number } & OfNode)
  | ({
      readonly event: "AttemptCancelled";
      readonly reason: "loop" | "run-cancelled" | "stopped";
    } & OfAttempt)
  /** Everything that failed without an error edge or default. */
  | ({ readonly event: "NodeFailed"; readonly failure: Failure; readonly handled: boolean } & OfNode)
  | { readonly event: "NodeNotReached"; readonly node: string }
  /** `link` 1-based in `fallback:`; `to` in words: a model, `template`, `human`. */
  | ({
      readonly event: "FallbackTaken";
      readonly link: number;
      readonly to: string;
      readonly failure: Failure;
    } & OfNode)
  | {
      readonly event: "EscalationChanged";
      readonly level: EscalationLevel;
      readonly reason: EscalationReason;
      readonly node: string;
      /** Down to the node that it is about, where that is one of a child run. */
      readonly path?: readonly ChildStep[] | undefined;
    }
  | ({
      readonly event: "BreakerChanged";
      readonly service: string;
      readonly state: "open" | "half-open" | "closed";
      readonly until?: number | undefined;
    } & OfNode);

/** 0 none, 1 recovers by itself, 2 degraded, 3 a person is told while recovery goes on, 4 a person is needed. */
export type EscalationLevel = 0 | 1 | 2 | 3 | 4;
export type EscalationReason =
  | "recovered"
  | "retry"
  | "fallback"
  | "default"
  | "repeated-failures"
  | "exhausted"
  | "unsafe"
  | "chain-ended"
  | "failed";

/** A node of a child run. `item`: the child's place in the list of its parent's node, null without a list. */
export type ChildStep = { readonly runId: string; readonly item: number | null; readonly node: string };
/** `path` is empty at level 0. */
export type ChildStanding = {
  readonly level: EscalationLevel;
  readonly reason: EscalationReason;
  readonly path: readonly ChildStep[];
};

export type EventName = EventBody["event"];
export type EventOf<N extends EventName> = Extract<EventBody, { readonly event: N }>;
export type JournalEvent = { readonly seq: number; readonly at: number } & EventBody;

export const DERIVED: ReadonlySet<EventName> = new Set<EventName>([
  "EdgeTaken",
  "LoopTaken",
  "LoopExhausted",
  "TimerSet",
  "AttemptCancelled",
  "NodeFailed",
  "NodeNotReached",
  "FallbackTaken",
  "EscalationChanged",
  "BreakerChanged",
]);

export const RUN_STATUSES = [
  "queued",
  "running",
  "waiting",
  "paused",
  "completed",
  "partial",
  "failed",
  "cancelled",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export type FinalRunStatus = "completed" | "partial" | "failed" | "cancelled";

export const NODE_STATUSES = [
  "idle",
  "queued",
  "running",
  "retrying",
  "waiting",
  "paused",
  "succeeded",
  "skipped",
  "cached",
  "degraded",
  "failed",
  "cancelled",
  "not_reached",
] as const;
export type NodeStatus = (typeof NODE_STATUSES)[number];

export function isFinal(status: RunStatus): status is FinalRunStatus {
  return status === "completed" || status === "partial" || status === "failed" || status === "cancelled";
}

/** A journal event as `--json` and the REST API print it: ISO time, inline values in place of refs where known. */
export type PrintedEvent = {
  readonly type: "event";
  readonly seq: number;
  readonly at: string;
  readonly event: EventName;
} & JsonObject;
