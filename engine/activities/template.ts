/** `template`: a text with its expressions replaced. The output is the text itself. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { anyText, asText } from "./fields.ts";

export const template = defineActivity({
  info: {
    name: "template",
    title: "Template",
    description: "Writes a text. The output is the text, with every ${{ … }} replaced.",
    layers: ["execution", "understanding"],
    icon: "file-text",
    pure: true,
    example: { text: "Hello." },
  },
  input: () =>
    z.strictObject({
      text: anyText().meta({
        title: "Text",
        description: "What to write; ${{ … }} in it is replaced. A value that is no text is written as JSON.",
        "x-widget": "multiline",
      }),
    }),
  output: () => z.string(),
  run: ({ text }) => ({ type: "done", output: asText(text) }),
});
