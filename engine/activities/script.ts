/**
 * Scripted attempts, as `simulate` and the simulated model play them: the n-th attempt over the whole run takes the
 * n-th entry, the last one repeats. Must not know what the entries stand for.
 */
import { z } from "zod";
import type { FailureClass, Usage } from "#contract/events.ts";
import { anyJson, anyText, durationText, milliseconds, outcomeName } from "./fields.ts";

export const playedEntry = () =>
  z.strictObject({
    error: z
      .enum(["transient", "permanent", "quality"])
      .optional()
      .meta({ title: "Error", description: "Fail, with a failure of this class." }),
    status: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .meta({ title: "Status", description: "The HTTP status that the failure claims." }),
    message: anyText().optional().meta({ title: "Message", description: "What the failure says." }),
    retryAfter: durationText()
      .optional()
      .meta({ title: "Retry after", description: "When the failure asks to be tried again." }),
    output: anyJson()
      .optional()
      .meta({ title: "Output", description: "What a success gives.", "x-widget": "expression" }),
    usd: z
      .number()
      .min(0)
      .optional()
      .meta({ title: "US dollars", description: "What the attempt claims to cost." }),
    tokens: z
      .int()
      .min(0)
      .optional()
      .meta({ title: "Tokens", description: "What the attempt claims to use." }),
    delay: durationText().optional().meta({ title: "Delay", description: "How long this attempt takes." }),
  });

export const scriptedEntry = () =>
  playedEntry().extend({
    outcome: outcomeName()
      .optional()
      .meta({ title: "Outcome", description: "What a success leaves by; ok when absent." }),
  });

export function entryFor<Entry>(script: readonly Entry[], tryOfRun: number): Entry | undefined {
  return script[Math.min(tryOfRun, script.length) - 1];
}

export function usageOfEntry(entry: {
  readonly usd?: number | undefined;
  readonly tokens?: number | undefined;
}): Usage {
  return {
    ...(entry.usd === undefined ? {} : { usd: entry.usd }),
    ...(entry.tokens === undefined ? {} : { tokens: entry.tokens }),
  };
}

/** What a scripted failure says of itself. */
export function scriptedFailure(entry: {
  readonly error?: FailureClass | undefined;
  readonly status?: number | undefined;
  readonly retryAfter?: string | undefined;
}) {
  const retryAfterMs = entry.retryAfter === undefined ? undefined : milliseconds(entry.retryAfter);
  return { scripted: entry.error, status: entry.status, retryAfterMs };
}
