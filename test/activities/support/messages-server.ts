/**
 * A small server on loopback that speaks the Messages API, well and badly: JSON and SSE, errors, cut, slow and
 * silent streams. Each request takes the next reply; the last one repeats. Every request is kept.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#contract/json.ts";

export const GOOD_KEY = "test-key";

export type Reply =
  | {
      readonly type: "answer";
      readonly text: string;
      readonly stopReason?: string;
      readonly explanation?: string;
      readonly inputTokens?: number;
      readonly outputTokens?: number;
      /** Between two pieces. */
      readonly gapMs?: number;
      /** A ping between two pieces. */
      readonly pings?: boolean;
    }
  | {
      readonly type: "error";
      readonly status: number;
      readonly errorType: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Starts well, then… */
  | { readonly type: "cut" | "closed" | "stalled" | "garbled"; readonly text: string }
  | { readonly type: "error-in-stream"; readonly text: string; readonly errorType: string }
  /** Accepts the request and never answers. */
  | { readonly type: "silent" }
  /** Hangs up without an answer. */
  | { readonly type: "hang-up" };

export type MessagesServer = {
  readonly url: string;
  readonly requests: readonly { readonly headers: IncomingMessage["headers"]; readonly body: JsonObject }[];
  reply(...replies: readonly [Reply, ...Reply[]]): void;
  close(): Promise<void>;
};

export async function startMessagesServer(): Promise<MessagesServer> {
  const requests: { headers: IncomingMessage["headers"]; body: JsonObject }[] = [];
  let replies: Reply[] = [{ type: "answer", text: "Hello." }];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body: JsonObject = JSON.parse(text);
    requests.push({ headers: request.headers, body });
    const reply = (replies.length > 1 ? replies.shift() : replies[0]) ?? { type: "silent" };
    await answer(request, response, body, reply).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    reply: (...next) => {
      replies = [...next];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  body: JsonObject,
  reply: Reply,
): Promise<void> {
  if (request.method !== "POST" || !request.url?.startsWith("/v1/messages")) {
    return sendError(response, 404, "not_found_error", "no such path");
  }
  if (keyOf(request) !== GOOD_KEY) return sendError(response, 401, "authentication_error", "invalid key");
  switch (reply.type) {
    case "silent":
      return;
    case "hang-up":
      response.destroy();
      return;
    case "error":
      return sendError(response, reply.status, reply.errorType, reply.message ?? "no", reply.headers);
    default:
      if (body.stream === true) await stream(response, body, reply);
      else if (reply.type === "answer")
        response.writeHead(200, JSON_TYPE).end(JSON.stringify(message(body, reply)));
      else response.destroy();
  }
}

/** The API takes both headers. */
function keyOf({ headers }: IncomingMessage): unknown {
  return headers["x-api-key"] ?? headers.authorization?.replace(/^Bearer /, "");
}

const JSON_TYPE = { "content-type": "application/json" };

function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...JSON_TYPE, "request-id": "req_1", ...headers });
  response.end(JSON.stringify({ type: "error", error: { type, message: text }, request_id: "req_1" }));
}

function message(body: JsonObject, reply: Reply & { type: "answer" }) {
  const { text, stopReason = "end_turn", inputTokens = 10, outputTokens = 20 } = reply;
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: body.model,
    content: [{ type: "text", text }],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  };
}

type Streamed = Exclude<Reply, { type: "silent" | "hang-up" | "error" }>;

async function stream(response: ServerResponse, body: JsonObject, reply: Streamed): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const send = (event: string, data: object) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const settings = reply.type === "answer" ? reply : undefined;
  const usage = { input_tokens: settings?.inputTokens ?? 10, output_tokens: 1 };
  const start = { ...message(body, { type: "answer", text: "" }), content: [], stop_reason: null, usage };
  send("message_start", { type: "message_start", message: start });
  send("content_block_start", {
    type: "content_block_start",
    index: 0,
    content_block: { type: "text", text: "" },
  });
  for (const text of reply.text.match(/.{1,8}/gsu) ?? []) {
    if (response.destroyed) return;
    if (settings?.pings) send("ping", { type: "ping" });
    send("content_block_delta", {
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    });
    if (settings?.gapMs) await sleep(settings.gapMs);
  }
  switch (reply.type) {
    case "cut":
      await sleep(10);
      response.destroy();
      return;
    case "closed":
      response.end();
      return;
    case "stalled":
      return;
    case "garbled":
      response.end("event: content_block_delta\ndata: {oops\n\n");
      return;
    case "error-in-stream":
      send("error", { type: "error", error: { type: reply.errorType, message: "in the middle" } });
      response.end();
      return;
    case "answer": {
      const { stopReason = "end_turn", explanation, outputTokens = 20 } = reply;
      const details = explanation === undefined ? null : { type: "refusal", category: null, explanation };
      send("content_block_stop", { type: "content_block_stop", index: 0 });
      const delta = { stop_reason: stopReason, stop_sequence: null, stop_details: details };
      send("message_delta", { type: "message_delta", delta, usage: { output_tokens: outputTokens } });
      send("message_stop", { type: "message_stop" });
      response.end();
    }
  }
}
