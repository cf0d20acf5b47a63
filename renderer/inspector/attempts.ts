/** The attempts of one node, read from the journal of a run. Pure. */
import type { Failure, NodeStatus, PrintedEvent } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";

export type Attempt = {
  readonly activation: number;
  readonly attempt: number;
  readonly state: NodeStatus;
  readonly outcome?: string | undefined;
  readonly error?: Pick<Failure, "code" | "message" | "class" | "rule"> | undefined;
  readonly ms?: number | undefined;
  /** The link of the fallback chain that made it: a model, `template`, `human`. */
  readonly by?: string | undefined;
  /** Of the first attempt of a round: what the loop had brought that began the round. */
  readonly back?: SentBack | undefined;
};

export type SentBack = {
  readonly from: string;
  readonly feedback?: Json | undefined;
  readonly adjust?: Json | undefined;
  readonly draft?: Json | undefined;
};

const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** What ends an attempt, and the state that it leaves behind. */
const ENDS: Readonly<Record<string, NodeStatus>> = {
  AttemptSucceeded: "succeeded",
  AttemptFailed: "failed",
  AttemptCancelled: "cancelled",
  AttemptLost: "cancelled",
};

export function attemptsOf(events: readonly PrintedEvent[], node: string): readonly Attempt[] {
  const found = new Map<string, Attempt & { readonly at: number }>();
  let back: SentBack | undefined;
  let by: string | undefined;
  for (const event of events) {
    if (event.event === "LoopTaken" && event.to === node) {
      const { from, feedback, adjust, draft } = event;
      back = { from: text(from) ?? "", feedback, adjust, draft };
      by = undefined;
    }
    if (event.event === "FallbackTaken" && event.node === node) by = text(event.to);
    if (event.node !== node || typeof event.attempt !== "number" || typeof event.activation !== "number")
      continue;
    const key = `${event.activation}/${event.attempt}`;
    const at = Date.parse(event.at);
    const end = ENDS[event.event];
    const started = found.get(key);
    if (event.event === "AttemptStarted") {
      const { activation, attempt } = event;
      found.set(key, { activation, attempt, state: "running", at, ...(by && { by }), ...(back && { back }) });
      back = undefined;
    } else if (end && started) {
      found.set(key, {
        ...started,
        state: end,
        ms: at - started.at,
        outcome: text(event.outcome),
        error: event.error as Attempt["error"],
      });
    }
  }
  return [...found.values()].map(({ at: _, ...attempt }) => attempt);
}
