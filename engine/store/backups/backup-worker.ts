/** The thread that makes one backup and says how it went. Its connection to the database is its own, and only reads. */
import { parentPort, workerData } from "node:worker_threads";
import { type ErrorShape, toErrorShape } from "#contract/errors.ts";
import { toDatabaseError } from "#store/sqlite/faults.ts";
import { type BackupOutcome, makeBackup } from "./make-backup.ts";

export type BackupJob = { readonly database: string; readonly at: number };
export type BackupReply = { readonly outcome: BackupOutcome } | { readonly error: ErrorShape };

const { database, at } = workerData as BackupJob;
const reply = (message: BackupReply): void => parentPort?.postMessage(message);
try {
  reply({ outcome: makeBackup(database, new Date(at)) });
} catch (thrown) {
  reply({ error: toErrorShape(toDatabaseError(thrown, database, "read")) });
}
