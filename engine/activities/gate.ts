/** `gate`: policy as a list of rules; the first that holds decides the outcome. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { holds } from "./condition.ts";
import { anyText, asText, outcomeName } from "./fields.ts";

const rule = () =>
  z.strictObject({
    when: z.string().min(1).meta({
      title: "When",
      description: "A bare expression that gives true or false.",
      "x-widget": "expression",
    }),
    outcome: outcomeName().meta({
      title: "Outcome",
      description: "What the node leaves by when the rule holds.",
    }),
    reason: anyText()
      .optional()
      .meta({ title: "Reason", description: "Why; made from the rule when absent." }),
  });

export const gate = defineActivity({
  info: {
    name: "gate",
    title: "Gate",
    description:
      "Decides by rules, in order: the first rule that holds gives the outcome, otherwise the last word.",
    icon: "shield-check",
    outcomes: [],
    outcomesFrom: "gate",
    pure: true,
    example: { rules: [{ when: "false", outcome: "rejected" }], otherwise: "approved" },
  },
  input: () =>
    z.strictObject({
      rules: z
        .array(rule())
        .meta({ title: "Rules", description: "Judged from the top; the first that holds decides." }),
      otherwise: outcomeName().meta({ title: "Otherwise", description: "The outcome when no rule holds." }),
    }),
  output: () => z.strictObject({ outcome: z.string(), rule: z.number().nullable(), reason: z.string() }),
  expressions: [{ path: "rules[].when" }],
  run({ rules, otherwise }, context) {
    const index = rules.findIndex(({ when }, at) => holds(context, `rules.${at}.when`, when));
    const found = rules[index];
    if (!found) {
      return {
        type: "done",
        outcome: otherwise,
        output: { outcome: otherwise, rule: null, reason: "no rule holds" },
      };
    }
    const reason =
      found.reason === undefined ? `rule ${index + 1} holds: ${found.when}` : asText(found.reason);
    return { type: "done", outcome: found.outcome, output: { outcome: found.outcome, rule: index, reason } };
  },
});
