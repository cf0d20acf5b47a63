/** REST over what is no run: the engine itself, its activities, checking and quoting a document. */
import type { FastifyInstance } from "fastify";
import { quoteRequestSchema, readDocumentSchema } from "#contract/api-schemas.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { validateRequest } from "#contract/validate-request.ts";

export function addInfoRoutes(app: FastifyInstance, api: EngineApi): void {
  app.get("/info", () => api.info());

  app.get("/activities", async () => ({ activities: await api.activities() }));

  app.post("/validate", async (request) => {
    const document = validateRequest(readDocumentSchema, request.body, "body");
    const { problems } = await api.readDocument(document);
    return { valid: !problems.some((problem) => problem.severity === "error"), problems };
  });

  app.post("/quote", (request) => api.quote(validateRequest(quoteRequestSchema, request.body, "body")));
}
