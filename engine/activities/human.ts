/** `human`: asks a person and leaves by what they decide. Who asks, waits and remembers is the host. */
import { z } from "zod";
import { HUMAN_OUTCOMES } from "#contract/outcomes.ts";
import { defineActivity } from "#ports/activity.ts";
import { figure, NO_COST, UNKNOWN } from "#ports/estimate.ts";
import { anyJson, anyText, asText, durationText, milliseconds, outcomeName } from "./fields.ts";
import { knownMs } from "./known.ts";

const input = () =>
  z
    .strictObject({
      title: anyText().meta({
        type: "string",
        title: "Title",
        description: "What is to be decided, in a few words.",
      }),
      instructions: anyText().optional().meta({
        title: "Instructions",
        description: "What to look at and how to decide.",
        "x-widget": "multiline",
      }),
      payload: anyJson().optional().meta({
        title: "Payload",
        description: "What the person is shown; they may hand back a changed value.",
        "x-widget": "expression",
      }),
      outcomes: z
        .array(outcomeName())
        .min(1)
        .default([...HUMAN_OUTCOMES])
        .meta({ title: "Outcomes", description: "What the person may choose from, in order." }),
      timeout: durationText()
        .optional()
        .meta({ title: "Time-out", description: "How long to wait; for ever when absent." }),
      onTimeout: outcomeName().optional().meta({
        title: "On time-out",
        description: "The outcome when nobody has decided in time; the node fails when absent.",
      }),
      simulate: outcomeName().optional().meta({
        title: "Simulated decision",
        description: "What a simulated run decides, at once; approved (or the first outcome) when absent.",
      }),
    })
    .refine(({ onTimeout, outcomes }) => onTimeout === undefined || outcomes.includes(onTimeout), {
      path: ["onTimeout"],
      error: "must be one of the outcomes",
    })
    .refine(({ simulate, outcomes }) => simulate === undefined || outcomes.includes(simulate), {
      path: ["simulate"],
      error: "must be one of the outcomes",
    });

export const human = defineActivity({
  info: {
    name: "human",
    title: "Human decision",
    description: "Opens a task for a person and waits, across restarts. Leaves by the outcome they choose.",
    icon: "hand",
    outcomes: [],
    outcomesFrom: "human",
    pure: false,
    example: { title: "Approve" },
  },
  input,
  output: () =>
    z.strictObject({
      outcome: z.string(),
      comment: z.string(),
      value: anyJson(),
      by: z.string(),
    }),
  run({ title, instructions, payload, outcomes, timeout, onTimeout }, context) {
    return {
      type: "human",
      card: {
        title: asText(title),
        ...(instructions === undefined ? {} : { instructions: asText(instructions) }),
        ...(payload === undefined ? {} : { payload }),
        outcomes,
        reason: "node",
        ...(timeout === undefined ? {} : { timeoutAt: context.now() + milliseconds(timeout) }),
        ...(onTimeout === undefined ? {} : { onTimeout }),
      },
    };
  },
  simulate({ outcomes, simulate }) {
    const outcome = simulate ?? (outcomes.includes("approved") ? "approved" : (outcomes[0] ?? "approved"));
    return { type: "done", outcome, output: { outcome, comment: "", value: null, by: "simulated" } };
  },
  /** How long people take, only people know; no longer than they are given. */
  estimate({ timeout }) {
    const most = knownMs(timeout);
    const worst = most === null ? UNKNOWN : figure(most, "settings");
    return { usd: NO_COST, ms: { expected: UNKNOWN, worst }, once: true };
  },
});
