/**
 * An engine to work with: our own when the database is free, else the one of the process that owns it.
 * Owns the patience with an owner that is just starting or just leaving.
 */
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineApi } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { openOrAttach } from "#engine/open.ts";
import { commandLine, databasePath } from "./paths.ts";

/** An owner publishes its address shortly after its start; a short command gives the database back soon. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

export type Session = {
  readonly api: EngineApi;
  /** False: the engine belongs to another process, which may leave at any time. */
  readonly owner: boolean;
  /** Rejects when the engine cannot go on (a full disk, a lost connection); never resolves. */
  readonly fatal: Promise<never>;
  /** Lets other commands attach to us. Cheap to call: the server starts later, in the background. */
  publish(): void;
  close(): Promise<void>;
};

export async function openSession(db: string | undefined): Promise<Session> {
  const database = databasePath(db);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await open(database);
    } catch (thrown) {
      const locked = thrown instanceof LayerloomError && thrown.code === "DATABASE_LOCKED";
      if (!locked || Date.now() >= deadline) throw thrown;
      await sleep(PAUSE_MS);
    }
  }
}

/** As `openSession`, for what is there already: throws NOT_FOUND where there is no database, and makes none. */
export async function openExisting(db: string | undefined): Promise<Session> {
  const database = databasePath(db);
  if (!isThere(database)) {
    throw new LayerloomError("NOT_FOUND", `there is no database at ${database}`, {
      hint:
        db === undefined
          ? `${commandLine("run", "FILE")} makes it; another one is named with --db.`
          : "Check the path after --db: it is relative to where you stand.",
    });
  }
  return openSession(db);
}

/** Does something with it, and lets go of it in any case. */
export async function withExisting<T>(
  db: string | undefined,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openExisting(db);
  try {
    return await act(session);
  } finally {
    await session.close();
  }
}

/** Nothing has ever been run on the database that is meant when none is named. */
export function nothingYet(db: string | undefined): boolean {
  return db === undefined && !isThere(databasePath(db));
}

/** What cannot be looked at may be there; opening it says what is wrong. */
export function isThere(database: string): boolean {
  try {
    return statSync(database, { throwIfNoEntry: false }) !== undefined;
  } catch (thrown) {
    return !(thrown instanceof Error && "code" in thrown && thrown.code === "ENOTDIR");
  }
}

async function open(database: string): Promise<Session> {
  const { promise: fatal, reject } = Promise.withResolvers<never>();
  // Heard by whoever follows a run; a command that has ended meanwhile does not need it.
  fatal.catch(() => undefined);
  const opened = openOrAttach({
    database,
    workspace: process.cwd(),
    secrets: (name) => process.env[name],
    onFatal: reject,
  });
  if (opened.kind === "attached") {
    const { attach } = await import("./attach.ts");
    const attached = await attach(opened.endpoint).catch((cause: unknown) => {
      throw new LayerloomError(
        "DATABASE_LOCKED",
        `${database} is in use by process ${opened.pid}, which does not answer.`,
        {
          hint: `It said it was at ${opened.endpoint.url}. End it, or use another database with --db.`,
          cause,
        },
      );
    });
    attached.onLost(reject);
    const close = async (): Promise<void> => attached.close();
    return { api: attached.api, owner: false, fatal, publish: () => undefined, close };
  }
  const { engine } = opened;
  let endPublishing: (() => Promise<void>) | undefined;
  return {
    api: engine.api,
    owner: true,
    fatal,
    publish() {
      endPublishing ??= publishLater(engine.api, (endpoint) => engine.publishEndpoint(endpoint));
    },
    async close() {
      await endPublishing?.();
      await engine.close();
    },
  };
}

/** Loading a web server takes longer than many a run, so it waits until the run is well under way. */
function publishLater(
  api: EngineApi,
  publish: (endpoint: { url: string; token: string }) => void,
): () => Promise<void> {
  let server: Promise<{ close(): Promise<void> } | undefined> | undefined;
  const timer = setTimeout(() => {
    server = import("#http/server.ts")
      .then(({ startServer }) => startServer({ api }))
      .then((started) => {
        publish({ url: started.url, token: started.attachToken });
        return started;
      })
      // Nobody can attach then; the run itself is not concerned.
      .catch(() => undefined);
  }, 250);
  return async () => {
    clearTimeout(timer);
    await (await server)?.close();
  };
}
