/** `check`: is a result good enough? Leaves by `pass` or `fail`. Judges only; what follows is the edges' business. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { holds } from "./condition.ts";
import { anyJson, anyText, asText } from "./fields.ts";

export const check = defineActivity({
  info: {
    name: "check",
    title: "Check",
    description:
      "Judges a result. Leaves by pass or fail; the output says which, with the score and the reason.",
    layers: ["reflection", "execution"],
    icon: "circle-check",
    outcomes: ["pass", "fail"],
    pure: true,
    example: { score: 1, pass: "score >= 0.8" },
  },
  input: () =>
    z.strictObject({
      score: z.number().nullable().optional().meta({
        title: "Score",
        description: "A number, known to the condition as score.",
        "x-widget": "expression",
      }),
      value: anyJson().optional().meta({
        title: "Value",
        description: "Any value to judge, known to the condition as input.",
        "x-widget": "expression",
      }),
      pass: z.string().min(1).meta({
        title: "Pass when",
        description: "A bare expression that gives true or false; it sees score and input.",
        "x-widget": "expression",
      }),
      reason: anyText().optional().meta({
        title: "Reason",
        description: "What to say about the result; made from the condition when absent.",
        "x-widget": "multiline",
      }),
    }),
  output: () => z.strictObject({ score: z.number().nullable(), pass: z.boolean(), reason: z.string() }),
  expressions: [{ path: "pass", names: ["score", "input"] }],
  run(settings, context) {
    const score = settings.score ?? null;
    const pass = holds(context, "pass", settings.pass, { score, input: settings.value ?? null });
    const verdict = `${pass ? "passed" : "failed"}: ${settings.pass}`;
    const reason =
      settings.reason !== undefined
        ? asText(settings.reason)
        : score === null
          ? verdict
          : `${verdict} with score ${score}`;
    return { type: "done", outcome: pass ? "pass" : "fail", output: { score, pass, reason } };
  },
});
