/** `pipeline`: another pipeline as a node. What is told of it here is for people and forms; the engine starts the run. */
import { z } from "zod";
import { LayerloomError } from "#contract/errors.ts";
import { defineActivity } from "#ports/activity.ts";
import { both, UNKNOWN } from "#ports/estimate.ts";
import { anyJson, anyText } from "./fields.ts";

export const pipeline = defineActivity({
  info: {
    name: "pipeline",
    title: "Sub-pipeline",
    description: "Runs another pipeline, from a file or written in place. The output is that pipeline's.",
    layers: ["execution"],
    icon: "workflow",
    // The child run waits for the disk where its own nodes must.
    pure: true,
    example: { pipeline: { nodes: { inner: { uses: "transform", with: { value: null } } } } },
  },
  input: () =>
    z
      .strictObject({
        path: anyText().optional().meta({
          title: "File",
          description: "Path of the pipeline file, from the folder of this one.",
          "x-widget": "path",
        }),
        pipeline: z.record(z.string(), anyJson()).optional().meta({
          title: "In place",
          description: "The pipeline itself, with the keys of a file: inputs, nodes, edges, output.",
          "x-widget": "code",
        }),
        inputs: anyJson().optional().meta({
          title: "Inputs",
          description: "What it is given, name by name.",
          "x-widget": "expression",
        }),
      })
      .refine(({ path, pipeline: inPlace }) => (path === undefined) !== (inPlace === undefined), {
        error: "needs either path or pipeline",
      }),
  output: anyJson,
  // Its nodes may ask models and read files.
  dependsOn: ["provider", "folder"],
  /** What its runs come to depends on what they are given. */
  estimate: () => ({ usd: both(UNKNOWN), ms: both(UNKNOWN), once: true }),
  run() {
    throw new LayerloomError("INTERNAL", "a sub-pipeline is run by the engine");
  },
});
