/** `llm`: asks a language model. */
import { defineActivity } from "#ports/activity.ts";
import { anyJson } from "./fields.ts";
import { askModel, askSimulated } from "./llm/ask.ts";
import { estimateModel } from "./llm/estimate.ts";
import { modelNames, serviceOf } from "./llm/models.ts";
import { llmSettings } from "./llm/settings.ts";

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
  service: { reads: ["provider", "model", "complexity"], of: serviceOf },
  defaultTimeoutMs: 10 * 60_000,
  modelSettings: (settings) => settings,
  run: async (settings, context) => ({
    type: "done",
    ...(await askModel(settings, context, (fields) => context.partial(fields))),
  }),
  simulate: async (settings, context) => ({
    type: "done",
    ...(await askSimulated(settings, context, (fields) => context.partial(fields))),
  }),
  estimate: estimateModel,
});
