/** Asks a model, whoever its provider is; each is loaded when first asked. */
import type { Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";
import { KnownFields } from "./known-fields.ts";
import type { LlmSettings } from "./settings.ts";

export type Asked = { readonly output: Json; readonly usage?: Usage };

/** Told which fields of an answer with a schema are complete, each time that there are more, while it still streams. */
export type OnKnown = (fields: JsonObject) => void;

export async function askModel(
  settings: LlmSettings,
  context: ActivityContext,
  onKnown?: OnKnown,
): Promise<Asked> {
  if ((settings.provider ?? context.provider) === "simulated")
    return askSimulated(settings, context, onKnown);
  const { askAnthropic } = await import("./anthropic.ts");
  return askAnthropic(settings, context, listener(settings, context, onKnown));
}

export async function askSimulated(
  settings: LlmSettings,
  context: ActivityContext,
  onKnown?: OnKnown,
): Promise<Asked> {
  const { playSimulatedModel } = await import("./simulated.ts");
  return playSimulatedModel(settings, context, listener(settings, context, onKnown));
}

/** Takes the answer piece by piece. */
function listener(
  { schema }: LlmSettings,
  context: ActivityContext,
  onKnown: OnKnown | undefined,
): (piece: string) => void {
  const known = schema && onKnown ? new KnownFields() : undefined;
  return (piece) => {
    context.stream(piece);
    const fields = known?.take(piece);
    if (fields) onKnown?.(fields);
  };
}
