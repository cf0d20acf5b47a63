/** `memory.put`: remembers a value in place of the one before. The host writes it together with the completion. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { LOCAL } from "#ports/estimate.ts";
import { anyJson, memoryName } from "./fields.ts";

export const memoryPut = defineActivity({
  info: {
    name: "memory.put",
    title: "Remember",
    description:
      "Stores a value in memory under a name, in place of the one before. The output is the value.",
    layers: ["reflection", "understanding"],
    icon: "archive",
    pure: true,
    example: { name: "world_model", value: null },
  },
  input: () =>
    z.strictObject({
      name: memoryName(),
      value: anyJson().meta({ title: "Value", description: "What to remember.", "x-widget": "expression" }),
    }),
  output: anyJson,
  estimate: () => LOCAL,
  run: ({ name, value }) => ({ type: "done", output: value, memory: [{ name, op: "put", value }] }),
});
