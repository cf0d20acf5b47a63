/** REST over runs and their human tasks. Owns paths and query strings; every meaning is the engine's. */

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  decisionSchema,
  getEventsSchema,
  listRunsSchema,
  resetBreakerSchema,
  retryRunSchema,
  startRequestSchema,
} from "#contract/api-schemas.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { printedBreaker, printedPreview, printedRun, printedTask } from "#contract/printed.ts";
import { validateRequest } from "#contract/validate-request.ts";
import { streamEvents } from "./event-stream.ts";
import { securityHeaders } from "./headers.ts";

const pathSchema = z.object({ id: z.string().min(1).max(200) });
const nodePathSchema = pathSchema.extend({ node: z.string().min(1).max(200) });
const number = z.coerce.number().int();
const listQuery = z.object({ limit: number.optional(), before: z.string().optional() });
const eventsQuery = z.object({ after: number.optional(), limit: number.optional() });
/** `openedAt` as the inbox gave it. */
const decisionBody = z.looseObject({ openedAt: z.iso.datetime().optional() });
/** A body may be left out where nothing has to be said. */
const retryBody = z.union([z.null(), z.undefined(), z.looseObject({})]);

export function addRunRoutes(app: FastifyInstance, api: EngineApi): void {
  const idOf = (params: unknown): string => validateRequest(pathSchema, params, "path").id;

  app.get("/runs", async (request) => {
    const query = validateRequest(listQuery, request.query, "query");
    const runs = await api.listRuns(validateRequest(listRunsSchema, query, "query"));
    return { runs: runs.map(printedRun) };
  });

  app.post("/runs", async (request, reply) => {
    const { runId } = await api.startRun(validateRequest(startRequestSchema, request.body, "body"));
    return reply
      .code(201)
      .header("location", `/api/v1/runs/${encodeURIComponent(runId)}`)
      .send({ runId });
  });

  app.post("/runs/preview", async (request) =>
    printedPreview(await api.previewRun(validateRequest(startRequestSchema, request.body, "body"))),
  );

  app.get("/runs/:id", (request) => api.getResult({ runId: idOf(request.params) }));

  app.get("/runs/:id/events", async (request, reply) => {
    const runId = idOf(request.params);
    const query = validateRequest(eventsQuery, request.query, "query");
    if (!(request.headers.accept ?? "").includes("text/event-stream")) {
      return { events: await api.getEvents(validateRequest(getEventsSchema, { runId, ...query }, "query")) };
    }
    const seen = Number(request.headers["last-event-id"]);
    const after = Number.isSafeInteger(seen) && seen > 0 ? seen : (query.after ?? 0);
    // A run that does not exist is an ordinary error; after this line the answer is a stream.
    await api.getRun({ runId });
    reply.hijack();
    reply.raw.writeHead(200, {
      ...securityHeaders(request.headers.host ?? ""),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
    });
    await streamEvents(reply.raw, api, runId, after).catch(() => reply.raw.destroy());
    return reply;
  });

  for (const [verb, act] of [
    ["cancel", api.cancelRun],
    ["pause", api.pauseRun],
    ["resume", api.resumeRun],
  ] as const) {
    app.post(`/runs/:id/${verb}`, async (request, reply) => {
      const runId = idOf(request.params);
      await act.call(api, { runId });
      return reply.code(202).send({ runId });
    });
  }

  app.post("/runs/:id/nodes/:node/cancel", async (request, reply) => {
    const { id: runId, node } = validateRequest(nodePathSchema, request.params, "path");
    await api.cancelRun({ runId, node });
    return reply.code(202).send({ runId, node });
  });

  app.post("/runs/:id/retry", async (request, reply) => {
    const body = validateRequest(retryBody, request.body, "body");
    const { runId } = await api.retryRun(
      validateRequest(retryRunSchema, { ...body, runId: idOf(request.params) }, "body"),
    );
    return reply
      .code(201)
      .header("location", `/api/v1/runs/${encodeURIComponent(runId)}`)
      .send({ runId });
  });

  app.post("/runs/:id/decisions", async (request, reply) => {
    const { body } = request;
    const runId = idOf(request.params);
    const { openedAt, ...decision } = validateRequest(decisionBody, body, "body");
    const question = openedAt === undefined ? {} : { openedAt: Date.parse(openedAt) };
    await api.decide(validateRequest(decisionSchema, { ...decision, ...question, runId }, "body"));
    return reply.code(202).send({ runId });
  });

  app.get("/breakers", async () => ({ breakers: (await api.breakers()).map(printedBreaker) }));

  // Its name is in the body: it may hold slashes.
  app.post("/breakers/reset", async (request, reply) => {
    const named = validateRequest(resetBreakerSchema, request.body, "body");
    await api.resetBreaker(named);
    return reply.code(202).send(named);
  });

  app.get("/inbox", async () => ({ tasks: (await api.inbox()).map(printedTask) }));
}
