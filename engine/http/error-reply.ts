/** Any thrown value as `{ error: ErrorShape }` with the status of the catalogue. No stack leaves the server. */
import type { FastifyReply } from "fastify";
import { ERRORS, type ErrorShape, LayerloomError, toErrorShape } from "#contract/errors.ts";

const HINTS: Readonly<Record<number, string>> = {
  413: "Send less at once.",
  415: "Send JSON, with the header Content-Type: application/json.",
};

export type ErrorBody = { readonly error: ErrorShape };

export function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const { shape, status } = describe(thrown);
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .send({ error: shape } satisfies ErrorBody);
}

function describe(thrown: unknown): { readonly shape: ErrorShape; readonly status: number } {
  if (thrown instanceof LayerloomError)
    return { shape: thrown.toShape(), status: ERRORS[thrown.code].status };
  const status = statusOf(thrown);
  // The framework's own refusals (a body too large, no JSON, a wrong media type) are the caller's mistakes.
  if (status !== undefined && status >= 400 && status < 500) {
    const message = thrown instanceof Error ? thrown.message : "The request cannot be read.";
    const hint = HINTS[status] ?? "Check the address and the body of the request.";
    return { shape: { code: "BAD_REQUEST", message, hint, retryable: false }, status };
  }
  return { shape: { retryable: false, ...toErrorShape(thrown) }, status: 500 };
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null || !("statusCode" in thrown)) return undefined;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
}
