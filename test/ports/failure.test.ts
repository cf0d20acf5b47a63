import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import { AttemptError, failureOf, isTransient, systemCodeOf, usageOf } from "#ports/failure.ts";

const systemError = (code: string, cause?: Error) =>
  Object.assign(new Error(`failed with ${code}`, cause === undefined ? undefined : { cause }), { code });

describe("failureOf", () => {
  it("takes the class that an attempt's error names", () => {
    const error = new AttemptError("quality", "ACTIVITY_FAILED", "weak", {
      hint: "again",
      retryAfterMs: 5,
      usage: { tokens: 1 },
    });
    expect(failureOf(error)).toEqual({
      code: "ACTIVITY_FAILED",
      message: "weak",
      class: "quality",
      hint: "again",
      retryAfterMs: 5,
    });
    expect(usageOf(error)).toEqual({ tokens: 1 });
    expect(error.retryable).toBe(false);
    expect(new AttemptError("transient", "HTTP_FAILED", "x").retryable).toBe(true);
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
    expect(failureOf(new LayerloomError(code, "x"))).toEqual({ code, message: "x", class: failureClass });
  });

  it("what says that it may be tried again is transient", () => {
    expect(failureOf(new LayerloomError("INTERNAL", "x", { retryable: true }))).toMatchObject({
      class: "transient",
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
    expect(isTransient(loop)).toBe(false);
  });
});
