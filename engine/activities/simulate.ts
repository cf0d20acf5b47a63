/** `simulate`: plays a script of failures and successes, for demonstrations and tests. Touches nothing. */
import { z } from "zod";
import type { JsonObject } from "#contract/json.ts";
import { type ActivityContext, defineActivity } from "#ports/activity.ts";
import { both, UNKNOWN } from "#ports/estimate.ts";
import { AttemptError } from "#ports/failure.ts";
import { anyJson, anyText, asText, durationText, milliseconds } from "./fields.ts";
import { knownMs, objectsOf } from "./known.ts";
import { modelNames } from "./llm/models.ts";
import { entryFor, playedAttempt, scriptedEntry, scriptedFailure, usageOfEntry } from "./script.ts";

export const simulate = defineActivity({
  info: {
    name: "simulate",
    title: "Simulate",
    description: "Plays a script: the n-th attempt of the run takes the n-th entry, the last entry repeats.",
    icon: "clapperboard",
    outcomes: [],
    outcomesFrom: "simulate",
    // It plays the part of work with effects, so it waits for the disk as that does.
    pure: false,
    example: { script: [{ output: null }], delay: "20ms" },
  },
  input: () =>
    z.strictObject({
      script: z
        .array(scriptedEntry())
        .min(1)
        .default([{}])
        .meta({ title: "Script", description: "What the attempts do, in order." }),
      delay: durationText().optional().meta({ title: "Delay", description: "How long each attempt takes." }),
      model: anyText().optional().meta({
        title: "Model",
        description:
          "The model whose part it plays, so that a fallback chain can name others; the script goes on as it is.",
      }),
    }),
  output: anyJson,
  models: modelNames,
  async run({ script, delay }, context) {
    const entry = entryFor(script, context.tryOfRun) ?? {};
    const ms = milliseconds(entry.delay ?? delay ?? "0s");
    if (ms > 0) await playTime(ms, entry.partial ?? [], context);
    const usage = usageOfEntry(entry);
    if (entry.error !== undefined) {
      const message =
        entry.message === undefined ? `simulated ${entry.error} failure` : asText(entry.message);
      throw new AttemptError("SIMULATED_FAILURE", message, { usage, ...scriptedFailure(entry) });
    }
    return { type: "done", outcome: entry.outcome ?? "ok", output: entry.output ?? null, usage };
  },
  estimate({ script, delay }) {
    const ms = delay === undefined ? 0 : knownMs(delay);
    const entries = objectsOf(script ?? [{}]).map((entry) => playedAttempt(entry, ms));
    return entries.length > 0 ? { script: entries } : { usd: both(UNKNOWN), ms: both(UNKNOWN) };
  },
});

/** What is due after the end is never given. */
async function playTime(
  ms: number,
  partials: readonly { readonly after: string; readonly output: JsonObject }[],
  context: ActivityContext,
): Promise<void> {
  let passed = 0;
  const until = async (moment: number): Promise<void> => {
    if (moment > passed) await context.sleep(moment - passed);
    passed = Math.max(passed, moment);
  };
  for (const { after, output } of partials) {
    if (milliseconds(after) >= ms) break;
    await until(milliseconds(after));
    context.partial(output);
  }
  await until(ms);
}
