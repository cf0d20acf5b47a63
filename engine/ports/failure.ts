/**
 * Reads anything that an attempt threw as a `Failure`: a code, words for people, and the class that the failure table
 * gives it (core/failure-rules.ts). Must not know who throws what.
 */
import { z } from "zod";
import { type ErrorCode, type ErrorShape, LayerloomError } from "#contract/errors.ts";
import type { FailedChild, Failure, FailureClass, Usage } from "#contract/events.ts";
import { classify, type FailureRows, NO_ROWS } from "#core/failure-rules.ts";

type AttemptExtras = Omit<ErrorShape, "code" | "message" | "retryable"> & {
  /** The error beneath: its class and its system code are held against the table. */
  readonly cause?: unknown;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number | undefined;
  /** What the failed attempt has cost all the same. */
  readonly usage?: Usage | undefined;
  /** The class that a script asks for. */
  readonly scripted?: FailureClass | undefined;
  /** The child run that failed the node. */
  readonly child?: FailedChild | undefined;
};

/** For a failure of which more is known than its code. */
export class AttemptError extends LayerloomError {
  readonly status: number | undefined;
  readonly usage: Usage | undefined;
  readonly scripted: FailureClass | undefined;
  readonly child: FailedChild | undefined;

  constructor(code: ErrorCode, message: string, extras: AttemptExtras = {}) {
    super(code, message, extras);
    this.status = extras.status;
    this.usage = extras.usage;
    this.scripted = extras.scripted;
    this.child = extras.child;
  }
}

/** `rows`: those of the file that go before the built-in ones. */
export function failureOf(thrown: unknown, rows: FailureRows = NO_ROWS): Failure {
  const { code, message, hint, retryAfterMs } = wordsOf(thrown);
  const { status, scripted, child } = thrown instanceof AttemptError ? thrown : ({} as Partial<AttemptError>);
  if (child) return { code, message, ...OF_A_CHILD, ...given({ hint, status }), child };
  const errors = errorClassesOf(thrown);
  const systemCode = systemCodeOf(thrown);
  const verdict = classify(
    { status, codes: systemCode === undefined ? [code] : [code, systemCode], errors, message, scripted },
    rows,
  );
  return {
    code,
    message,
    ...verdict,
    ...given({ hint }),
    ...(retryAfterMs === undefined || verdict.class !== "transient" ? {} : { retryAfterMs }),
    ...given({ status, error: errors[0] }),
  };
}

/** Without the fields that are not there: a failure goes into the journal. */
function given(fields: Partial<Failure>): Partial<Failure> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The child had its own tries: the node as a whole has none, whatever the tables say of the child's failure. */
const OF_A_CHILD = { class: "permanent", rule: "built-in: child run" } as const;

/** What a failed attempt has cost, where the one who threw knew. */
export function usageOf(thrown: unknown): Usage | undefined {
  return thrown instanceof AttemptError ? thrown.usage : undefined;
}

/** The answer was not heard to its end, so nobody will say what it cost. A refusal is free, and so is what nobody heard. */
const CUT_OFF: ReadonlySet<ErrorCode> = new Set([
  "ATTEMPT_TIMEOUT",
  "ATTEMPT_CANCELLED",
  "MODEL_UNREACHABLE",
  "MODEL_STALLED",
]);
const NOT_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

/** May the failed attempt have cost more than the one who threw knew? */
export function isCostUnknown(code: ErrorCode, thrown: unknown): boolean {
  return CUT_OFF.has(code) && !NOT_SENT.has(systemCodeOf(thrown) ?? "");
}

/** `ECONNREFUSED` and the like, also from the cause that `fetch` wraps. */
export function systemCodeOf(thrown: unknown): string | undefined {
  for (const error of causesOf(thrown)) {
    if (error instanceof LayerloomError) continue;
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return undefined;
}

function wordsOf(thrown: unknown): Pick<Failure, "code" | "message" | "hint" | "retryAfterMs"> {
  if (thrown instanceof LayerloomError) return thrown;
  if (thrown instanceof z.ZodError) return { code: "INVALID_VALUE", message: zodMessage(thrown) };
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return { code: "ATTEMPT_TIMEOUT", message: thrown.message };
  if (thrown instanceof Error && thrown.name === "AbortError")
    return { code: "ATTEMPT_CANCELLED", message: "The attempt was cancelled" };
  return { code: "ACTIVITY_FAILED", message: messageOf(thrown) };
}

/** Of the outermost error that is none of ours: its name, its class, the classes that it extends. Plain `Error` says nothing. */
function errorClassesOf(thrown: unknown): readonly string[] {
  const error = causesOf(thrown).find((one) => !(one instanceof LayerloomError));
  if (error === undefined) return [];
  const names = new Set([error.name]);
  for (
    let maker: object | null = Object.getPrototypeOf(error);
    maker !== null;
    maker = Object.getPrototypeOf(maker)
  )
    names.add(maker.constructor.name);
  for (const name of ["Error", "Object", ""]) names.delete(name);
  return [...names];
}

/** The error and what caused it, outermost first, at most five. */
function causesOf(thrown: unknown): readonly Error[] {
  const found: Error[] = [];
  for (let error = thrown; error instanceof Error && found.length < 5; error = error.cause) found.push(error);
  return found;
}

function zodMessage(error: z.ZodError): string {
  const lines = error.issues.slice(0, 5).map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  if (error.issues.length > 5) lines.push(`and ${error.issues.length - 5} more`);
  return lines.join("; ");
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause instanceof Error ? thrown.cause.message : "";
  const text = thrown.message || thrown.name;
  return cause !== "" && !text.includes(cause) ? `${text}: ${cause}` : text;
}
