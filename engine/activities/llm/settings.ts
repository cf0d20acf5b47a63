/** The settings of `llm`, for the node and for its providers. */
import { z } from "zod";
import { anyText, durationText, jsonObject } from "#activities/fields.ts";
import { playedEntry } from "#activities/script.ts";
import { COMPLEXITIES } from "./models.ts";

/** The words of the Messages API, least first. It has no temperature. */
const EFFORTS = ["low", "medium", "high", "xhigh", "max"] as const;

export const llmSettings = () =>
  z.strictObject({
    prompt: anyText().meta({
      title: "Prompt",
      description: "What the model is asked; ${{ … }} in it is replaced.",
      "x-widget": "multiline",
    }),
    system: anyText().optional().meta({
      title: "System prompt",
      description: "Who the model is and what it keeps to.",
      "x-widget": "multiline",
    }),
    complexity: z.enum(COMPLEXITIES).default("medium").meta({
      title: "Complexity",
      description: "Chooses the model when none is named: simple, medium or complex work.",
    }),
    model: z.string().min(1).optional().meta({
      title: "Model",
      description: "A model's id, or haiku, sonnet, opus or fable. Goes before complexity.",
    }),
    effort: z.enum(EFFORTS).optional().meta({
      title: "Effort",
      description: "How much work goes into the answer: more is more thorough, slower and dearer.",
    }),
    schema: jsonObject("a JSON Schema (an object)").optional().meta({
      type: "object",
      title: "Answer's schema",
      description:
        "A JSON Schema: the output is then the answer as data. Without it the output is { text, model }.",
      "x-widget": "code",
    }),
    maxTokens: z.int().min(1).max(1_000_000).default(8192).meta({
      title: "Most tokens",
      description: "An answer that is cut off here counts as of bad quality and is asked for again.",
    }),
    provider: z.enum(["anthropic", "simulated"]).optional().meta({
      title: "Provider",
      description: "Who answers; what the run says when absent. simulated needs no key and no network.",
    }),
    idleTimeout: durationText().default("2m").meta({
      title: "Silence limit",
      description: "An answer that does not go on for this long is given up and asked for again.",
    }),
    simulate: z
      .strictObject({
        script: z.array(playedEntry()).min(1).optional().meta({
          title: "Script",
          description: "The n-th attempt of the run takes the n-th entry, the last entry repeats.",
        }),
        delay: durationText().optional().meta({
          title: "Delay",
          description: "How long a simulated answer takes to stream.",
        }),
      })
      .optional()
      .meta({
        title: "Simulated model",
        description: "What the simulated model plays; made up from the prompt when absent.",
      }),
  });

export type LlmSettings = z.infer<ReturnType<typeof llmSettings>>;
