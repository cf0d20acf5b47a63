/** The settings of `http`, for the node and for what sends the request. */
import { z } from "zod";
import { anyJson } from "#activities/fields.ts";

const scalar = () => z.union([z.string(), z.number(), z.boolean()]);

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export const httpSettings = () =>
  z.strictObject({
    method: z
      .enum(METHODS)
      .default("GET")
      .meta({ title: "Method", description: "What to do with the resource." }),
    url: z
      .url({ protocol: /^https?$/, error: "an http or https address" })
      .meta({ title: "URL", description: "The address, http or https." }),
    headers: z
      .record(z.string(), scalar())
      .default({})
      .meta({ title: "Headers", description: "Sent with the request." }),
    query: z
      .record(z.string(), z.union([scalar(), z.array(scalar()), z.null()]))
      .default({})
      .meta({
        title: "Query",
        description: "Added to the address; a list repeats its name, null leaves it out.",
      }),
    body: anyJson().optional().meta({
      title: "Body",
      description: "Text is sent as it is, everything else as JSON.",
      "x-widget": "expression",
    }),
    expect: z.enum(["auto", "json", "text"]).default("auto").meta({
      title: "Read the answer as",
      description: "auto: JSON when the server says that it is, text otherwise.",
    }),
    okStatus: z.array(z.int().min(100).max(599)).optional().meta({
      title: "Accepted statuses",
      description: "Which statuses are a success; 200 to 299 when absent.",
    }),
    simulate: z
      .strictObject({
        status: z
          .int()
          .min(100)
          .max(599)
          .optional()
          .meta({ title: "Status", description: "200 when absent." }),
        headers: z
          .record(z.string(), z.string())
          .optional()
          .meta({ title: "Headers", description: "None when absent." }),
        body: anyJson()
          .optional()
          .meta({ title: "Body", description: "null when absent.", "x-widget": "expression" }),
      })
      .optional()
      .meta({ title: "Simulated answer", description: "What a simulated run gets in place of the network." }),
  });

export type HttpSettings = z.infer<ReturnType<typeof httpSettings>>;
