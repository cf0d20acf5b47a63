/** `http`: one request and its answer. Which statuses are worth another try is decided here; trying again is not. */
import { z } from "zod";
import { defineActivity } from "#ports/activity.ts";
import { both, NO_COST, UNKNOWN } from "#ports/estimate.ts";
import { anyJson } from "./fields.ts";
import { httpSettings } from "./http/settings.ts";

export const http = defineActivity({
  info: {
    name: "http",
    title: "HTTP request",
    description: "Asks a server. The output is { status, headers, body }, the body at most 10 MiB.",
    layers: ["perception", "execution"],
    icon: "globe",
    pure: false,
    example: { url: "https://example.com/" },
  },
  input: httpSettings,
  output: () =>
    z.strictObject({
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: anyJson(),
      simulated: z.exactOptional(z.literal(true)),
    }),
  service: {
    reads: ["url"],
    of: ({ url }) => (typeof url === "string" ? URL.parse(url)?.host : undefined),
  },
  defaultTimeoutMs: 60_000,
  async run(settings, context) {
    const { request } = await import("./http/request.ts");
    return { type: "done", output: await request(settings, context) };
  },
  simulate({ simulate }) {
    const { status = 200, headers = {}, body = null } = simulate ?? {};
    return { type: "done", output: { status, headers, body, simulated: true } };
  },
  /** How long it takes is not known; what a server asks for it is not counted. */
  estimate: () => ({ usd: NO_COST, ms: both(UNKNOWN) }),
});
