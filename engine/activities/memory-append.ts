/** `memory.append`: adds a value to a remembered list. The host writes it together with the completion, exactly once. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { LOCAL } from "#ports/estimate.ts";
import { anyJson, memoryName } from "./fields.ts";

export const memoryAppend = defineActivity({
  info: {
    name: "memory.append",
    title: "Learn",
    description: "Adds a value to a list in memory, exactly once a completion. The output is the value.",
    layers: ["reflection"],
    icon: "book-plus",
    pure: true,
    example: { name: "learnings", value: null },
  },
  input: () =>
    z.strictObject({
      name: memoryName(),
      value: anyJson().meta({ title: "Value", description: "What to add.", "x-widget": "expression" }),
    }),
  output: anyJson,
  estimate: () => LOCAL,
  run: ({ name, value }) => ({ type: "done", output: value, memory: [{ name, op: "append", value }] }),
});
