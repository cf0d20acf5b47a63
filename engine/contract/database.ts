/** What skins see of the database as a file: how it is, its backups, and what a check of it found. */
import type { ErrorShape } from "./errors.ts";

/**
 * full: nothing can be recorded, so nothing starts until there is room. locked: the same, until another program lets go
 * of the file. read-only: it is damaged; what can still be read is shown, and a backup can be restored.
 */
export type DatabaseHealth = {
  readonly state: "ok" | "full" | "locked" | "read-only";
  /** Why it is not ok. */
  readonly error?: ErrorShape | undefined;
};

/** `madeAt` is epoch ms, `size` bytes. */
export type Backup = { readonly name: string; readonly madeAt: number; readonly size: number };

export type DatabaseState = DatabaseHealth & {
  /** The newest first. */
  readonly backups: readonly Backup[];
};

export type DatabaseFinding = {
  readonly what: "page" | "journal" | "value";
  readonly message: string;
  /** journal: the run, and the rows in which it stops being as it was written. */
  readonly run?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

export type DatabaseCheck = {
  readonly runs: number;
  readonly events: number;
  readonly values: number;
  readonly findings: readonly DatabaseFinding[];
};
