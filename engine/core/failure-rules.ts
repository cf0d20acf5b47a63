/**
 * The table that gives every failure its class: the rows of the node first, then those of the pipeline, then the ones
 * built in. The first row that fits decides. Texts are looked for, never patterns: a pattern can run for minutes.
 * Must not know who threw what; what a failure looks like comes in as `Symptoms`.
 */
import type { FailureRule } from "#contract/definition.ts";
import type { FailureClass } from "#contract/events.ts";

/** What there is to see of a failure. */
export type Symptoms = {
  /** HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** Layerloom's code, and the system's where there is one. */
  readonly codes: readonly string[];
  /** The class of the error that was thrown, then the classes that it extends. */
  readonly errors: readonly string[];
  readonly message: string;
  /** The class that a script wants: a row of the file may say otherwise, the built-in ones may not. */
  readonly scripted?: FailureClass | undefined;
};

/** The rows of a file that a failure of one node is held against. */
export type FailureRows = {
  readonly node: readonly FailureRule[];
  readonly pipeline: readonly FailureRule[];
};

export const NO_ROWS: FailureRows = { node: [], pipeline: [] };

const rows = (kind: FailureClass, criteria: readonly Omit<FailureRule, "class">[]): readonly FailureRule[] =>
  criteria.map((criterion) => ({ ...criterion, class: kind }));

/** What no code tells: said by libraries that throw plain errors. */
const spoken = (message: string) => ({ code: "ACTIVITY_FAILED", message });

/** One criterion a row, the surest first. What none of them fits is permanent. */
export const BUILT_IN_RULES: readonly FailureRule[] = [
  ...rows(
    "transient",
    [408, 409, 425, 429, "5xx"].map((status) => ({ status })),
  ),
  ...rows("permanent", [{ status: "4xx" }]),
  ...rows("quality", [{ code: "MODEL_OUTPUT_INVALID" }, { code: "UNKNOWN_NEXT" }]),
  ...rows(
    "transient",
    [
      "ATTEMPT_TIMEOUT",
      "BREAKER_OPEN",
      "CONNECTION_LOST",
      "DATABASE_FULL",
      "DATABASE_LOCKED",
      "MODEL_OVERLOADED",
      "MODEL_RATE_LIMITED",
      "MODEL_STALLED",
      "MODEL_UNREACHABLE",
    ].map((code) => ({ code })),
  ),
  ...rows(
    "permanent",
    [
      "BUDGET_SPENT",
      "COST_UNKNOWN",
      "HUMAN_TIMEOUT",
      "LOOP_EXHAUSTED",
      "MODEL_AUTH_FAILED",
      "MODEL_REFUSED",
      "MODEL_REQUEST_INVALID",
    ].map((code) => ({ code })),
  ),
  ...rows(
    "transient",
    [
      "EAGAIN",
      "EAI_AGAIN",
      "EBUSY",
      "ECONNABORTED",
      "ECONNREFUSED",
      "ECONNRESET",
      "EHOSTUNREACH",
      "EMFILE",
      "ENETDOWN",
      "ENETUNREACH",
      "ENFILE",
      "ENOTFOUND",
      "EPIPE",
      "ETIMEDOUT",
      "UND_ERR_BODY_TIMEOUT",
      "UND_ERR_CONNECT_TIMEOUT",
      "UND_ERR_HEADERS_TIMEOUT",
      "UND_ERR_SOCKET",
    ].map((code) => ({ code })),
  ),
  ...rows(
    "transient",
    [
      "RateLimitError",
      "OverloadedError",
      "InternalServerError",
      "ConflictError",
      "RequestTimeoutError",
      "APIConnectionTimeoutError",
      "APIConnectionError",
      "TimeoutError",
    ].map((error) => ({ error })),
  ),
  ...rows(
    "permanent",
    [
      "AuthenticationError",
      "PermissionDeniedError",
      "PaymentRequiredError",
      "BadRequestError",
      "NotFoundError",
      "UnprocessableEntityError",
      "APIUserAbortError",
    ].map((error) => ({ error })),
  ),
  ...rows(
    "transient",
    ["rate limit", "too many requests", "overloaded", "socket hang up", "timed out"].map(spoken),
  ),
];

/** The class, and the row that gave it: `node: 1`, `pipeline: 2` (both 1-based), `built-in: HTTP 429`. */
export function classify(
  symptoms: Symptoms,
  { node, pipeline }: FailureRows,
): { readonly class: FailureClass; readonly rule: string } {
  for (const [place, rules] of [["node", node] as const, ["pipeline", pipeline] as const]) {
    const index = rules.findIndex((rule) => fits(rule, symptoms));
    if (index !== -1) return { class: rules[index]!.class, rule: `${place}: ${index + 1}` };
  }
  if (symptoms.scripted !== undefined) return { class: symptoms.scripted, rule: "built-in: scripted" };
  const rule = BUILT_IN_RULES.find((row) => fits(row, symptoms));
  if (rule === undefined) return { class: "permanent", rule: "built-in: anything else" };
  return { class: rule.class, rule: `built-in: ${ruleName(rule)}` };
}

/** What a built-in row looks for, in a few characters. */
export function ruleName(rule: FailureRule): string {
  if (rule.message !== undefined) return `"${rule.message}"`;
  return rule.status === undefined ? String(rule.code ?? rule.error) : `HTTP ${rule.status}`;
}

/** Would `earlier` take every failure that `later` could? Then `later` never gets one. */
export function covers(earlier: FailureRule, later: FailureRule): boolean {
  return (
    within(list(later.status), list(earlier.status), statusFits) &&
    within(list(later.code), list(earlier.code), same) &&
    within(list(later.error), list(earlier.error), same) &&
    (earlier.message === undefined || (later.message !== undefined && says(later.message, earlier.message)))
  );
}

function fits(rule: FailureRule, { status, codes, errors, message }: Symptoms): boolean {
  return (
    among(list(rule.status), status === undefined ? [] : [status], statusFits) &&
    among(list(rule.code), codes, same) &&
    among(list(rule.error), errors, same) &&
    (rule.message === undefined || says(message, rule.message))
  );
}

type Status = number | string;

const list = <T>(value: T | readonly T[] | undefined): readonly T[] | undefined =>
  value === undefined || Array.isArray(value) ? (value as readonly T[] | undefined) : [value as T];
const same = (found: string, wanted: string): boolean => found === wanted;
const says = (text: string, wanted: string): boolean => text.toLowerCase().includes(wanted.toLowerCase());

function statusFits(found: Status, wanted: Status): boolean {
  if (found === wanted) return true;
  return typeof wanted === "string" && String(found)[0] === wanted[0];
}

/** One of the things that were found is one of those that are wanted; nothing wanted: fits. */
function among<T>(
  wanted: readonly T[] | undefined,
  found: readonly T[],
  agree: (found: T, wanted: T) => boolean,
): boolean {
  return wanted === undefined || found.some((one) => wanted.some((other) => agree(one, other)));
}

/** All that the later row accepts is accepted by the earlier one too. */
function within<T>(
  later: readonly T[] | undefined,
  earlier: readonly T[] | undefined,
  agree: (found: T, wanted: T) => boolean,
): boolean {
  if (earlier === undefined) return true;
  return later?.every((one) => earlier.some((other) => agree(one, other))) ?? false;
}
