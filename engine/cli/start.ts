/** Guards the streams, runs one command, leaves with its code. Decides nothing itself. */
import { reportError } from "./errors.ts";
import { endOutput, guardOutput } from "./output.ts";
import { runCommandLine } from "./program.ts";

export async function start(argv: readonly string[]): Promise<never> {
  guardOutput();
  const json = argv.includes("--json");
  // Whatever slips through everything else still ends as one clear error, not as a stack trace.
  const fault = (thrown: unknown): never => process.exit(reportError(thrown, json));
  process.on("uncaughtException", fault);
  process.on("unhandledRejection", fault);
  const code = await runCommandLine(argv).catch((thrown: unknown) => reportError(thrown, json));
  await endOutput();
  // Not left to the event loop: a worker or a socket that lingers must not keep a finished command alive.
  process.exit(code);
}
