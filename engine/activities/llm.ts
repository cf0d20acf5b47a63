/** `llm`: asks a language model. Who answers is a provider; each is loaded when first asked. */
import { type ActivityContext, defineActivity } from "#ports/activity.ts";
import { anyJson } from "./fields.ts";
import { estimateModel } from "./llm/estimate.ts";
import { complexityOf, modelFor, modelNames } from "./llm/models.ts";
import { type LlmSettings, llmSettings } from "./llm/settings.ts";

export const llm = defineActivity({
  info: {
    name: "llm",
    title: "Language model",
    description:
      "Asks a language model. The output is { text, model }, or the answer as data when a schema is given. A simulated answer says so.",
    layers: ["reasoning", "understanding", "reflection"],
    icon: "sparkles",
    pure: false,
    example: { complexity: "medium", prompt: "Say hello." },
  },
  input: llmSettings,
  dependsOn: ["provider"],
  output: anyJson,
  models: modelNames,
  service: {
    reads: ["provider", "model", "complexity"],
    of: ({ provider: own, model, complexity }, provider) => {
      const name = typeof model === "string" ? model : undefined;
      return `${own ?? provider}/${modelFor(name, complexityOf(complexity))}`;
    },
  },
  defaultTimeoutMs: 10 * 60_000,
  async run(settings, context) {
    if ((settings.provider ?? context.provider) === "simulated") return askSimulated(settings, context);
    const { askAnthropic } = await import("./llm/anthropic.ts");
    return { type: "done", ...(await askAnthropic(settings, context)) };
  },
  simulate: askSimulated,
  estimate: estimateModel,
});

async function askSimulated(settings: LlmSettings, context: ActivityContext) {
  const { playSimulatedModel } = await import("./llm/simulated.ts");
  return { type: "done" as const, ...(await playSimulatedModel(settings, context)) };
}
