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
  for (const event of events) {
    if (event.node !== node || typeof event.attempt !== "number" || typeof event.activation !== "number")
      continue;
    const key = `${event.activation}/${event.attempt}`;
    const at = Date.parse(event.at);
    const end = ENDS[event.event];
    const started = found.get(key);
    if (event.event === "AttemptStarted") {
      found.set(key, { activation: event.activation, attempt: event.attempt, state: "running", at });
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
