/** A real engine on a real file in a folder of its own, for tests of the local host. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineApi } from "#contract/engine-api.ts";
import { isFinal } from "#contract/events.ts";
import type { RunUpdate } from "#contract/run.ts";
import { type Engine, type OpenOptions, openEngine } from "#engine/open.ts";

export type Bench = {
  readonly folder: string;
  readonly database: string;
  open(options?: Partial<OpenOptions>): Engine;
  clean(): void;
};

export function engineBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), "layerloom-engine-"));
  const database = join(folder, "engine.db");
  return {
    folder,
    database,
    open: (options = {}) => openEngine({ database, workspace: folder, ...options }),
    clean: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resolves with the first update that satisfies `wanted`. */
export function until(
  api: EngineApi,
  runId: string,
  wanted: (update: RunUpdate) => boolean,
): Promise<RunUpdate> {
  return new Promise((resolve) => {
    const stop = api.watchRun({ runId }, (update) => {
      if (!wanted(update)) return;
      queueMicrotask(() => stop());
      resolve(update);
    });
  });
}

export function ended(api: EngineApi, runId: string): Promise<RunUpdate> {
  return until(api, runId, ({ summary }) => isFinal(summary.status));
}
