/**
 * The built app, and nothing but it: what is not a file of that folder is index.html (for GET) or NOT_FOUND.
 * Names with a hash in them never change; everything else is asked for again.
 */
import { existsSync } from "node:fs";
import { join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { LayerloomError } from "#contract/errors.ts";

const HASHED = `${sep}assets${sep}`;

export async function addStaticFiles(app: FastifyInstance, folder: string | undefined): Promise<void> {
  const built = folder !== undefined && existsSync(join(folder, "index.html"));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      dotfiles: "ignore",
      index: "index.html",
      cacheControl: false,
      setHeaders: (reply, path) => {
        const forEver = path.includes(HASHED);
        reply.header("cache-control", forEver ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === "GET" && !request.url.startsWith("/api") && !/\.[a-z0-9]+$/i.test(request.url);
    if (built && isPage) return reply.header("cache-control", "no-cache").sendFile("index.html", folder);
    throw new LayerloomError("NOT_FOUND", "There is nothing at this address.", {
      hint: built ? "The app is at /, the API at /api/v1/." : "The app is not built: npm run build.",
    });
  });
}
