/** The words in which a run is told what happens, and says where it is and what may happen next. Knows no rules. */
import type { FailureClass } from "#contract/events.ts";

/**
 * Where a node is. `judging`: may be skipped. `seeking`: may be stored. `parenting`: its child runs have the word.
 * `asking`, `exhausted`, `unsafe`, `stuck`: a person has it.
 */
export type Phase =
  | "idle"
  | "judging"
  | "seeking"
  | "queued"
  | "running"
  | "retrying"
  | "sleeping"
  | "parenting"
  | "asking"
  | "exhausted"
  | "unsafe"
  | "stuck"
  | "succeeded"
  | "skipped"
  | "cached"
  | "degraded"
  | "failed"
  | "cancelled"
  | "not_reached";

export const LIVE: readonly Phase[] = [
  "judging",
  "seeking",
  "queued",
  "running",
  "retrying",
  "sleeping",
  "parenting",
  "asking",
  "exhausted",
  "unsafe",
  "stuck",
];
export const WAITING: readonly Phase[] = ["sleeping", "parenting", "asking", "exhausted", "unsafe", "stuck"];

export type Happening =
  | {
      readonly what: "judged";
      readonly node: string;
      readonly skippedAs: string | null;
      /** What it takes over was. */
      readonly degraded?: boolean;
    }
  | { readonly what: "sought"; readonly node: string; readonly storedAs: string | null }
  | { readonly what: "started"; readonly node: string }
  | { readonly what: "refused"; readonly node: string }
  /** It is done by child runs. What they left may be `partial`, some failed, and made of something degraded. */
  | { readonly what: "split"; readonly node: string }
  | {
      readonly what: "succeeded";
      readonly node: string;
      readonly outcome: string;
      readonly partial?: boolean;
      readonly degraded?: boolean;
    }
  | {
      readonly what: "failed";
      readonly node: string;
      readonly class: FailureClass;
      readonly degraded?: boolean;
    }
  | { readonly what: "lost"; readonly node: string }
  | { readonly what: "fell asleep"; readonly node: string }
  | { readonly what: "woke"; readonly node: string; readonly outcome: string }
  | { readonly what: "woke to fail"; readonly node: string }
  | { readonly what: "retry due"; readonly node: string }
  | { readonly what: "asked"; readonly node: string }
  | { readonly what: "decided"; readonly node: string; readonly outcome: string }
  | { readonly what: "nobody decided"; readonly node: string }
  | { readonly what: "cancel" };

/** Does the `when` of this edge hold, now that its source finishes? Asked only of edges that have one. */
export type Holds = (edge: number) => boolean;
/** Is this candidate of `next:` chosen by the output of the node that finishes? */
export type Chooses = (candidate: string) => boolean;
/** How a run begins that is not one of the whole: which nodes may run at all, and which give the result of another run. */
export type Beginning = {
  readonly only?: ReadonlySet<string> | undefined;
  readonly given?: ReadonlySet<string> | undefined;
};

/** Something that may happen next. `why` of a judging: the node's own skip, or the edge that marked it. */
export type Possible = {
  readonly node: string;
  readonly activation: number;
  readonly phase: Phase;
  readonly attempt: number;
  readonly why: string;
};

export function isWaiting(
  phase: Phase,
): phase is "sleeping" | "parenting" | "asking" | "exhausted" | "unsafe" | "stuck" {
  return WAITING.includes(phase);
}
