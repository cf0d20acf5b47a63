/** Asks a model, whoever its provider is; each is loaded when first asked. */
import type { Usage } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";
import type { LlmSettings } from "./settings.ts";

export type Asked = { readonly output: Json; readonly usage?: Usage };

export async function askModel(settings: LlmSettings, context: ActivityContext): Promise<Asked> {
  if ((settings.provider ?? context.provider) === "simulated") return askSimulated(settings, context);
  const { askAnthropic } = await import("./anthropic.ts");
  return askAnthropic(settings, context);
}

export async function askSimulated(settings: LlmSettings, context: ActivityContext): Promise<Asked> {
  const { playSimulatedModel } = await import("./simulated.ts");
  return playSimulatedModel(settings, context);
}
