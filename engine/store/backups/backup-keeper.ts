/**
 * Owns when a backup is made: at the first quiet moment after the engine's start at which the newest is a day old, and
 * then daily. The work is a thread's; must not look into a database itself.
 */
import type { Worker } from "node:worker_threads";
import { LayerloomError } from "#contract/errors.ts";
import { listBackups } from "./backup-files.ts";
import type { BackupJob, BackupReply } from "./backup-worker.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const LOOK_EVERY_MS = 60 * 60 * 1_000;
const UNTIL_QUIET_MS = 5_000;

/** The worker stands beside this file: as TypeScript in the sources, as JavaScript when bundled. */
const WORKER_FILE = import.meta.url.endsWith(".ts") ? "./backup-worker.ts" : "./backup-worker.js";

export type BackupKeeperOptions = {
  readonly database: string;
  /** Nothing of the engine is under way at this moment. */
  readonly quiet: () => boolean;
  readonly onDamage: (error: LayerloomError) => void;
  /** After the start. */
  readonly firstLookMs?: number | undefined;
};

export class BackupKeeper {
  readonly #options: BackupKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #stopped = false;

  constructor(options: BackupKeeperOptions) {
    this.#options = options;
    this.#lookIn(options.firstLookMs ?? UNTIL_QUIET_MS);
  }

  /** What is under way is given up; nothing of it stays. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
  }

  #lookIn(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  #look(): void {
    const { database, quiet } = this.#options;
    const newest = listBackups(database)[0]?.madeAt ?? Number.NEGATIVE_INFINITY;
    if (Date.now() - newest < DAY_MS) this.#lookIn(LOOK_EVERY_MS);
    else if (quiet()) void this.#make({ database, at: Date.now() });
    else this.#lookIn(UNTIL_QUIET_MS);
  }

  async #make(job: BackupJob): Promise<void> {
    // Most commands end before it is due, and loading threads takes time at every start.
    const { Worker } = await import("node:worker_threads");
    if (this.#stopped) return;
    const worker = new Worker(new URL(WORKER_FILE, import.meta.url), {
      workerData: job,
      env: {},
      execArgv: [],
    });
    worker.unref();
    this.#worker = worker;
    worker.on("message", (reply: BackupReply) => {
      if ("error" in reply && reply.error.code === "DATABASE_DAMAGED" && !this.#stopped)
        this.#options.onDamage(LayerloomError.fromShape(reply.error));
    });
    // One that could not be made (no room, say) is tried again with the next look.
    worker.on("error", () => undefined);
    worker.on("exit", () => {
      this.#worker = undefined;
      this.#lookIn(LOOK_EVERY_MS);
    });
  }
}
