/** `check`: is a result good enough? Leaves by `pass` or `fail`. Judges only; what follows is the edges' business. */
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import type { JsonObject } from "#contract/json.ts";
import { type ActivityContext, type ActivityResult, defineActivity } from "#ports/activity.ts";
import { both, type Estimate, type EstimateContext, figure, NO_COST, UNKNOWN } from "#ports/estimate.ts";
import { AttemptError } from "#ports/failure.ts";
import type { Measured } from "./check/measure.ts";
import { holds } from "./condition.ts";
import { anyJson, anyText, asText } from "./fields.ts";
import { objectsOf } from "./known.ts";
import { askModel, askSimulated } from "./llm/ask.ts";
import { estimateModel } from "./llm/estimate.ts";
import { serviceOf } from "./llm/models.ts";
import { llmSettings } from "./llm/settings.ts";

const input = () =>
  z
    .strictObject({
      score: z.number().nullable().optional().meta({
        title: "Score",
        description: "A number, known to the condition as score.",
        "x-widget": "expression",
      }),
      code: z.string().min(1).max(1_000_000).optional().meta({
        title: "Score by code",
        description: "JavaScript that sees the value as input and returns a number, or { score, reason }.",
        "x-widget": "code",
      }),
      judge: llmSettings().omit({ schema: true }).optional().meta({
        title: "Score by a model",
        description: "A model that gives a score from 0 to 1 and a reason; the value follows its prompt.",
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
        description:
          "What to say about the result; that of the code, the model or the condition when absent.",
        "x-widget": "multiline",
      }),
    })
    .refine(({ score, code }) => score === undefined || code === undefined, {
      path: ["code"],
      error: "the score comes from score or from code, not from both",
    })
    .refine(({ score, code, judge }) => judge === undefined || (score === undefined && code === undefined), {
      path: ["judge"],
      error: "the score comes from score, from code or from judge, not from two of them",
    });

const output = () =>
  z.strictObject({
    score: z.number().nullable(),
    pass: z.boolean(),
    reason: z.string(),
    simulated: z.literal(true).exactOptional(),
  });

type Settings = z.infer<ReturnType<typeof input>>;
type Result = ActivityResult<z.infer<ReturnType<typeof output>>>;

export const check = defineActivity({
  info: {
    name: "check",
    title: "Check",
    description:
      "Judges a result. The score is given, or comes from code or from a model. Leaves by pass or fail; the output says which, with the score and the reason.",
    layers: ["reflection", "execution"],
    icon: "circle-check",
    outcomes: ["pass", "fail"],
    pure: true,
    example: { score: 1, pass: "score >= 0.8" },
  },
  input,
  output,
  expressions: [{ path: "pass", names: ["score", "input"] }],
  dependsOn: ["provider"],
  modelSettings: ({ judge }) => judge,
  service: {
    reads: ["judge"],
    of: ({ judge }, provider) => {
      const [model] = objectsOf([judge ?? null]);
      return model && serviceOf(model, provider);
    },
  },
  defaultTimeoutMs: 10 * 60_000,
  estimate: estimateCheck,
  run: (settings, context) => judged(settings, context, askModel),
  simulate: (settings, context) => judged(settings, context, askSimulated),
});

function estimateCheck({ judge, code, value = "" }: JsonObject, context: EstimateContext): Estimate {
  const [model] = objectsOf([judge ?? null]);
  if (model)
    return estimateModel({ ...model, prompt: `${asText(model.prompt ?? "")}${asText(value)}` }, context);
  if (code !== undefined) return { usd: NO_COST, ms: both(UNKNOWN), once: true };
  return { usd: NO_COST, ms: both(figure(0, "local")), once: true };
}

function judged(
  settings: Settings,
  context: ActivityContext,
  ask: typeof askModel,
): Result | Promise<Result> {
  const { score = null, code, judge, value } = settings;
  if (code === undefined && judge === undefined) return verdict(settings, context, { score });
  return measured().then((measure) => {
    try {
      return verdict(settings, context, measure);
    } catch (thrown) {
      // The model was asked and has to be paid, whatever its score is good for.
      if (!(thrown instanceof LayerloomError)) throw thrown;
      const { usage } = measure;
      throw new AttemptError(thrown.code, thrown.message, { ...thrown.toShape(), usage, cause: thrown });
    }
  });

  async function measured(): Promise<Measured> {
    const { measureByCode, measureByJudge } = await import("./check/measure.ts");
    return judge === undefined
      ? measureByCode(code ?? "", value ?? null, context)
      : measureByJudge(judge, value, context, ask);
  }
}

function verdict(
  { pass: condition, reason: said, value = null }: Settings,
  context: ActivityContext,
  measured: Omit<Measured, "score"> & { readonly score: number | null },
): Result {
  const { score, usage, simulated } = measured;
  const pass = holds(context, "pass", condition, { score, input: value });
  const plain = `${pass ? "passed" : "failed"}: ${condition}${score === null ? "" : ` with score ${score}`}`;
  const reason = said === undefined ? (measured.reason ?? plain) : asText(said);
  return {
    type: "done",
    outcome: pass ? "pass" : "fail",
    output: { score, pass, reason, ...(simulated && { simulated }) },
    ...(usage && { usage }),
  };
}
