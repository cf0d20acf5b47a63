/** Where the score of a check comes from when it is not written down: code in the sandbox, or a model as the judge. */
import { asText } from "#activities/fields.ts";
import type { Asked } from "#activities/llm/ask.ts";
import type { LlmSettings } from "#activities/llm/settings.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";

export type Measured = {
  readonly score: number;
  readonly reason?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly simulated?: true | undefined;
};

const CODE_LIMITS = { timeoutMs: 5_000, memoryBytes: 64 * 1024 * 1024 };
const TASK =
  "You judge how good a result is. Answer with a score from 0 (useless) to 1 (nothing to mend) and with the reason in a sentence or two: what is missing or wrong, so that it can be mended.";
const JUDGEMENT: JsonObject = {
  type: "object",
  required: ["score", "reason"],
  properties: {
    score: { type: "number", minimum: 0, maximum: 1, description: "0 useless, 1 nothing to mend" },
    reason: { type: "string", description: "What is missing or wrong" },
  },
};

export async function measureByCode(
  source: string,
  value: Json,
  context: ActivityContext,
): Promise<Measured> {
  const { runInSandbox } = await import("#activities/code/sandbox.ts");
  const seed = `${context.seed}/${context.node}/${context.activation}`;
  const job = { source, input: JSON.stringify(value), ...CODE_LIMITS, now: context.now(), seed };
  const result = await runInSandbox(job, context.signal);
  const { score, reason } = typeof result === "number" ? { score: result } : fieldsOf(result);
  if (typeof score === "number" && (reason === undefined || typeof reason === "string"))
    return { score, reason };
  throw new LayerloomError("INVALID_OUTPUT", `the code of a check gave ${clip(result)}`, {
    field: "code",
    hint: "Return a number, or { score: a number, reason: a text }.",
  });
}

/** What is judged follows the prompt. */
export async function measureByJudge(
  judge: Omit<LlmSettings, "schema">,
  value: Json | undefined,
  context: ActivityContext,
  ask: (settings: LlmSettings, context: ActivityContext) => Promise<Asked>,
): Promise<Measured> {
  const prompt = [judge.prompt, ...(value === undefined ? [] : [value])].map(asText).join("\n\n");
  const system = [TASK, ...(judge.system === undefined ? [] : [asText(judge.system)])].join("\n\n");
  const { output, usage } = await ask({ ...judge, prompt, system, schema: JUDGEMENT }, context);
  const { score, reason, simulated } = fieldsOf(output);
  return {
    score: Number(score),
    reason: asText(reason ?? null),
    usage,
    simulated: simulated === true ? true : undefined,
  };
}

function fieldsOf(value: Json): { readonly [key: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function clip(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
