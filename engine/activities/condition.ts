/** Evaluates a bare condition for `check` and `gate`. A condition gives true or false and nothing else. */
import { LayerloomError } from "#contract/errors.ts";
import type { JsonObject } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";

export function holds(
  context: ActivityContext,
  field: string,
  condition: string,
  extra?: JsonObject,
): boolean {
  const value = context.evaluate(condition, extra);
  if (typeof value === "boolean") return value;
  throw new LayerloomError(
    "EXPRESSION_FAILED",
    `${field}: ${condition} gives ${kindOf(value)}, not true or false`,
    {
      field,
      hint: "Compare the value with something, such as `> 0` or `== 'yes'`.",
    },
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
