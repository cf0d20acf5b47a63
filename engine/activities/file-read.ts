/** `file.read`: what a file of a granted folder holds. */
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import { defineActivity } from "#ports/activity.ts";
import { anyJson } from "./fields.ts";
import { grantedPath } from "./files/granted-path.ts";
import { decode, ENCODINGS, PARSERS, parseText, readBytes } from "./files/read.ts";

export const fileRead = defineActivity({
  info: {
    name: "file.read",
    title: "Read a file",
    description: "Reads a file of a granted folder, at most 16 MiB. The output is its content.",
    layers: ["perception"],
    icon: "file-input",
    pure: true,
    example: { path: "data.json", parse: "json" },
  },
  input: () =>
    z.strictObject({
      path: z.string().min(1).meta({
        title: "Path",
        description:
          "Relative to the folder that the run was started in (in the app: the workspace), or absolute inside it.",
        "x-widget": "path",
      }),
      parse: z.enum(PARSERS).default("text").meta({
        title: "Read as",
        description: "text; a list of lines; one JSON value; or a list of JSON values, one a line (ndjson).",
      }),
      encoding: z.enum(ENCODINGS).default("utf8").meta({
        title: "Encoding",
        description: "Of the file's text. base64 gives any bytes as text.",
      }),
    }),
  dependsOn: ["folder"],
  output: anyJson,
  async run({ path, parse, encoding }, context) {
    if (encoding === "base64" && parse !== "text") {
      throw new LayerloomError("INVALID_VALUE", `${path}: base64 can only be read as text, not as ${parse}`);
    }
    const bytes = await readBytes(await grantedPath(context.folders, path), path);
    return { type: "done", output: parseText(decode(bytes, encoding, path), parse, path) };
  },
});
