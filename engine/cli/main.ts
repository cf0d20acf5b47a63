/**
 * Entry of the command line. Turns on Node's compile cache before anything else is loaded, since the time to a run's
 * first node is part of the promise; all the rest is in `start.ts`.
 */
import { enableCompileCache } from "node:module";

enableCompileCache();
void import("./start.ts").then(({ start }) => start(process.argv.slice(2)));
