/**
 * Holds a journal against the reference interpreter, event by event: each must be one that may happen there next, and
 * conditions are judged a second time. Knows neither core nor host.
 */
import type { PipelineDefinition } from "#contract/definition.ts";
import type {
  Completion,
  EventBody,
  EventOf,
  Failure,
  HumanTaskCard,
  JournalEvent,
} from "#contract/events.ts";
import type { Happening, Possible } from "#test/reference/happening.ts";
import { ReferenceRun } from "#test/reference/interpreter.ts";
import { Broken } from "./broken.ts";
import { type Finishing, holds } from "./conditions.ts";

/** What was to be seen of the event's node before: the task that is open there, its newest failure. */
export type Seen = {
  readonly card: HumanTaskCard | null;
  readonly failure: Failure | null;
  /** While its child runs have the word: how many of them failed, and were partial themselves. */
  readonly children: {
    readonly failed: number;
    readonly partial: number;
    readonly degraded: number;
  } | null;
};

type Phase = Possible["phase"];
type Told = {
  readonly happening: Happening;
  readonly phase: Phase;
  readonly activation: number;
  readonly attempt?: number;
  readonly finishing?: Finishing;
  /** What the output chose out of the node's `next:`. */
  readonly next?: readonly string[] | undefined;
};

/** What conditions see of an attempt that was cut off and is not to be repeated. */
const CUT_OFF = { code: "ACTIVITY_FAILED", message: "cut off", class: "permanent" } as const;

const PHASE_OF_REASON = {
  node: "asking",
  exhausted: "exhausted",
  unsafe: "unsafe",
  fallback: "stuck",
} as const;

export class Referee {
  readonly reference: ReferenceRun;
  readonly #definition: PipelineDefinition;
  #paused = false;

