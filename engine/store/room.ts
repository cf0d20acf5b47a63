/** Waits for room on the disk of a database that cannot even be opened without. Writes nothing. */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";

const LOOK_EVERY_MS = 2_000;
/** The log and its index, with something left to begin with. */
const ENOUGH_BYTES = 1_000_000;

/** Once; keeps no process alive. Returns what calls it off. */
export function onceThereIsRoom(database: string, act: () => unknown): () => void {
  const timer = setInterval(() => {
    if (!hasRoom(database)) return;
    clearInterval(timer);
    act();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Where the system does not say, opening the database will. */
function hasRoom(database: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(database));
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return true;
  }
}
