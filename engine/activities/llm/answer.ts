/**
 * Puts an answer together from the events of a stream, and judges it when it has ended: whole, refused, cut off, of
 * the wrong shape. What it has cost so far is known at every moment.
 */
import type { RawMessageStreamEvent, StopReason } from "@anthropic-ai/sdk/resources/messages/messages";
import type { Usage } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import { AttemptError } from "#ports/failure.ts";
import { usageOfTokens } from "./models.ts";
import type { Conformance } from "./structured.ts";

export class Answer {
  #text = "";
  #model: string;
  #input = 0;
  #output = 0;
  #cacheWrite = 0;
  #cacheRead = 0;
  #stopReason: StopReason | null = null;
  #explanation = "";
  #whole = false;

  constructor(model: string) {
    this.#model = model;
  }

  /** The piece of text that the event brought, if any. */
  take(event: RawMessageStreamEvent): string {
    switch (event.type) {
      case "message_start":
        this.#model = event.message.model;
        this.#count(event.message.usage);
        return "";
      case "content_block_start":
        return event.content_block.type === "text" ? this.#add(event.content_block.text) : "";
      case "content_block_delta":
        return event.delta.type === "text_delta" ? this.#add(event.delta.text) : "";
      case "message_delta":
        this.#stopReason = event.delta.stop_reason;
        this.#explanation = event.delta.stop_details?.explanation ?? "";
        this.#count(event.usage);
        return "";
      case "message_stop":
        this.#whole = true;
        return "";
      default:
        return "";
    }
  }

  /** Did the stream reach its end? */
  get whole(): boolean {
    return this.#whole;
  }

  /** Undefined before anything has been counted. */
  get usage(): Usage | undefined {
    const count = {
      input: this.#input,
      output: this.#output,
      cacheWrite: this.#cacheWrite,
      cacheRead: this.#cacheRead,
    };
    const usage = usageOfTokens(this.#model, count);
    return usage.tokens === 0 ? undefined : usage;
  }

  /** The output of the node. */
  output(maxTokens: number, conformance: Conformance | undefined): Json {
    const { usage } = this;
    const text = this.#text;
    const stop = this.#stopReason;
    if (stop === "refusal") {
      const why = this.#explanation === "" ? "" : `: ${this.#explanation}`;
      throw new AttemptError("MODEL_REFUSED", `the model refused to answer${why}`, {
        usage,
        hint: "Say the task differently, or let a person do it.",
      });
    }
    if (stop === "model_context_window_exceeded") {
      throw new AttemptError("MODEL_REQUEST_INVALID", "the prompt is longer than the model can read", {
        usage,
        hint: "Shorten the prompt, or take a model that reads more.",
      });
    }
    if (stop === "max_tokens") {
      throw new AttemptError("MODEL_OUTPUT_INVALID", `the answer was cut off at ${maxTokens} tokens`, {
        usage,
        hint: "Raise maxTokens, or ask for less.",
      });
    }
    if (stop !== "end_turn" && stop !== "stop_sequence") {
      throw new AttemptError(
        "MODEL_OUTPUT_INVALID",
        `the answer ended early (${stop ?? "no reason given"})`,
        { usage },
      );
    }
    return conformance ? checkedData(text, conformance, usage) : { text, model: this.#model };
  }

  #add(text: string): string {
    this.#text += text;
    return text;
  }

  /** Counts in a stream are totals so far, not additions. */
  #count(usage: {
    readonly input_tokens?: number | null;
    readonly output_tokens?: number | null;
    readonly cache_creation_input_tokens?: number | null;
    readonly cache_read_input_tokens?: number | null;
  }): void {
    this.#input = usage.input_tokens ?? this.#input;
    this.#output = usage.output_tokens ?? this.#output;
    this.#cacheWrite = usage.cache_creation_input_tokens ?? this.#cacheWrite;
    this.#cacheRead = usage.cache_read_input_tokens ?? this.#cacheRead;
  }
}

function checkedData(text: string, conformance: Conformance, usage: Usage | undefined): Json {
  const invalid = (why: string) =>
    new AttemptError("MODEL_OUTPUT_INVALID", `the answer does not fit the schema: ${why}`, {
      usage,
    });
  let data: Json;
  try {
    data = JSON.parse(text);
  } catch {
    throw invalid("it is not JSON");
  }
  const wrong = conformance(data);
  if (wrong !== undefined) throw invalid(wrong);
  return data;
}
