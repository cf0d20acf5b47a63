import { describe, expect, it } from "vitest";
import type { FailureRule } from "#contract/definition.ts";
import { BUILT_IN_RULES, classify, covers, NO_ROWS, type Symptoms } from "#core/failure-rules.ts";

const seen = (symptoms: Partial<Symptoms>): Symptoms => ({ codes: [], errors: [], message: "", ...symptoms });
const byFile = (node: FailureRule[], pipeline: FailureRule[] = []) => ({ node, pipeline });

describe("the failure table", () => {
  it.each([
    [{ status: 429 }, "transient", "built-in: HTTP 429"],
    [{ status: 425 }, "transient", "built-in: HTTP 425"],
    [{ status: 408 }, "transient", "built-in: HTTP 408"],
    [{ status: 409 }, "transient", "built-in: HTTP 409"],
    [{ status: 503 }, "transient", "built-in: HTTP 5xx"],
    [{ status: 404 }, "permanent", "built-in: HTTP 4xx"],
    [{ status: 304 }, "permanent", "built-in: anything else"],
    [{ codes: ["MODEL_OUTPUT_INVALID"] }, "quality", "built-in: MODEL_OUTPUT_INVALID"],
    [{ codes: ["HTTP_FAILED", "ECONNRESET"] }, "transient", "built-in: ECONNRESET"],
    [{ codes: ["ACTIVITY_FAILED"], errors: ["RateLimitError"] }, "transient", "built-in: RateLimitError"],
    [{ errors: ["MyError", "APIConnectionError"] }, "transient", "built-in: APIConnectionError"],
    [{ errors: ["AuthenticationError"] }, "permanent", "built-in: AuthenticationError"],
    [{ codes: ["ACTIVITY_FAILED"], message: "Socket Hang Up!" }, "transient", 'built-in: "socket hang up"'],
    [{ codes: ["EXPRESSION_FAILED"], message: "it timed out" }, "permanent", "built-in: anything else"],
    // A status is surer than a code, a code than a class.
    [{ status: 401, codes: ["MODEL_OVERLOADED"] }, "permanent", "built-in: HTTP 4xx"],
    [{ codes: ["MODEL_REFUSED"], errors: ["RateLimitError"] }, "permanent", "built-in: MODEL_REFUSED"],
  ] as const)("%j is %s by %s", (symptoms, kind, rule) => {
    expect(classify(seen(symptoms as Partial<Symptoms>), NO_ROWS)).toEqual({ class: kind, rule });
  });

  it("has no row that another one hides, and each fits what it names", () => {
    BUILT_IN_RULES.forEach((rule, index) => {
      const before = BUILT_IN_RULES.slice(0, index);
      expect(before.filter((earlier) => covers(earlier, rule))).toEqual([]);
    });
  });

  it("asks the node's rows first, then the pipeline's, each from the top", () => {
    const rows = byFile(
      [
        { status: 418, class: "quality" },
        { message: "teapot", class: "transient" },
      ],
      [{ status: [418, "5xx"], class: "permanent" }],
    );
    expect(classify(seen({ status: 418 }), rows)).toEqual({ class: "quality", rule: "node: 1" });
    expect(classify(seen({ status: 503, message: "a Teapot" }), rows)).toEqual({
      class: "transient",
      rule: "node: 2",
    });
    expect(classify(seen({ status: 503 }), rows)).toEqual({ class: "permanent", rule: "pipeline: 1" });
    expect(classify(seen({ status: 429 }), rows)).toEqual({ class: "transient", rule: "built-in: HTTP 429" });
  });

  it("wants all that a row gives, and any of a list", () => {
    const rows = byFile([{ status: "4xx", code: ["A", "B"], error: "Odd", message: "x", class: "quality" }]);
    const whole = { status: 402, codes: ["B"], errors: ["Odd"], message: "AXE" };
    expect(classify(seen(whole), rows).rule).toBe("node: 1");
    for (const missing of ["status", "codes", "errors", "message"] as const) {
      const { [missing]: _, ...rest } = whole;
      expect(classify(seen(rest), rows).rule, missing).not.toBe("node: 1");
    }
  });

  it("takes a message as a text, whatever is in it", () => {
    const rows = byFile([{ message: "(a+)+$", class: "quality" }]);
    expect(classify(seen({ message: `${"a".repeat(100_000)}!` }), rows).rule).toBe("built-in: anything else");
    expect(classify(seen({ message: "see (A+)+$ there" }), rows).rule).toBe("node: 1");
  });

  it("leaves a scripted failure its class, unless the file says otherwise", () => {
    const scripted = seen({ status: 503, scripted: "permanent", message: "quota" });
    expect(classify(scripted, NO_ROWS)).toEqual({ class: "permanent", rule: "built-in: scripted" });
    const rows = byFile([], [{ message: "QUOTA", class: "transient" }]);
    expect(classify(scripted, rows)).toEqual({ class: "transient", rule: "pipeline: 1" });
  });

  it.each([
    [{ status: "5xx" }, { status: 503 }, true],
    [{ status: 503 }, { status: "5xx" }, false],
    [{ status: [502, 503] }, { status: [503] }, true],
    [{ code: "A" }, { code: ["A", "B"] }, false],
    [{ code: "A" }, { code: "A", message: "x" }, true],
    [{ code: "A", message: "x" }, { code: "A" }, false],
    [{ message: "Rate" }, { message: "rate limit" }, true],
    [{ message: "rate limit" }, { message: "rate" }, false],
    [{ error: "A" }, { status: 500 }, false],
  ] as const)("%j covers %j: %s", (earlier, later, expected) => {
    const row = (criteria: object) => ({ ...criteria, class: "quality" }) as FailureRule;
    expect(covers(row(earlier), row(later))).toBe(expected);
  });
});
