/**
 * The key of a served database: made once, kept beside it for its owner's eyes only, so that an open tab and a script go
 * on after the server was started anew.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import writeFileAtomic from "write-file-atomic";

const KEY_PATTERN = /^[\w-]{43}$/;

/** Reads the key of `database`, or makes a new one when there is none, it is damaged, or others could read it. */
export function serveKey(database: string): string {
  const file = `${database}.key`;
  const kept = readKept(file);
  if (kept !== undefined) return kept;
  const key = randomBytes(32).toString("base64url");
  try {
    writeFileAtomic.sync(file, key, { mode: 0o600 });
  } catch {
    // No room to keep it: it holds for this time.
  }
  return key;
}

function readKept(file: string): string | undefined {
  try {
    const others = process.platform === "win32" ? 0 : statSync(file).mode & 0o077;
    const key = readFileSync(file, "utf8");
    return others === 0 && KEY_PATTERN.test(key) ? key : undefined;
  } catch {
    return undefined;
  }
}
