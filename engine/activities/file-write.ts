/** `file.write`: puts text or data into a file of a granted folder. */
import { z } from "zod";
import type { Json } from "#contract/json.ts";
import { type ActivityContext, defineActivity } from "#ports/activity.ts";
import { LOCAL } from "#ports/estimate.ts";
import { anyJson, anyText, asText } from "./fields.ts";
import { MAX_FILE_BYTES, tooLarge } from "./files/file-error.ts";
import { grantedPath } from "./files/granted-path.ts";
import { appendToFile, replaceFile } from "./files/write.ts";

const input = () =>
  z
    .strictObject({
      path: z.string().min(1).meta({
        title: "Path",
        description:
          "Relative to the folder that the run was started in (in the app: the workspace), or absolute inside it.",
        "x-widget": "path",
      }),
      content: anyText()
        .optional()
        .meta({ title: "Content", description: "The text to write, as it is.", "x-widget": "multiline" }),
      value: anyJson().optional().meta({
        title: "Value",
        description: "Data to write as JSON: indented, or one line when appending.",
        "x-widget": "expression",
      }),
      append: z.boolean().default(false).meta({
        title: "Append",
        description: "Add to the end instead of replacing. A crash in mid-write may make it happen twice.",
      }),
    })
    .refine(({ content, value }) => (content === undefined) !== (value === undefined), {
      error: "give either content or value",
    });

type Settings = z.infer<ReturnType<typeof input>>;

export const fileWrite = defineActivity({
  info: {
    name: "file.write",
    title: "Write a file",
    description:
      "Writes a file of a granted folder, at most 16 MiB, making its folders. A replaced file is never half-written.",
    layers: ["execution"],
    icon: "file-output",
    pure: false,
    example: { path: "report.md", content: "# Report\n" },
  },
  input,
  output: () =>
    z.strictObject({
      path: z.string(),
      bytes: z.number(),
      simulated: z.exactOptional(z.literal(true)),
    }),
  estimate: () => LOCAL,
  async run(settings, context) {
    const { real, text, bytes } = await prepare(settings, context);
    context.signal.throwIfAborted();
    await (settings.append ? appendToFile : replaceFile)(real, settings.path, text);
    return { type: "done", output: { path: settings.path, bytes } };
  },
  async simulate(settings, context) {
    const { bytes } = await prepare(settings, context);
    return { type: "done", output: { path: settings.path, bytes, simulated: true } };
  },
});

/** All that can be said no to, before anything is touched. */
async function prepare(settings: Settings, context: ActivityContext) {
  const { path, content, value = null, append } = settings;
  const text = content === undefined ? json(value, append) : asText(content);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_FILE_BYTES) throw tooLarge(path, bytes);
  return { real: await grantedPath(context.folders, path), text, bytes };
}

function json(value: Json, oneLine: boolean): string {
  return `${oneLine ? JSON.stringify(value) : JSON.stringify(value, null, 2)}\n`;
}
