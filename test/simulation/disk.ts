/**
 * The store of a world, which outlives the engines over it: it can be full, the power can go in the middle of a write, and
 * what it held can be kept and put back. Knows nothing of what is written.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LayerloomError } from "#contract/errors.ts";
import type { Commit, Store } from "#ports/store.ts";
import { listBackups } from "#store/backups/backup-files.ts";
import { makeBackup } from "#store/backups/make-backup.ts";
import { openMemoryStore } from "#store/memory-store.ts";
import { restoreFile } from "#store/restore.ts";
import { openSqliteStore } from "#store/sqlite/open.ts";
import type { Faults } from "./faults.ts";
import { Crash, overriding } from "./life.ts";
import type { Scenario } from "./scenario.ts";

export type DiskOptions = {
  readonly kind: Scenario["store"];
  readonly faults: Faults;
  /** Stands before the store, such as a planted bug. */
  readonly seam: ((store: Store) => Store) | undefined;
  readonly now: () => number;
  tell(what: string): void;
  /** The power goes: nothing of this life may come to its turn any more. */
  powerFails(how: string): void;
};

export class Disk {
  readonly #options: DiskOptions;
  #folder: string | undefined;
  #store: Store;
  #writes = 0;
  #fullFor = 0;
  #endsAfterWrite = false;

  constructor(options: DiskOptions) {
    this.#options = options;
    this.#store = this.#open(this.#empty());
  }

  get store(): Store {
    return this.#store;
  }

  get writes(): number {
    return this.#writes;
  }

  /** True once, after a write that was the last of its life. */
  endsNow(): boolean {
    const ends = this.#endsAfterWrite;
    this.#endsAfterWrite = false;
    return ends;
  }

  /** As the next engine finds it. */
  openAgain(): void {
    if (this.#options.kind !== "file") return;
    this.#store.close();
    this.#store = this.#open(openSqliteStore(this.#path));
  }

  /** Keeps what is there, where there is a file; else it is known by the commits so far. False: there is nothing yet. */
  backup(): boolean {
    if (this.#options.kind !== "file") return true;
    return makeBackup(this.#path, new Date(this.#options.now())) === "made";
  }

  /** What was there when the newest backup was made, which is what these commits left. No engine may live. */
  restore(commits: readonly Commit[]): void {
    this.#store.close();
    if (this.#options.kind === "file") {
      const name = listBackups(this.#path)[0]?.name ?? "none";
      restoreFile(this.#path, name, new Date(this.#options.now()));
      this.#store = this.#open(openSqliteStore(this.#path));
      return;
    }
    const raw = this.#empty();
    for (const commit of commits) raw.commit(commit);
    this.#store = this.#open(raw);
  }

  close(): void {
    this.#store.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  get #path(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "layerloom-simulation-"));
    return join(this.#folder, "runs.db");
  }

  #empty(): Store {
    if (this.#options.kind === "memory") return openMemoryStore();
    return openSqliteStore(this.#options.kind === "sqlite" ? ":memory:" : this.#path);
  }

  #open(raw: Store): Store {
    const store = overriding(raw, { commit: (commit) => this.#write(() => raw.commit(commit)) });
    return this.#options.seam?.(store) ?? store;
  }

  /** The innermost of all: here the disk is full, and the power goes. */
  #write(perform: () => void): void {
    const { faults, tell, powerFails } = this.#options;
    this.#writes += 1;
    const due = faults.ofWrite(this.#writes);
    const full = due.find((fault) => fault.what === "full");
    if (full) this.#fullFor = full.times;
    const crash = due.find((fault) => fault.what === "crash");
    if (crash?.when === "before") {
      powerFails("before a write");
      throw new Crash("before a write");
    }
    if (this.#fullFor > 0) {
      this.#fullFor -= 1;
      tell("full");
      throw new LayerloomError("DATABASE_FULL", "no room", { retryable: true });
    }
    perform();
    this.#endsAfterWrite ||= crash?.when === "after";
  }
}
