/**
 * Reads anything that an attempt threw as a `Failure`: a code, a class that decides what recovery does, words for people.
 * Owns the table code → class. Must not know who throws what.
 */
import { z } from "zod";
import { type ErrorCode, type ErrorShape, LayerloomError } from "#contract/errors.ts";
import type { Failure, FailureClass, Usage } from "#contract/events.ts";

type AttemptExtras = Omit<ErrorShape, "code" | "message" | "retryable"> & {
  readonly cause?: unknown;
  /** What the failed attempt has cost all the same. */
  readonly usage?: Usage | undefined;
};

/** For a failure whose class its code alone does not tell, or one that cost something. */
export class AttemptError extends LayerloomError {
  readonly class: FailureClass;
  readonly usage: Usage | undefined;

  constructor(failureClass: FailureClass, code: ErrorCode, message: string, extras: AttemptExtras = {}) {
    super(code, message, { ...extras, retryable: failureClass === "transient" });
    this.class = failureClass;
    this.usage = extras.usage;
  }
}

/** Codes that are worth another try of the same thing, or of a changed thing. All others are permanent. */
const CLASS_OF_CODE: Partial<Record<ErrorCode, FailureClass>> = {
  ATTEMPT_TIMEOUT: "transient",
  CONNECTION_LOST: "transient",
  DATABASE_LOCKED: "transient",
  MODEL_OVERLOADED: "transient",
  MODEL_RATE_LIMITED: "transient",
  MODEL_STALLED: "transient",
  MODEL_UNREACHABLE: "transient",
  MODEL_OUTPUT_INVALID: "quality",
};

const TRANSIENT_SYSTEM_CODES: ReadonlySet<string> = new Set([
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
]);

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof LayerloomError) return ofLayerloomError(thrown);
  if (thrown instanceof z.ZodError) {
    return { code: "INVALID_VALUE", message: zodMessage(thrown), class: "permanent" };
  }
  if (thrown instanceof Error && thrown.name === "TimeoutError") {
    return { code: "ATTEMPT_TIMEOUT", message: thrown.message, class: "transient" };
  }
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return { code: "ATTEMPT_CANCELLED", message: "The attempt was cancelled", class: "permanent" };
  }
  return {
    code: "ACTIVITY_FAILED",
    message: messageOf(thrown),
    class: isTransient(thrown) ? "transient" : "permanent",
  };
}

/** Did the system or the network fail in a way that passes by itself? */
export function isTransient(thrown: unknown): boolean {
  return TRANSIENT_SYSTEM_CODES.has(systemCodeOf(thrown) ?? "");
}

/** What a failed attempt has cost, where the one who threw knew. */
export function usageOf(thrown: unknown): Usage | undefined {
  return thrown instanceof AttemptError ? thrown.usage : undefined;
}

/** `ECONNREFUSED` and the like, also from the cause that `fetch` wraps. */
export function systemCodeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return undefined;
}

function ofLayerloomError(error: LayerloomError): Failure {
  const { code, message, hint, retryAfterMs } = error;
  const failureClass =
    error instanceof AttemptError
      ? error.class
      : (CLASS_OF_CODE[code] ?? (error.retryable ? "transient" : "permanent"));
  return {
    code,
    message,
    class: failureClass,
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
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
