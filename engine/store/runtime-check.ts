/** Owns one question: can this Node load the database add-on? Must be asked before the add-on is loaded. */
import { LayerloomError } from "#contract/errors.ts";

/** Below this Node-API version better-sqlite3 kills the whole process instead of throwing. */
const OLDEST_NODE_API = 10;

export function refuseOldNode(nodeApi: number = Number(process.versions.napi)): void {
  if (nodeApi >= OLDEST_NODE_API) return;
  throw new LayerloomError("RUNTIME_TOO_OLD", `Node ${process.versions.node} is too old for the database`, {
    hint: 'Start it with "npm start" or "npx layerloom", which bring a newer Node, or install Node 24.',
  });
}
