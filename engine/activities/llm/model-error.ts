/** Names what went wrong between us and the provider. Whether it is worth another try, the failure table says. */
import { APIError } from "@anthropic-ai/sdk";
import { retryAfterMs } from "#activities/retry-after.ts";
import type { ErrorCode } from "#contract/errors.ts";
import type { Usage } from "#contract/events.ts";
import { AttemptError } from "#ports/failure.ts";

type Verdict = { readonly code: ErrorCode; readonly hint?: string };

const AUTH: Verdict = {
  code: "MODEL_AUTH_FAILED",
  hint: "Check ANTHROPIC_API_KEY, and what its account may use.",
};
const INVALID: Verdict = {
  code: "MODEL_REQUEST_INVALID",
  hint: "Check model, maxTokens and schema.",
};
const LIMITED: Verdict = { code: "MODEL_RATE_LIMITED" };
const OVERLOADED: Verdict = { code: "MODEL_OVERLOADED" };
const UNREACHABLE: Verdict = { code: "MODEL_UNREACHABLE" };

export function modelError(error: unknown, now: number, usage: Usage | undefined): AttemptError {
  const { code, hint } = verdictOn(error);
  const { status, headers } = error instanceof APIError ? error : {};
  return new AttemptError(code, wordsOf(error), {
    usage,
    cause: error,
    hint,
    status,
    retryAfterMs: retryAfterMs(headers, now),
  });
}

export function cutOff(usage: Usage | undefined): AttemptError {
  return new AttemptError("MODEL_UNREACHABLE", "the answer broke off before its end", { usage });
}

/** By status; an error that comes within a stream has a type only. */
function verdictOn(error: unknown): Verdict {
  if (!(error instanceof APIError)) return UNREACHABLE;
  const { status, type } = error;
  if (status === 429 || type === "rate_limit_error") return LIMITED;
  if (type === "authentication_error" || type === "permission_error" || type === "billing_error") return AUTH;
  if (status === 401 || status === 402 || status === 403) return AUTH;
  if (type === "overloaded_error" || type === "api_error" || type === "timeout_error") return OVERLOADED;
  if (status === undefined) return type === null || type === undefined ? UNREACHABLE : INVALID;
  return status >= 500 || status === 408 || status === 409 ? OVERLOADED : INVALID;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof APIError)) return `the answer could not be read: ${error.message}`;
  const said = error.apiMessage ?? error.message;
  const cause = error.cause instanceof Error ? innermost(error.cause).message : "";
  const status = error.status === undefined ? "" : ` (status ${error.status})`;
  const request = error.requestID ? ` [${error.requestID}]` : "";
  return `${said}${cause === "" || said.includes(cause) ? "" : ` ${cause}`}${status}${request}`;
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
