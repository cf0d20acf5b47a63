/**
 * The real provider: the Anthropic Messages API by its SDK, streamed. Retrying is not done here: the SDK's own
 * retries are off, failures are named and handed on. A stream that falls silent is given up.
 */
import { Anthropic } from "@anthropic-ai/sdk";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages/messages";
import { asText, milliseconds } from "#activities/fields.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { Usage } from "#contract/events.ts";
import type { Json, JsonObject } from "#contract/json.ts";
import type { ActivityContext } from "#ports/activity.ts";
import { AttemptError } from "#ports/failure.ts";
import { Answer } from "./answer.ts";
import { cutOff, modelError } from "./model-error.ts";
import { modelFor } from "./models.ts";
import type { LlmSettings } from "./settings.ts";
import { conformanceTo } from "./structured.ts";

const DEFAULT_BASE_URL = "https://api.anthropic.com";

export async function askAnthropic(
  settings: LlmSettings,
  context: ActivityContext,
  hear: (piece: string) => void,
): Promise<{ output: Json; usage?: Usage }> {
  const conformance = settings.schema && conformanceTo(settings.schema);
  const parameters = parametersOf(settings);
  const client = clientFor(context);
  const answer = new Answer(parameters.model);
  const idleMs = milliseconds(settings.idleTimeout);
  const watchdog = new Watchdog(idleMs);
  try {
    const signal = AbortSignal.any([context.signal, watchdog.signal]);
    const stream = await client.messages.create(parameters, { signal });
    for await (const event of stream) {
      watchdog.alive();
      const piece = answer.take(event);
      if (piece !== "") hear(piece);
    }
    // An aborted stream ends without an error, and so does one whose connection was closed politely.
    if (!answer.whole) throw cutOff(answer.usage);
  } catch (error) {
    context.signal.throwIfAborted();
    if (watchdog.signal.aborted) throw stalled(idleMs, answer.usage);
    throw error instanceof LayerloomError ? error : modelError(error, context.now(), answer.usage);
  } finally {
    watchdog.stop();
  }
  const output = answer.output(settings.maxTokens, conformance);
  return { output, ...(answer.usage === undefined ? {} : { usage: answer.usage }) };
}

function clientFor(context: ActivityContext): Anthropic {
  const apiKey = context.secret("ANTHROPIC_API_KEY");
  if (!apiKey) {
    throw new LayerloomError("MISSING_KEY", "no key for the model: ANTHROPIC_API_KEY is not set", {
      hint: "Set ANTHROPIC_API_KEY, or use the simulated model: --provider simulated, or provider: simulated on the node.",
    });
  }
  return new Anthropic({
    apiKey,
    authToken: null,
    baseURL: context.secret("ANTHROPIC_BASE_URL") || DEFAULT_BASE_URL,
    maxRetries: 0,
    logLevel: "off",
  });
}

function parametersOf(settings: LlmSettings): MessageCreateParamsStreaming {
  const { prompt, system, model, complexity, maxTokens, effort, schema } = settings;
  const format = schema && { type: "json_schema" as const, schema: accepted(schema) };
  return {
    model: modelFor(model, complexity),
    max_tokens: maxTokens,
    messages: [{ role: "user", content: asText(prompt) }],
    stream: true,
    ...(system === undefined ? {} : { system: asText(system) }),
    ...(effort === undefined && format === undefined
      ? {}
      : { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
  };
}

/** In the dialect that the API takes; what it does not know is moved into descriptions. */
function accepted(schema: JsonObject): Record<string, unknown> {
  try {
    return { ...transformJSONSchema(JSON.parse(JSON.stringify(schema))) };
  } catch (error) {
    throw new LayerloomError(
      "MODEL_REQUEST_INVALID",
      `schema: ${error instanceof Error ? error.message : String(error)}`,
      {
        field: "schema",
      },
    );
  }
}

function stalled(idleMs: number, usage: Usage | undefined): AttemptError {
  return new AttemptError("MODEL_STALLED", `the model has sent nothing for ${idleMs} ms`, {
    usage,
    hint: "Raise idleTimeout if the model needs longer to think.",
  });
}

/** Aborts its signal when nobody has called `alive` for a while. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), idleMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  alive(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
