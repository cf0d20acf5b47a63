/**
 * The engine in a process of its own: opens it, goes on with every unfinished run, answers each port it is given,
 * grants the files that the main process names, and tells it how many runs are under way. Knows no window.
 */
import { mkdirSync } from "node:fs";
import { confinedToWorkspace } from "#contract/confine.ts";
import type { EngineApi } from "#contract/engine-api.ts";
import { toErrorShape } from "#contract/errors.ts";
import { serveRpc } from "#contract/rpc-server.ts";
import type { HostNews, HostRequest, HostSettings } from "#electron/shared/channels.ts";
import { type HostPort, portChannel } from "./port-channel.ts";

/** The way to the main process: Electron's `process.parentPort`. */
export type Parent = {
  on(event: "message", listener: (event: { data: HostRequest; ports: HostPort[] }) => void): unknown;
  postMessage(news: HostNews): void;
};

export type OpenedEngine = { readonly api: EngineApi; grantFile(path: string): void; close(): Promise<void> };

const LIVE: ReadonlySet<string> = new Set(["queued", "running", "waiting"]);

export async function serveHost(
  parent: Parent,
  settings: HostSettings,
  open: (settings: HostSettings, onFatal: (error: unknown) => void) => OpenedEngine | Promise<OpenedEngine>,
  leave: (code: number) => void,
): Promise<void> {
  const fail = (thrown: unknown): void => {
    const { code, message, hint } = toErrorShape(thrown);
    parent.postMessage({ type: "failed", code, message, hint });
    leave(1);
  };
  let engine: OpenedEngine;
  try {
    mkdirSync(settings.workspace, { recursive: true });
    engine = await open(settings, fail);
  } catch (thrown) {
    fail(thrown);
    return;
  }
  engine.api.watchEngine(({ runs }) => {
    parent.postMessage({ type: "live", runs: runs.filter((run) => LIVE.has(run.status)).length });
  });
  parent.on("message", ({ data, ports }) => {
    if (data.type === "connect")
      for (const port of ports) serveRpc(portChannel(port), confinedToWorkspace(engine.api));
    else if (data.type === "grant") engine.grantFile(data.path);
    else void engine.close().finally(() => leave(0));
  });
  parent.postMessage({ type: "ready" });
}
