/**
 * Scripted attempts, as `simulate` and the simulated model play them: the n-th attempt over the whole run takes the
 * n-th entry, the last one repeats. Must not know what the entries stand for.
 */
import { z } from "zod";
import { FAILURE_CLASSES } from "#contract/definition.ts";
import type { FailureClass, Usage } from "#contract/events.ts";
import type { JsonObject } from "#contract/json.ts";
import type { PlayedAttempt } from "#ports/estimate.ts";
import { anyJson, anyText, durationText, jsonObject, milliseconds, outcomeName } from "./fields.ts";
import { knownMs } from "./known.ts";

export const playedEntry = () =>
  z.strictObject({
    error: z
      .enum(FAILURE_CLASSES)
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
    partial: z
      .array(
        z.strictObject({
          after: durationText().meta({ title: "After", description: "How long after the attempt's start." }),
          output: jsonObject().meta({
            type: "object",
            title: "Fields",
            description: "Fields of the output that are complete by then.",
            "x-widget": "code",
          }),
        }),
      )
      .min(1)
      .optional()
      .meta({
        title: "Partial outputs",
        description: "What the attempt gives of its output while it still runs, in order of time.",
      }),
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

/** An entry as it is written, for telling a run's cost ahead; `ms` when it has no delay of its own. */
export function playedAttempt(entry: JsonObject, ms: number | null): PlayedAttempt {
  const { error, usd, retryAfter, delay } = entry;
  const retryAfterMs = knownMs(retryAfter) ?? undefined;
  return {
    usd: typeof usd === "number" ? usd : 0,
    ms: delay === undefined ? ms : knownMs(delay),
    ...(error === undefined
      ? {}
      : { fails: FAILURE_CLASSES.find((one) => one === error) ?? "permanent", retryAfterMs }),
  };
}
