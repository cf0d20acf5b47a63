import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import { AttemptError, failureOf, systemCodeOf, usageOf } from "#ports/failure.ts";

const systemError = (code: string, cause?: Error) =>
  Object.assign(new Error(`failed with ${code}`, cause === undefined ? undefined : { cause }), { code });

describe("failureOf", () => {
  it("shows all that is known of an attempt's error, and the row that gave the class", () => {
    class OddError extends Error {}
    const error = new AttemptError("HTTP_FAILED", "slow", {
      hint: "again",
      retryAfterMs: 5,
      status: 503,
      usage: { tokens: 1 },
      cause: new OddError("beneath"),
    });
    expect(failureOf(error)).toEqual({
      code: "HTTP_FAILED",
      message: "slow",
      class: "transient",
      rule: "built-in: HTTP 5xx",
      hint: "again",
      retryAfterMs: 5,
      status: 503,
      error: "OddError",
    });
    expect(usageOf(error)).toEqual({ tokens: 1 });
  });

  it("asks the rows of the file first; only a transient failure keeps its wish for a pause", () => {
    const rows = { node: [{ error: "OddError", class: "quality" } as const], pipeline: [] };
    class OddError extends Error {}
    class OdderError extends OddError {}
    const error = new AttemptError("HTTP_FAILED", "x", { retryAfterMs: 5, cause: new OdderError("beneath") });
    expect(failureOf(error, rows)).toEqual({
      code: "HTTP_FAILED",
      message: "x",
      class: "quality",
      rule: "node: 1",
      error: "OdderError",
    });
  });

  it.each([
    ["MODEL_RATE_LIMITED", "transient"],
    ["MODEL_OVERLOADED", "transient"],
    ["MODEL_UNREACHABLE", "transient"],
    ["MODEL_STALLED", "transient"],
    ["ATTEMPT_TIMEOUT", "transient"],
    ["MODEL_OUTPUT_INVALID", "quality"],
    ["MODEL_REFUSED", "permanent"],
    ["MISSING_KEY", "permanent"],
    ["CODE_TIMEOUT", "permanent"],
    ["EXPRESSION_FAILED", "permanent"],
    ["INVALID_OUTPUT", "permanent"],
  ] as const)("%s is %s", (code, failureClass) => {
    expect(failureOf(new LayerloomError(code, "x"))).toMatchObject({
      code,
      message: "x",
      class: failureClass,
    });
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EPIPE", "UND_ERR_SOCKET"])(
    "%s passes by itself, also as a cause",
    (code) => {
      expect(failureOf(systemError(code))).toMatchObject({ code: "ACTIVITY_FAILED", class: "transient" });
      const wrapped = new TypeError("fetch failed", { cause: systemError(code) });
      expect(failureOf(wrapped)).toMatchObject({
        class: "transient",
        message: `fetch failed: failed with ${code}`,
      });
    },
  );

  it.each(["ENOENT", "EACCES", "ENOSPC", "ERR_INVALID_ARG_TYPE"])("%s does not", (code) => {
    expect(failureOf(systemError(code))).toMatchObject({ code: "ACTIVITY_FAILED", class: "permanent" });
  });

  it("a wrong setting names its field", () => {
    const { error } = z.strictObject({ a: z.object({ b: z.number() }) }).safeParse({ a: { b: "x" }, c: 1 });
    const failure = failureOf(error);
    expect(failure).toMatchObject({ code: "INVALID_VALUE", class: "permanent" });
    expect(failure.message).toMatch(/^a\.b: .+; .*c/);
    const many = z.array(z.number()).safeParse(Array.from({ length: 9 }, () => "x")).error;
    expect(failureOf(many).message).toMatch(/; and 4 more$/);
  });

  it("an aborted attempt is cancelled or timed out", () => {
    const reasonOf = (signal: AbortSignal): unknown => signal.reason;
    expect(failureOf(reasonOf(AbortSignal.abort()))).toMatchObject({
      code: "ATTEMPT_CANCELLED",
      class: "permanent",
    });
    expect(failureOf(new DOMException("late", "TimeoutError"))).toMatchObject({
      code: "ATTEMPT_TIMEOUT",
      class: "transient",
    });
  });

  it("takes whatever is thrown", () => {
    for (const thrown of ["text", 7, null, undefined, {}]) {
      expect(failureOf(thrown)).toMatchObject({ code: "ACTIVITY_FAILED", class: "permanent" });
    }
    expect(failureOf(new Error(""))).toMatchObject({ message: "Error" });
    expect(usageOf(new Error("x"))).toBeUndefined();
  });

  it("does not follow causes for ever", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    expect(systemCodeOf(loop)).toBeUndefined();
    expect(failureOf(loop).class).toBe("permanent");
  });
});
