/** `serve`: the app in a browser, the REST API, and every unfinished run of the database going on. */
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { reportError } from "#cli/errors.ts";
import { EXIT_CANCELLED } from "#cli/exit-codes.ts";
import { print, printError, printJson } from "#cli/output.ts";
import { databasePath, rendererFolder, templatesFolder } from "#cli/paths.ts";
import { serveKey } from "#cli/serve-key.ts";
import { heldNote, heldWords } from "#cli/view/held.ts";
import { type ErrorShape, LayerloomError } from "#contract/errors.ts";
import { openEngine } from "#engine/open.ts";
import { refusePortInUse } from "#http/port.ts";
import { startServer } from "#http/server.ts";

export type ServeOptions = {
  readonly port?: number;
  readonly db?: string;
  readonly open?: boolean;
  readonly workspace?: string;
  readonly json?: boolean;
};

export async function serve(options: ServeOptions): Promise<number> {
  const workspace = folderGiven(options.workspace);
  if (options.port) await refusePortInUse(options.port);
  const fatal = Promise.withResolvers<never>();
  const database = databasePath(options.db);
  let held: ErrorShape | undefined;
  const engine = openEngine({
    database,
    workspace,
    templates: templatesFolder(),
    secrets: (name) => process.env[name],
    recover: "all",
    onFatal: fatal.reject,
    onHealth: ({ state, error }) => {
      if (state === "read-only") return;
      if (options.json) printError(JSON.stringify(heldNote(error)));
      else printError(heldWords(held, error, "Every run"));
      held = error;
    },
    // Whoever looks is told there, and can restore a backup.
    onDamaged: (error) => void reportError(error, options.json ?? false),
  });
  try {
    const server = await startServer({
      api: engine.api,
      port: options.port,
      token: serveKey(database),
      rendererDir: rendererFolder(),
    });
    try {
      engine.publishEndpoint({ url: server.url, token: server.attachToken });
      const address = `${server.url}/#token=${server.token}`;
      if (options.json) printJson({ type: "serving", url: server.url, token: server.token });
      else print(`Layerloom is at ${address}`);
      if (options.open) openBrowser(address);
      await Promise.race([untilSignalled(), fatal.promise]);
    } finally {
      await server.close();
    }
  } finally {
    await engine.close();
  }
  return 0;
}

/** Checked, as the port is, before a database is made that nobody asked for. */
function folderGiven(workspace: string | undefined): string {
  if (workspace === undefined) return process.cwd();
  if (isFolder(workspace)) return workspace;
  throw new LayerloomError("FILE_NOT_FOUND", `There is no folder ${workspace}.`, {
    hint: "Name the folder of your pipelines with --workspace, or stand in it and leave that out.",
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Ctrl+C is how a server is meant to end; the second one does not wait for anything. */
function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    let signalled = false;
    const end = (): void => {
      if (signalled) process.exit(EXIT_CANCELLED);
      signalled = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  });
}

/** Silent when there is no browser: the address has been printed. */
function openBrowser(address: string): void {
  const [command, ...args] =
    process.platform === "win32"
      ? ["cmd", "/c", "start", "", address]
      : [process.platform === "darwin" ? "open" : "xdg-open", address];
  if (!command) return;
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
