/**
 * Turns a run's events into bars: when each node worked, waited, or waited for a person, round by round.
 * Fed event by event, so that a long run costs only what is new. Knows nothing of pixels.
 */
import type { EventName } from "#contract/events.ts";
import type { NodeStatus, PrintedEvent } from "#renderer/runs/printed-event.ts";

export type BarKind = "attempt" | "wait" | "human" | "mark";
export type Bar = {
  readonly kind: BarKind;
  readonly activation: number;
  readonly attempt: number;
  readonly start: number;
  /** Undefined while it goes on. */
  end: number | undefined;
  status: NodeStatus;
};
export type Row = { readonly node: string; readonly bars: Bar[]; rounds: number };

/** Events that end what a node was doing, and how it ended. */
const CLOSES: Readonly<Partial<Record<EventName, NodeStatus | "as-is">>> = {
  AttemptSucceeded: "succeeded",
  AttemptFailed: "failed",
  AttemptLost: "cancelled",
  AttemptCancelled: "cancelled",
  WaitStarted: "succeeded",
  TimerFired: "as-is",
  HumanTaskDecided: "succeeded",
};

/** What a node does from this event on. */
function opening(event: PrintedEvent): { readonly kind: BarKind; readonly status: NodeStatus } | undefined {
  switch (event.event) {
    case "AttemptStarted":
      return { kind: "attempt", status: "running" };
    case "TimerSet":
      // A person's time limit runs beside the question, which has a bar of its own.
      if (event.timer === "human") return undefined;
      return { kind: "wait", status: event.timer === "retry" ? "retrying" : "waiting" };
    case "HumanTaskOpened":
      return { kind: "human", status: "waiting" };
    case "NodeSkipped":
      return { kind: "mark", status: "skipped" };
    case "NodeCached":
      return { kind: "mark", status: "cached" };
    case "FallbackTaken":
      return { kind: "mark", status: "degraded" };
    case "AttemptRefused":
      return { kind: "mark", status: "waiting" };
    case "ChildrenStarted":
      return { kind: "wait", status: "waiting" };
    default:
      return undefined;
  }
}

export class TimelineModel {
  readonly rows: Row[] = [];
  readonly #byNode = new Map<string, Row>();
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** The latest moment anything is known of. */
  latest = 0;

  push(event: PrintedEvent): void {
    const at = Date.parse(event.at);
    this.startedAt ??= at;
    this.latest = Math.max(this.latest, at);
    if (event.event === "RunEnded") this.#endRun(at);
    const { node } = event;
    if (typeof node !== "string") return;
    const row = this.#row(node);
    const activation = typeof event.activation === "number" ? event.activation : row.rounds;
    const attempt = typeof event.attempt === "number" ? event.attempt : 0;
    row.rounds = Math.max(row.rounds, activation);
    const closes = CLOSES[event.event];
    if (closes !== undefined) this.#close(row, at, closes === "as-is" ? undefined : closes);
    const opens = opening(event);
    if (!opens) return;
    this.#close(row, at);
    const end = opens.kind === "mark" ? at : undefined;
    row.bars.push({ ...opens, activation, attempt, start: at, end });
  }

  /** The last bar of a row that still goes on ends now. */
  #close(row: Row, at: number, status?: NodeStatus): void {
    const bar = row.bars.at(-1);
    if (!bar || bar.end !== undefined) return;
    bar.end = at;
    if (status !== undefined) bar.status = status;
    else if (bar.status === "running") bar.status = "succeeded";
  }

  #endRun(at: number): void {
    this.endedAt = at;
    for (const row of this.rows) this.#close(row, at);
  }

  #row(node: string): Row {
    const known = this.#byNode.get(node);
    if (known) return known;
    const row: Row = { node, bars: [], rounds: 0 };
    this.#byNode.set(node, row);
    this.rows.push(row);
    return row;
  }
}

/** Round steps (1, 2, 5 × 10ⁿ) so that about `count` fit into `span`. */
export function tickStep(spanMs: number, count: number): number {
  const rough = Math.max(spanMs / Math.max(count, 1), 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}
