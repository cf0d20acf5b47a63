/** One place that turns a failed zod check of something sent by a caller into a BAD_REQUEST with the field in it. */
import type { z } from "zod";
import { LayerloomError } from "./errors.ts";

/** What `schema` makes of `value`. `what` names it in the message: a method, a path. */
export function validateRequest<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new LayerloomError(
    "BAD_REQUEST",
    `${what}: ${field === "" ? "" : `${field}: `}${issue?.message ?? "not what is expected"}`,
    { hint: "Compare the request with the documented shape.", ...(field === "" ? {} : { field }) },
  );
}