  /** `first`: how a run begins that is of a part, or that grew from another. */
  constructor(definition: PipelineDefinition, first?: EventOf<"RunStarted">) {
    this.#definition = definition;
    const { only, reuseFrom } = first ?? {};
    const given = reuseFrom && new Set(reuseFrom.nodes);
    this.reference = new ReferenceRun(definition, { only: only && new Set(only), given });
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Throws Broken. */
  play(event: JournalEvent, seen: Seen): void {
    switch (event.event) {
      case "RunPaused":
        this.#paused = true;
        return;
      case "RunResumed":
        this.#paused = false;
        return;
      case "CancelRequested":
        this.reference.happen({ what: "cancel" });
        return;
      case "RunEnded": {
        const { ended } = this.reference;
        if (ended === null || (ended !== event.status && event.failure === undefined))
          throw new Broken("reference", `the run ended as ${event.status}, the reference says ${ended}`);
        return;
      }
      default: {
        const told = toldBy(event, seen, (node) => this.#leavesBy(node));
        if (told !== undefined) this.#happen(event, told);
      }
    }
  }

  /** What conditions see of a node that failed for good. */
  #leavesBy(node: string): string {
    return this.#definition.nodes[node]?.default === undefined ? "error" : "ok";
  }

  #happen(event: EventBody, { happening, phase, activation, attempt, finishing, next }: Told): void {
    if (happening.what === "cancel") return;
    const { node } = happening;
    const found = this.reference.possible().find((possible) => possible.node === node);
    const fits =
      found?.phase === phase &&
      found.activation === activation &&
      (attempt === undefined || found.attempt === attempt);
    if (!fits || (this.#paused && happening.what === "started")) {
      const now = found ? `${found.phase} #${found.activation}/${found.attempt}` : "not live";
      const name = `${event.event} of ${node}#${activation}${attempt === undefined ? "" : `/${attempt}`}`;
      const pause = this.#paused ? ", and the run is paused" : "";
      throw new Broken("reference", `${name} came while the reference has the node ${now}${pause}`);
    }
    const judge = (edge: number): boolean => {
      const condition = this.#definition.edges[edge]?.when;
      if (condition === undefined || finishing === undefined)
        throw new Broken("reference", `edge ${edge} is judged at ${event.event}`);
      return holds(condition, finishing, this.reference);
    };
    this.reference.happen(happening, judge, (candidate) => next?.includes(candidate) === true);
  }
}

function toldBy(event: JournalEvent, seen: Seen, failing: (node: string) => string): Told | undefined {
  switch (event.event) {
    case "AttemptStarted":
      return {
        ...of(event, "queued"),
        attempt: event.attempt - 1,
        happening: { what: "started", node: event.node },
      };
    case "ChildrenStarted":
      return {
        ...of(event, "running"),
        attempt: event.attempt,
        happening: { what: "split", node: event.node },
      };
    case "AttemptRefused":
      return {
        ...of(event, "queued"),
        happening: { what: "refused", node: event.node },
        finishing: { node: event.node, outcome: failing(event.node), failure: event.failure },
      };
    case "AttemptSucceeded":
      return {
        ...of(event, seen.children ? "parenting" : "running"),
        attempt: event.attempt,
        happening: {
          what: "succeeded",
          node: event.node,
          outcome: event.outcome,
          partial: (seen.children?.failed ?? 0) + (seen.children?.partial ?? 0) > 0,
          degraded: (seen.children?.degraded ?? 0) > 0,
        },
        finishing: event,
        next: event.next,
      };
    case "AttemptFailed":
      return {
        ...of(event, seen.children ? "parenting" : "running"),
        attempt: event.attempt,
        happening: {
          what: "failed",
          node: event.node,
          class: event.failure.class,
          degraded: (seen.children?.degraded ?? 0) > 0,
        },
        finishing: { node: event.node, outcome: failing(event.node), failure: event.failure },
      };
    case "AttemptLost":
      return {
        ...of(event, "running"),
        attempt: event.attempt,
        happening: { what: "lost", node: event.node },
      };
    case "WaitStarted":
      return {
        ...of(event, "running"),
        attempt: event.attempt,
        happening: { what: "fell asleep", node: event.node },
      };
    case "HumanTaskOpened":
      if (event.card.reason !== "node") return undefined;
      return { ...of(event, "running"), happening: { what: "asked", node: event.node } };
    case "HumanTaskDecided":
      return decided(event, seen, event, failing);
    case "TimerFired":
      return timerFired(event, seen, failing);
    case "NodeSkipped":
      return {
        ...of(event, "judging"),
        happening: {
          what: "judged",
          node: event.node,
          skippedAs: event.outcome,
          degraded: event.degraded === true,
        },
        finishing: event,
        next: event.next,
      };
    case "NodeCached":
      return {
        ...of(event, "seeking"),
        happening: { what: "sought", node: event.node, storedAs: event.outcome },
        finishing: event,
        next: event.next,
      };
    case "SkipDeclined":
      if (event.reason === "not-cached")
        return { ...of(event, "seeking"), happening: { what: "sought", node: event.node, storedAs: null } };
      return {
        ...of(event, "judging"),
        happening: { what: "judged", node: event.node, skippedAs: null },
      };
    default:
      return undefined;
  }
}

function of(event: { readonly activation: number }, phase: Phase) {
  return { activation: event.activation, phase };
}

function decided(
  event: { readonly node: string; readonly activation: number },
  seen: Seen,
  { outcome, next }: Pick<Completion, "outcome" | "next">,
  failing: (node: string) => string,
): Told {
  const { card } = seen;
  if (card === null) throw new Broken("reference", `a decision at ${event.node} without an open task`);
  const failure = refusal(seen, outcome);
  return {
    ...of(event, PHASE_OF_REASON[card.reason]),
    happening: { what: "decided", node: event.node, outcome },
    next,
    finishing: failure
      ? { node: event.node, outcome: failing(event.node), failure }
      : { node: event.node, outcome },
  };
}

function timerFired(
  event: Extract<JournalEvent, { readonly event: "TimerFired" }>,
  seen: Seen,
  leavesBy: (node: string) => string,
): Told {
  const { node, timer, completion, failure } = event;
  if (timer === "retry") return { ...of(event, "retrying"), happening: { what: "retry due", node } };
  const failing = { node, outcome: leavesBy(node), failure };
  if (timer === "wait") {
    if (completion === undefined)
      return { ...of(event, "sleeping"), happening: { what: "woke to fail", node }, finishing: failing };
    const { outcome } = completion;
    return {
      ...of(event, "sleeping"),
      happening: { what: "woke", node, outcome },
      next: completion.next,
      finishing: { node, outcome },
    };
  }
  if (completion !== undefined) return decided(event, seen, completion, leavesBy);
  const { card } = seen;
  if (card === null) throw new Broken("reference", `time ran out at ${node} without an open task`);
  return {
    ...of(event, PHASE_OF_REASON[card.reason]),
    happening: { what: "nobody decided", node },
    finishing: failing,
  };
}

/** Why a node fails that a person does not let go on. */
function refusal({ card, failure }: Seen, outcome: string): Failure | undefined {
  if (card?.reason === "unsafe") return outcome === "retry" ? undefined : CUT_OFF;
  return card?.reason === "fallback" && outcome === "give_up" ? (failure ?? undefined) : undefined;
}
