/** `code`: JavaScript that computes and can do nothing else. It runs in a sandbox off the engine's thread. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { both, NO_COST, UNKNOWN } from "#ports/estimate.ts";
import { anyJson, durationText, milliseconds } from "./fields.ts";

export const code = defineActivity({
  info: {
    name: "code",
    title: "Code",
    description:
      "Computes with JavaScript, without access to files, network or modules. The output is what it returns, at most 1 MiB.",
    layers: ["understanding", "reasoning", "execution"],
    icon: "braces",
    pure: true,
    example: { source: "return input;", input: null },
  },
  input: () =>
    z.strictObject({
      source: z.string().min(1).max(1_000_000).meta({
        title: "Source",
        description:
          "A function's body that sees input and returns a value, or a module with export default. The clock stands still and Math.random is seeded, so that the same input gives the same output.",
        "x-widget": "code",
      }),
      input: anyJson()
        .optional()
        .meta({ title: "Input", description: "What the code sees as input.", "x-widget": "expression" }),
      timeout: durationText()
        .default("5s")
        .meta({ title: "Time limit", description: "The code is stopped after this long." }),
      memoryMb: z
        .int()
        .min(1)
        .max(256)
        .default(64)
        .meta({ title: "Memory limit, MiB", description: "The code is stopped when it needs more." }),
    }),
  output: anyJson,
  // The code's own limit comes first; this one also covers waiting for a free sandbox.
  defaultTimeoutMs: 10 * 60_000,
  async run({ source, input = null, timeout, memoryMb }, context) {
    const { runInSandbox } = await import("./code/sandbox.ts");
    const job = {
      source,
      input: JSON.stringify(input),
      timeoutMs: milliseconds(timeout),
      memoryBytes: memoryMb * 1024 * 1024,
      now: context.now(),
      seed: `${context.seed}/${context.node}/${context.activation}`,
    };
    return { type: "done", output: await runInSandbox(job, context.signal) };
  },
  estimate: () => ({ usd: NO_COST, ms: both(UNKNOWN) }),
});
