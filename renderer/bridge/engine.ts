/** The one engine that the window talks to. `installEngine` is called once at start (and by tests with a double). */
import type { EngineApi } from "#contract/engine-api.ts";
import { createRpcClient } from "#contract/rpc.ts";
import { openPortChannel, openSocketChannel } from "#renderer/bridge/channels.ts";
import { type Connection, connect } from "#renderer/bridge/connection.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { takeToken } from "#renderer/bridge/token.ts";

let installed: EngineApi | undefined;

export function installEngine(engine: EngineApi): void {
  installed = engine;
}

export function getEngine(): EngineApi {
  if (!installed) throw new Error("the engine is not installed yet");
  return installed;
}

/** Desktop: a port to the engine's process. Browser: a WebSocket to where the page came from. */
export function connectEngine(): Connection {
  const desktop = getDesktop();
  const token = desktop ? undefined : takeToken();
  const connection = connect(
    desktop ? () => openPortChannel(desktop) : () => openSocketChannel(token),
    createRpcClient,
  );
  installEngine(connection.engine);
  return connection;
}
