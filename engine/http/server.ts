/**
 * The loopback server: REST and WebSocket over one EngineApi, and the built app. Owns the listening socket, the token
 * and the order of the checks (Host, Origin, token, and only then the body). Knows nothing of how the engine works.
 */
import type { Socket } from "node:net";
import websocket from "@fastify/websocket";
import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { confinedToWorkspace } from "#contract/confine.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { serveRpc } from "#contract/rpc-server.ts";
import { sendError } from "./error-reply.ts";
import { checkOrigin, checkToken, createToken, hasToken, SUBPROTOCOL } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { addInfoRoutes } from "./info-routes.ts";
import { LOOPBACK, portError } from "./port.ts";
import { addRunRoutes } from "./run-routes.ts";
import { socketChannel } from "./socket.ts";
import { addStaticFiles } from "./static-files.ts";

const SOCKET_PATH = "/api/v1/ws";
const BODY_LIMIT = 16 * 1024 * 1024;
const CLOSE_GRACE_MS = 1_000;

export type ServerOptions = {
  readonly api: EngineApi;
  /** 0 or absent: any free one. */
  readonly port?: number | undefined;
  /** For pages and scripts. */
  readonly token?: string | undefined;
  /** The built app; absent: API only. */
  readonly rendererDir?: string | undefined;
};

export type RunningServer = {
  readonly url: string;
  readonly token: string;
  /** For other commands of the same person, which may start runs in a folder of their own. */
  readonly attachToken: string;
  close(): Promise<void>;
};

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const token = options.token ?? createToken();
  const attachToken = createToken();
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    logger: false,
    routerOptions: { maxParamLength: 300 },
    // Fastify's own answer to a malformed request line or URL; without it the raw error text would leave.
    frameworkErrors: (error, _request, reply) => {
      void sendError(reply, error);
    },
  });
  // Node forgets a connection once it is upgraded, or half upgraded; we must not.
  const connections = new Set<Socket>();
  app.server.on("connection", (connection) => {
    connections.add(connection);
    connection.once("close", () => connections.delete(connection));
  });
  app.setErrorHandler((error, _request, reply) => sendError(reply, error));

  // Before the checks: it marks WebSocket requests, and lets go of the connections of refused ones.
  await app.register(websocket, {
    options: {
      maxPayload: BODY_LIMIT,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    },
  });

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(securityHeaders(request.headers.host ?? LOOPBACK));
    checkOrigin(request.headers, portOf(app, request));
    if (request.ws && request.routeOptions.url !== SOCKET_PATH) {
      throw new LayerloomError("NOT_FOUND", `The WebSocket is at ${SOCKET_PATH}.`);
    }
  });

  await app.register(async (scope) => addApi(scope, options.api, token, attachToken), {
    prefix: "/api",
  });
  await addStaticFiles(app, options.rendererDir);

  const port = await listen(app, options.port ?? 0);
  return { url: `http://${LOOPBACK}:${port}`, token, attachToken, close: () => close(app, connections) };
}

async function addApi(
  scope: FastifyInstance,
  api: EngineApi,
  token: string,
  attachToken: string,
): Promise<void> {
  const confined = confinedToWorkspace(api);
  const attaches = (request: FastifyRequest): boolean =>
    request.ws && hasToken(request.headers, attachToken, true);
  scope.addHook("onRequest", async (request, reply) => {
    reply.header("cache-control", "no-store");
    if (!attaches(request)) checkToken(request.headers, token, request.ws);
  });
  // Routes, not a handler of what was not found: the page's routes would take a GET first, and ask for no key.
  for (const path of ["/", "/*"]) {
    scope.all(path, () => {
      throw new LayerloomError("NOT_FOUND", "There is nothing at this address of the API.", {
        hint: "Its addresses begin with /api/v1/; check the method too.",
      });
    });
  }
  await scope.register(
    async (v1) => {
      addInfoRoutes(v1, confined);
      addRunRoutes(v1, confined);
      v1.get("/ws", { websocket: true }, (socket, request) =>
        serveRpc(socketChannel(socket), attaches(request) ? api : confined),
      );
    },
    { prefix: "/v1" },
  );
}

function portOf(app: FastifyInstance, request: FastifyRequest): number {
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : (request.socket.localPort ?? 0);
}

async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    await app.listen({ host: LOOPBACK, port });
  } catch (thrown) {
    await app.close();
    throw portError(thrown, port);
  }
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : port;
}

/** Asks the sockets to close, and does not wait for those that do not answer. */
async function close(app: FastifyInstance, connections: ReadonlySet<Socket>): Promise<void> {
  const impatience = setTimeout(() => {
    for (const connection of connections) connection.destroy();
  }, CLOSE_GRACE_MS);
  await app.close().finally(() => clearTimeout(impatience));
}
