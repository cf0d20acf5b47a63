/** `memory.get`: reads what a node or an earlier run has remembered. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { anyJson, memoryName } from "./fields.ts";

export const memoryGet = defineActivity({
  info: {
    name: "memory.get",
    title: "Recall",
    description:
      "Reads a value from memory. The output says whether it was found, what it is and since when.",
    layers: ["perception", "understanding"],
    icon: "archive-restore",
    pure: true,
    example: { name: "world_model" },
  },
  input: () =>
    z.strictObject({
      name: memoryName(),
      default: anyJson().optional().meta({
        title: "Default",
        description: "The value when nothing is stored under the name.",
        "x-widget": "expression",
      }),
    }),
  output: () => z.strictObject({ found: z.boolean(), value: anyJson(), at: z.string().nullable() }),
  run(settings, context) {
    const entry = context.memory(settings.name);
    const output = entry
      ? { found: true, value: entry.value, at: new Date(entry.at).toISOString() }
      : { found: false, value: settings.default ?? null, at: null };
    return { type: "done", output };
  },
});
