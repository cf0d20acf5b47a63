/** `wait`: goes on later. The host sleeps, holding nothing; a restart does not start the wait anew. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { both, figure, NO_COST, UNKNOWN } from "#ports/estimate.ts";
import { durationText, milliseconds } from "./fields.ts";
import { knownMs } from "./known.ts";

export const wait = defineActivity({
  info: {
    name: "wait",
    title: "Wait",
    description: "Goes on after a while, or at a time. Holds no slot meanwhile and survives a restart.",
    icon: "clock",
    pure: true,
    example: { duration: "1s" },
  },
  input: () =>
    z
      .strictObject({
        duration: durationText().optional().meta({ title: "Duration", description: "How long, such as 5m." }),
        until: z.iso.datetime({ offset: true }).optional().meta({
          title: "Until",
          description: "When, such as 2026-12-01T17:00:00+09:00. A time that has passed does not wait.",
        }),
      })
      .refine(({ duration, until }) => (duration === undefined) !== (until === undefined), {
        error: "give either duration or until",
      }),
  output: () => z.strictObject({ until: z.string() }),
  run({ duration, until }, context) {
    const wakeAt = until === undefined ? context.now() + milliseconds(duration ?? "0s") : Date.parse(until);
    return { type: "wait", until: wakeAt };
  },
  estimate({ duration, until }, { now }) {
    const at = typeof until === "string" ? Date.parse(until) : Number.NaN;
    const ms = Number.isNaN(at) ? knownMs(duration) : Math.max(0, at - now);
    return { usd: NO_COST, ms: both(ms === null ? UNKNOWN : figure(ms, "settings")), once: true };
  },
});
