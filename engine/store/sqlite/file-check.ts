/**
 * Owns the look at a database file before SQLite may touch it, so that a file that is not ours stays as it is byte
 * for byte and gets no side files. Must not know tables, and must not write.
 */
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from "node:fs";
import { databaseError, faultCode, toDatabaseError } from "./faults.ts";

/** `Lylm`, in the header of every database of ours from its first page on. */
export const APPLICATION_ID = 0x4c_79_6c_6d;

const HEADER_BYTES = 100;
const MAGIC = Buffer.from("SQLite format 3\0", "latin1");
const APPLICATION_ID_AT = 68;

/** What tells two paths of one file: device and inode; undefined when there is no file yet. */
export type FileIdentity = string;

export function identify(stats: Stats): FileIdentity {
  return `${stats.dev}:${stats.ino}`;
}

export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (thrown) {
    if (faultCode(thrown) === "ENOENT") return undefined;
    throw toDatabaseError(thrown, path, "open");
  }
}

/**
 * `fresh`: nothing there, or an empty file. `ours`: a header with our application id. Anything else throws.
 *
 * Opening and closing a file by hand drops this process's POSIX locks on it, so never call this while the same
 * process has the database open.
 */
export function inspectFile(path: string): "fresh" | "ours" {
  const stats = statIfThere(path);
  if (stats === undefined) return "fresh";
  if (!stats.isFile()) throw databaseError("DATABASE_UNREADABLE", `not a file: ${path}`);
  let header: Buffer;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    header = readHeader(path);
  } catch (thrown) {
    throw toDatabaseError(thrown, path, "open");
  }
  if (header.length === 0) return "fresh";
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw databaseError("DATABASE_UNREADABLE", `not a database: ${path}`);
  }
  if (header.length < HEADER_BYTES)
    throw databaseError("DATABASE_DAMAGED", `the database is cut short: ${path}`);
  if (header.readUInt32BE(APPLICATION_ID_AT) !== APPLICATION_ID) {
    throw databaseError("DATABASE_FOREIGN", `not a Layerloom database: ${path}`);
  }
  return "ours";
}

function readHeader(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    return header.subarray(0, readSync(file, header, 0, HEADER_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
