/** `transform`: the value that its expressions give. Knows nothing of expressions: they are already replaced. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { anyJson } from "./fields.ts";

export const transform = defineActivity({
  info: {
    name: "transform",
    title: "Transform",
    description: "Shapes data: the output is the value, its expressions replaced by what they give.",
    layers: ["understanding", "reasoning", "execution"],
    icon: "shuffle",
    pure: true,
    example: { value: null },
  },
  input: () =>
    z.strictObject({
      value: anyJson().meta({
        title: "Value",
        description: "Any value; ${{ … }} in it is replaced.",
        "x-widget": "expression",
      }),
    }),
  output: anyJson,
  run: ({ value }) => ({ type: "done", output: value }),
});
