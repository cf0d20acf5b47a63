/**
 * The circuit breaker of one service, as a machine: closed, open after failures in a row, half-open while one probe is
 * under way. Values in, values out; time comes in as `now` and may jump. Who waits for it is the host's business.
 *
 * A probe holds a lease, not a lock: one that never ends is given up when its lease runs out, and one that was taken
 * back gives way at once. So nothing that happens to a probe keeps the breaker shut.
 */
import type { Failure } from "#contract/events.ts";
import type { BreakerView } from "#contract/run.ts";

export type BreakerPolicy = { readonly failures: number; readonly cooldownMs: number };

export type BreakerState = {
  /** Failures in a row. */
  readonly failures: number;
  /** Epoch ms of the next probe; null while closed. */
  readonly until: number | null;
  /** Of the node whose failure opened it. */
  readonly cooldownMs: number;
  /** The attempt that tries the service out; epoch ms at which it is given up, and how long that is from its start. */
  readonly probe: { readonly by: string; readonly until: number; readonly leaseMs: number } | null;
};

export const CLOSED: BreakerState = { failures: 0, until: null, cooldownMs: 0, probe: null };

/** An attempt that was let through: its name, and whether it was to try the service out. */
export type Call = { readonly name: string; readonly probe: boolean };

export type Admission =
  | { readonly to: "go" | "probe"; readonly state: BreakerState }
  | { readonly to: "wait"; readonly until: number; readonly state: BreakerState };

/** May this attempt call the service now? `by` names it; as a probe it is given up after `leaseMs`. */
export function admit(before: BreakerState, now: number, by: string, leaseMs: number): Admission {
  const state = inTime(before, now);
  if (state.until === null) return { to: "go", state };
  const until = state.probe?.until ?? state.until;
  if (now < until) return { to: "wait", until, state };
  return { to: "probe", state: { ...state, probe: { by, until: now + leaseMs, leaseMs } } };
}

/** The attempt was answered. Only the probe's answer closes. */
export function answered(state: BreakerState, call: Call): BreakerState {
  if (isGivenUp(state, call)) return state;
  return state.until === null || call.probe ? CLOSED : { ...state, failures: 0 };
}

/** The attempt found the service ill. */
export function failed(state: BreakerState, policy: BreakerPolicy, now: number, call: Call): BreakerState {
  if (isGivenUp(state, call)) return state;
  const failures = state.failures + 1;
  const opens = call.probe || (!rests(state) && failures >= policy.failures);
  if (!opens) return { ...state, failures };
  return { failures, until: now + policy.cooldownMs, cooldownMs: policy.cooldownMs, probe: null };
}

/** The attempt ended without a word about the service: taken back, lost, or failed before it asked. */
export function withdrawn(state: BreakerState, now: number, by: string): BreakerState {
  return state.probe?.by === by ? { ...state, until: now, probe: null } : state;
}

/** A timer that was set for this state's moment has run out, whatever the clock says now. */
export function elapsed(state: BreakerState, now: number): BreakerState {
  if (state.until === null) return state;
  return { ...state, until: Math.min(state.until, now), probe: null };
}

/** What outlives a restart: a probe does not, so another one may go at once. */
export function lasting(state: BreakerState): BreakerState {
  return state.probe === null ? state : { ...state, probe: null };
}

export const isUnharmed = (state: BreakerState): boolean => state.until === null && state.failures === 0;

export function breakerView(service: string, state: BreakerState): BreakerView {
  const { failures, until, probe } = state;
  if (until === null) return { service, state: "closed", failures };
  if (probe !== null) return { service, state: "half-open", failures };
  return { service, state: "open", failures, until };
}

/** A probe that another one was let through for: what it has to say comes too late. */
const isGivenUp = ({ probe }: BreakerState, call: Call): boolean => call.probe && probe?.by !== call.name;

/** Open, with no probe under way. */
const rests = ({ until, probe }: BreakerState): boolean => until !== null && probe === null;

/** A clock that was set back would keep it shut for as long; no wait is longer than it was meant to be. */
function inTime(state: BreakerState, now: number): BreakerState {
  const { until, cooldownMs, probe } = state;
  const tooFar = (at: number, span: number): boolean => at > now + span;
  if (probe !== null && tooFar(probe.until, probe.leaseMs))
    return { ...state, probe: { ...probe, until: now + probe.leaseMs } };
  return until !== null && tooFar(until, cooldownMs) ? { ...state, until: now + cooldownMs } : state;
}

/** Codes of failures that came about before the service was asked. */
const NEVER_ASKED: ReadonlySet<string> = new Set([
  "ATTEMPT_CANCELLED",
  "DATABASE_FULL",
  "DATABASE_LOCKED",
  "EXPRESSION_FAILED",
  "INTERNAL",
  "INVALID_VALUE",
  "MISSING_KEY",
  "UNKNOWN_ACTIVITY",
]);

/**
 * What a failure says about the service: `ill` when another try may do better, `answered` when it did its part and
 * the answer was no good, `silent` when it was not asked or could not be reached in a way that time does not mend.
 */
export function evidenceOf({ code, class: kind, status }: Failure): "ill" | "answered" | "silent" {
  if (NEVER_ASKED.has(code)) return "silent";
  if (kind === "transient") return "ill";
  return code === "HTTP_FAILED" && status === undefined ? "silent" : "answered";
}
