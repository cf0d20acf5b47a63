/**
 * The engine's own process, seen from the main process: started once, given ports to windows, started again when it
 * dies (windows notice the closed port and ask for a new one), asked to stop before the app leaves.
 */
import type { MessagePortMain, UtilityProcess } from "electron";
import type { HostNews, HostRequest, HostSettings } from "#electron/shared/channels.ts";
import type { ElectronApi } from "./electron-api.ts";

const STOP_PATIENCE_MS = 5_000;
/** Deaths within this time of a start count towards giving up. */
const EARLY_DEATH_MS = 10_000;
const MAX_EARLY_DEATHS = 3;

export type EngineProcess = {
  connect(port: MessagePortMain): void;
  /** Lets the engine open and save exactly this file, wherever it lies, for as long as the app runs. */
  grant(path: string): void;
  /** Runs under way, as last heard. */
  readonly liveRuns: number;
  /** Resolves when it is gone; it is not started again. */
  stop(): Promise<void>;
};

export type EngineTrouble = {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
};

export function startEngineProcess(
  { utilityProcess }: Pick<ElectronApi, "utilityProcess">,
  entry: string,
  settings: HostSettings,
  onTrouble: (trouble: EngineTrouble) => void,
): EngineProcess {
  let child: UtilityProcess | undefined;
  let stopping = false;
  let liveRuns = 0;
  let earlyDeaths = 0;
  let told = false;
  let waiting: MessagePortMain[] = [];
  /** An engine that comes back knows nothing of what its predecessor was told. */
  const granted = new Set<string>();

  const tell = (trouble: EngineTrouble): void => {
    if (told) return;
    told = true;
    onTrouble(trouble);
  };
  const start = (): void => {
    const startedAt = Date.now();
    const started = utilityProcess.fork(entry, [JSON.stringify(settings)], {
      serviceName: "Layerloom engine",
    });
    child = started;
    for (const path of granted) tellGrant(started, path);
    started.on("message", (news: HostNews) => {
      if (news.type === "live") liveRuns = news.runs;
      else if (news.type === "failed") tell(news);
      else {
        told = false;
        for (const port of waiting) send(started, port);
        waiting = [];
      }
    });
    started.on("exit", (code) => {
      if (child === started) child = undefined;
      liveRuns = 0;
      if (stopping) return;
      earlyDeaths = Date.now() - startedAt < EARLY_DEATH_MS ? earlyDeaths + 1 : 0;
      if (earlyDeaths < MAX_EARLY_DEATHS) start();
      else tell({ code: "INTERNAL", message: `The engine's process ends again and again (code ${code}).` });
    });
  };
  const send = (to: UtilityProcess, port: MessagePortMain): void =>
    to.postMessage({ type: "connect" } satisfies HostRequest, [port]);
  const tellGrant = (to: UtilityProcess, path: string): void =>
    to.postMessage({ type: "grant", path } satisfies HostRequest);

  start();
  return {
    connect(port) {
      // Messages posted to a process that is still starting are kept for it; one that is gone comes back first.
      if (child) send(child, port);
      else waiting.push(port);
    },
    grant(path) {
      granted.add(path);
      if (child) tellGrant(child, path);
    },
    get liveRuns() {
      return liveRuns;
    },
    stop() {
      stopping = true;
      const last = child;
      if (!last) return Promise.resolve();
      return new Promise((resolve) => {
        const impatience = setTimeout(() => last.kill(), STOP_PATIENCE_MS);
        last.once("exit", () => {
          clearTimeout(impatience);
          resolve();
        });
        last.postMessage({ type: "stop" } satisfies HostRequest);
      });
    },
  };
}
